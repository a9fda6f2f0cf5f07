import { readFileSync } from 'node:fs';
import type { Profile } from '../../src/enrichment/result/profile.ts';
import type { Row } from '../../src/actor/ledger/row.ts';

type Field = {
    title: string;
    description: string;
    prefill?: unknown;
    enumTitles?: string[];
    items?: { enumTitles?: string[] };
};

/** The first fields of the form, filled in as it comes. */
export function renderFormPicture(): string {
    const schema = JSON.parse(readFileSync('INPUT_SCHEMA.json', 'utf8')) as { properties: Record<string, Field> };
    const { profileUrls, mode, requiredFields, estimateOnly } = schema.properties;
    if (!profileUrls || !mode || !requiredFields || !estimateOnly) throw new Error('The form has changed.');
    const lines = (profileUrls.prefill as string[]).slice(0, 5);
    return renderPage(
        `<h1>Input</h1>
${renderField(profileUrls, `<ol>${lines.map((line) => `<li>${line}</li>`).join('')}<li class="quiet">… 995 more</li></ol>`)}
${renderField(mode, `<p class="box">${mode.enumTitles?.[0] ?? ''}</p>`)}
${renderField(requiredFields, `<p class="box"><b>${requiredFields.items?.enumTitles?.[0] ?? ''}</b></p>`)}
<p class="start">Start</p>`,
    );
}

/** The first rows of a run, as the view Overview has them. */
export function renderRowsPicture(rows: readonly Row[]): string {
    const head = ['Line', 'Status', '', 'Name', 'Title', 'Company', 'Location', 'Message'];
    const body = rows.map((row) => {
        const profile: Partial<Profile> = row.status === 'success' ? row.profile : {};
        const initials = (profile.full_name ?? '')
            .split(' ')
            .map((word) => word.charAt(0))
            .join('')
            .slice(0, 2);
        const cells = [
            String(row.line),
            `<span class="${row.status}">${row.status}</span>`,
            initials === '' ? '' : `<span class="picture">${initials}</span>`,
            profile.full_name,
            profile.title,
            profile.company?.name,
            profile.location?.default,
            row.status === 'error' ? row.message : '',
        ];
        return `<tr>${cells.map((cell) => `<td>${cell ?? ''}</td>`).join('')}</tr>`;
    });
    return renderPage(
        `<h1>Output: Overview</h1><table><thead><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr></thead><tbody>${body.join('')}</tbody></table>`,
    );
}

function renderField({ title, description }: Field, editor: string): string {
    return `<section><h2>${title}</h2>${editor}<p class="quiet">${description.replaceAll('`', '')}</p></section>`;
}

function renderPage(body: string): string {
    return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Picture</title><style>
body { font: 15px/1.45 system-ui, sans-serif; margin: 0; padding: 28px 36px; color: #1c2b29; background: #fff; }
h1 { font-size: 22px; margin: 0 0 18px; } h2 { font-size: 15px; margin: 0 0 6px; } section { margin-bottom: 20px; }
ol { margin: 0; padding: 8px 0 8px 40px; border: 1px solid #b9c8c5; border-radius: 8px; font-family: ui-monospace, monospace; font-size: 14px; }
.box { margin: 0; padding: 8px 14px; border: 1px solid #b9c8c5; border-radius: 8px; } .box b { background: #e2efec; border-radius: 6px; padding: 2px 10px; font-weight: 500; }
.quiet { color: #5b6f6b; font-size: 13px; margin: 6px 0 0; } li.quiet { margin: 0; list-style: none; }
.start { display: inline-block; margin: 0; padding: 9px 30px; border-radius: 8px; background: #0f5c54; color: #fff; font-weight: 600; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; } th, td { text-align: left; padding: 8px 10px; border-bottom: 1px solid #d9e3e1; vertical-align: middle; }
.picture { display: inline-grid; place-items: center; width: 30px; height: 30px; border-radius: 50%; background: #9cc3bb; font-size: 12px; font-weight: 600; }
.success { color: #0f6b3f; } .not_found { color: #6b5a0f; } .error { color: #9b2c1d; }
</style>${body}</html>`;
}
