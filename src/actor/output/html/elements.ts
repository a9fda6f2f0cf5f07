import type { ResultPlace } from '../../console-report.ts';

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes text for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
    return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Escapes a sentence for an element; text between backticks becomes code. */
export function renderCode(text: string): string {
    return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

/** A figure. The value is HTML, name and note are text. */
export type Metric = [name: string, value: string, note?: string];

export function renderMetricList(metrics: readonly Metric[]): string {
    const items = metrics.map(
        ([name, value, note]) =>
            `<div><dt>${escapeHtml(name)}</dt><dd>${value}${note ? `<small>${escapeHtml(note)}</small>` : ''}</dd></div>`,
    );
    return `<dl class="metrics">${items.join('')}</dl>`;
}

/** Links to the results; in a local run relative to the report's folder. */
export function renderPlaceLinks(places: readonly ResultPlace[]): string {
    const links = places.map((place) => {
        const href = 'url' in place ? place.url : resolveFromReport(place.path);
        return `<li><a href="${escapeHtml(href)}">${escapeHtml(place.name)}</a></li>`;
    });
    return links.length === 0 ? '' : `<ul class="places">${links.join('')}</ul>`;
}

const reportFolder = 'key_value_stores/default/';

function resolveFromReport(path: string): string {
    return path.startsWith(reportFolder) ? path.slice(reportFolder.length) : `../../${path}`;
}
