import type { ProblemGroup } from '../../input/describe-problems.ts';
import { escapeHtml, renderCode } from '../pictures/escape-html.ts';
import { formatCount } from '../terminal/progress.ts';

/** Each problem with its advice and its first lines; empty without problems. */
export function renderProblems(problems: readonly ProblemGroup[]): string {
    return problems.map(renderProblem).join('');
}

function renderProblem({ problem, what_to_do: advice, count, lines }: ProblemGroup, index: number): string {
    const id = `problem-${index + 1}`;
    const hasLists = lines.some(({ list }) => list !== undefined);
    const hasAddresses = lines.some(({ url }) => url !== undefined);
    const rows = lines.map(({ list, line, url = '', profileUrl }) => {
        const address = `<span data-text="${escapeHtml(url)}">${escapeHtml(url)}</span>`;
        const linked =
            profileUrl === undefined
                ? address
                : `<a href="${escapeHtml(profileUrl)}" target="_blank" rel="noopener noreferrer">${address}</a>`;
        return `<tr>${hasLists ? `<td>${escapeHtml(list ?? '')}</td>` : ''}<td class="number">${line}</td>${hasAddresses ? `<td>${linked}</td>` : ''}</tr>`;
    });
    const heads = [...(hasLists ? ['List'] : []), 'Line', ...(hasAddresses ? ['As given'] : [])];
    const isCut = count > lines.length;
    const more = isCut ? '<p class="quiet">profiles.csv has all of them; filter by <code>message</code>.</p>' : '';
    const copy = hasAddresses
        ? `<button type="button" class="copy" data-copy="${id}-lines">Copy ${lines.length === 1 ? 'the address' : `these ${lines.length} addresses`}</button>`
        : '';
    const summary = isCut ? `The first ${lines.length} lines` : count === 1 ? 'The line' : 'The lines';
    return `<h3 id="${id}">${renderCode(problem)} <span class="badge">${formatCount(count)} ${count === 1 ? 'line' : 'lines'}</span></h3>
<p>${renderCode(advice)}</p>
<details><summary>${summary}</summary>${copy}
<table class="list" id="${id}-lines"><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>${more}</details>`;
}
