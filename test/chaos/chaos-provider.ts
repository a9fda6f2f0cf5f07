import { parseSandboxHandle } from '../../src/sources/sandbox/sandbox-handle.ts';
import { startStandIn, type Asked } from '../sources/providers/stand-in.ts';

/** Of whom it has a record: those of the sandbox whose pages are found. */
const known = new Set(['example', 'bare', 'masked', 'unicode', 'flaky', 'moved']);

/** How many lookups a killed container may have made without a row to show for them. */
const lostInAKill = 15;

export type ChaosProvider = Awaited<ReturnType<typeof startChaosProvider>>;

/**
 * A stand-in for AI Ark that knows whom the sandbox finds but for `unknown-<n>`, and counts what each run asks. Runs are told apart by
 * the path of their origin.
 */
export async function startChaosProvider() {
    const standIn = await startStandIn((asked) => ({ body: answer(readUrl(asked)) }));

    /** What a run asked that it should not have: people bought again beyond what its kills explain, a key in its log. */
    function findProblems(runId: string, { kills, log }: { kills: number; log: string }): string[] {
        const urls = standIn.asked.filter(({ path }) => path.startsWith(`/${runId}/`)).map(readUrl);
        const boughtTwice = urls.length - new Set(urls).size;
        const most = kills * lostInAKill;
        return [
            ...(boughtTwice > most ? [`${boughtTwice} lookups bought twice, ${kills} kills explain ${most}`] : []),
            ...(log.includes('canary-key') ? ['the key of the provider is in the log'] : []),
        ];
    }

    return {
        originFor: (runId: string) => `${standIn.origin}/${runId}`,
        findProblems,
        close: () => standIn.close(),
    };
}

function readUrl({ body }: Asked): string {
    const { contact } = body as { contact: { linkedin: { any: { include: string[] } } } };
    return contact.linkedin.any.include[0] ?? '';
}

function answer(url: string): object {
    const handle = decodeURIComponent(/\/in\/([^/]+)/.exec(url)?.[1] ?? '');
    const kind = parseSandboxHandle(handle)?.kind;
    if (kind === undefined || !known.has(kind)) return { content: [], totalElements: 0 };
    const profile = {
        full_name: 'Pat Quill',
        first_name: 'Pat',
        last_name: 'Quill',
        title: 'Tester',
        headline: 'Tester',
    };
    return { content: [{ identifier: handle, profile, link: { linkedin: url } }], totalElements: 1 };
}
