import type { ResultPlace } from '../../console-report.ts';
import { escapeHtml } from './escape-html.ts';

/** Links to the results; in a local run relative to the report's folder. */
export function renderPlaceLinks(places: readonly ResultPlace[]): string {
    const links = places.map((place) => {
        const href = 'url' in place ? place.url : resolveFromReport(place.path);
        return `<li><a href="${escapeHtml(href)}">${escapeHtml(place.name)}</a></li>`;
    });
    return links.length === 0 ? '' : `<ul class="places">${links.join('')}</ul>`;
}

/** As `renderPlaceLinks`, for a page served over HTTP: browsers open no local files from it, so paths can be copied. */
export function renderPlaces(places: readonly ResultPlace[]): string {
    if (places.every((place) => 'url' in place)) return renderPlaceLinks(places);
    const rows = places.map((place, index) => {
        if ('url' in place) return '';
        const path = `${place.storageDir}/${place.path}`;
        return `<tr><th scope="row">${escapeHtml(place.name)}</th><td id="place-${index}"><code data-text="${escapeHtml(path)}">${escapeHtml(path)}</code></td><td><button type="button" class="copy" data-copy="place-${index}" aria-label="Copy the path of ${escapeHtml(place.name)}">Copy</button></td></tr>`;
    });
    return `<table class="list stacked"><thead class="visually-hidden"><tr><th scope="col">Result</th><th scope="col">Path</th><td></td></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const reportFolder = 'key_value_stores/default/';

function resolveFromReport(path: string): string {
    return path.startsWith(reportFolder) ? path.slice(reportFolder.length) : `../../${path}`;
}
