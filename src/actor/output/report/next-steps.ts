import type { SourceName } from '../../../enrichment/result/result.ts';
import { renderCode } from '../pictures/escape-html.ts';
import type { ReportFacts } from './report-facts.ts';

/** What a provider may know and LinkedIn's logged-out page mostly hides. */
const hiddenParts = new Set(['Title', 'Positions']);
const pageSource: SourceName = 'public-page';

/** What to do about a run, in the order of what it brings; each step as HTML. */
export function listNextSteps(facts: ReportFacts): string[] {
    const { output, why, failedCount, problems, places, statistics } = facts;
    const steps: string[] = [];
    if (why !== '') steps.push(renderCode(why));
    if (failedCount > 0)
        steps.push(
            `Run the lines again that ended in an error: their addresses are in ${linkTo(places, 'Try again', 'FAILED_URLS')}, ready for <code>profileUrls</code>. They cost nothing so far.`,
        );
    if (output.invalid > 0)
        steps.push(`Correct the lines that are no profile URL: the <a href="#problems">problems</a> say what each is.`);
    if (output.not_found > 0)
        steps.push('Look up the people who were not found: a profile that was renamed has another address.');
    const { sources } = statistics.completeness;
    const isHidden = sources.some(
        ({ source, oftenMissing }) => source === pageSource && oftenMissing.some((part) => hiddenParts.has(part)),
    );
    if (isHidden && output.mode === 'live')
        steps.push(
            'Titles or positions are missing from most profiles, because LinkedIn hides them from visitors: name a provider in <code>sources</code> to fill them in.',
        );
    if (steps.length === 0 && problems.length === 0)
        steps.push(`Nothing: every line has its answer. Open ${linkTo(places, 'Your list', 'your list')}.`);
    return steps;
}

/** A link to a result of a local run; elsewhere its name. */
function linkTo(places: ReportFacts['places'], name: string, text: string): string {
    const place = places.find((one) => one.name === name);
    return place && 'path' in place ? `<a href="${place.path.replace(/^.*\//, '')}">${text}</a>` : text;
}
