import type { SourceName } from '../../../enrichment/result/result.ts';
import { renderCode } from '../pictures/escape-html.ts';
import type { ReportFacts } from './report-facts.ts';

/** Parts that providers may have and LinkedIn's logged-out pages mostly hide. */
const hiddenParts = new Set(['Title', 'Positions']);
const pageSource: SourceName = 'public-page';

/** The next steps after a run, the most useful first; as HTML. */
export function listNextSteps(facts: ReportFacts): string[] {
    const { output, why, failedCount, problems, places, statistics } = facts;
    const steps: string[] = [];
    if (why !== '') steps.push(renderCode(why));
    if (failedCount > 0)
        steps.push(
            `Run the failed lines again: their addresses are in ${linkTo(places, 'Failed', 'FAILED_URLS')}, ready for <code>profileUrls</code>. They cost nothing so far.`,
        );
    if (output.invalid > 0)
        steps.push(`Correct the invalid lines: the <a href="#problems">problems</a> say what is wrong with each.`);
    if (output.not_found > 0) steps.push('Look up the people not found: a renamed profile has a new address.');
    const { sources } = statistics.completeness;
    const isHidden = sources.some(
        ({ source, oftenMissing }) => source === pageSource && oftenMissing.some((part) => hiddenParts.has(part)),
    );
    if (isHidden && output.mode === 'live')
        steps.push(
            'Most profiles lack titles or positions, which LinkedIn hides from visitors: add a provider to <code>sources</code> to fill them in.',
        );
    if (steps.length === 0 && problems.length === 0)
        steps.push(`Nothing: every line is done. Open ${linkTo(places, 'Your list', 'your list')}.`);
    return steps;
}

/** A link to a result of a local run; elsewhere plain text. */
function linkTo(places: ReportFacts['places'], name: string, text: string): string {
    const place = places.find((one) => one.name === name);
    return place && 'path' in place ? `<a href="${place.path.replace(/^.*\//, '')}">${text}</a>` : text;
}
