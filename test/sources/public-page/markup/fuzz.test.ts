import { fc, fuzzRuns, fuzzSeed } from '../../../helpers/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { profileSchema } from '../../../../src/enrichment/result/profile.ts';
import { arbitraryPerson } from '../../../fixtures/arbitrary-person.ts';
import { pageLanguageNames } from '../../../fixtures/page-languages.ts';
import { pageEras } from '../../../fixtures/page-markup.ts';
import { renderJsonLd } from '../../../fixtures/render-json-ld.ts';
import { renderPersonPage } from '../../../fixtures/render-page.ts';
import { readExamplePage } from '../../../helpers/pages/read-page.ts';

const numRuns = fuzzRuns(300);
/** A hundred times what a page of this size takes. */
const patienceMs = 3000;

/** CPU time, which does not depend on other processes. */
function cpuMsSince(start: NodeJS.CpuUsage): number {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
}

/** Snippets that break parsers, or that readers look for. */
const splinters = [
    '<!--',
    '-->',
    '<',
    '>',
    '"',
    "'",
    '<script>',
    '</script>',
    '<title>',
    '<textarea>',
    '<![CDATA[',
    '<svg>',
    '</svg>',
    '<main>',
    '</main>',
    '</section></div></ul>',
    '<li>',
    '<h1 class="top-card-layout__title">',
    '<section data-section="experience">',
    '<time>',
    '<template>',
    '<div class="modal">',
    '<a href="https://[">',
    '<a href="https://www.linkedin.com/redir/redirect?url=%E0%A4%A">',
    '<script type="application/ld+json">{"@type":"Person",',
    '&#xFFFFFFFF;',
    '&#0;',
    '\u0000',
    '\uD800',
    '*****',
    'undefined',
    '<div>'.repeat(5000),
    '</div>'.repeat(300),
];

type Mutation =
    | { kind: 'cut'; at: number }
    | { kind: 'remove' | 'repeat'; from: number; length: number }
    | { kind: 'insert'; at: number; text: string }
    | { kind: 'bytes'; at: number; bytes: Uint8Array };

const where = fc.double({ min: 0, max: 1, noNaN: true });
const anyMutation: fc.Arbitrary<Mutation> = fc.oneof(
    fc.record({ kind: fc.constant('cut' as const), at: where }),
    fc.record({
        kind: fc.constantFrom('remove' as const, 'repeat' as const),
        from: where,
        length: fc.nat({ max: 4000 }),
    }),
    fc.record({ kind: fc.constant('insert' as const), at: where, text: fc.constantFrom(...splinters) }),
    fc.record({ kind: fc.constant('bytes' as const), at: where, bytes: fc.uint8Array({ maxLength: 40 }) }),
);

function mutate(page: Buffer, mutation: Mutation): Buffer {
    const place = Math.floor(('at' in mutation ? mutation.at : mutation.from) * page.length);
    const [before, after] = [page.subarray(0, place), page.subarray(place)];
    switch (mutation.kind) {
        case 'cut':
            return before;
        case 'remove':
            return Buffer.concat([before, after.subarray(mutation.length)]);
        case 'repeat':
            return Buffer.concat([before, after.subarray(0, mutation.length), after]);
        case 'insert':
            return Buffer.concat([before, Buffer.from(mutation.text), after]);
        case 'bytes':
            return Buffer.concat([before, mutation.bytes, after]);
    }
}

const anyMutations = fc.array(anyMutation, { minLength: 1, maxLength: 5 });
const anyPage = fc
    .record({
        person: arbitraryPerson,
        era: fc.constantFrom(...pageEras),
        language: fc.constantFrom(...pageLanguageNames),
        isMasked: fc.boolean(),
        hasData: fc.boolean(),
    })
    .map(({ person, hasData, ...options }) => {
        const head = hasData ? renderJsonLd(person, { style: '2026', isMasked: options.isMasked }) : '';
        return renderPersonPage(person, { ...options, head });
    });

const walls = [
    `<!DOCTYPE html><html><head><meta name="pageKey" content="auth_wall_desktop_profile"><title>Sign Up | LinkedIn</title></head>
<body><main class="main"><section class="top-card-layout"><h1 class="top-card-layout__title">Join to see Ada Example</h1><h2 class="top-card-layout__headline">Sign in</h2></section></main></body></html>`,
    `<!DOCTYPE html><html><head><meta name="pageKey" content="d_homepage-guest-home"><title>LinkedIn: Log In or Sign Up</title></head>
<body><main><h1 class="top-card-layout__title">Welcome to your professional community</h1></main></body></html>`,
    `<!DOCTYPE html><html><head><meta name="pageKey" content="public_profile_v3_desktop"><title>Sign Up | LinkedIn</title></head>
<body><main><h1>Join LinkedIn</h1><p>Agree &amp; Join</p><ul><li><h3>Sign in</h3></li></ul></main></body></html>`,
    `<!DOCTYPE html><html><head><meta name="pageKey" content="public_profile_v3_desktop"><title>LinkedIn</title></head>
<body><main><h1>Welcome back</h1><form><input name="session_key"></form></main></body></html>`,
    '<html><head><script>window.location.href = "https://www.linkedin.com/authwall?trk=x"</script></head></html>',
    '',
];

describe(`a broken page (FUZZ_SEED=${fuzzSeed})`, () => {
    it('never throws, never hangs, and yields a valid profile or none', async () => {
        const check = fc.asyncProperty(anyPage, anyMutations, async (page, mutations) => {
            const startedAt = process.cpuUsage();
            const reading = await readExamplePage(mutations.reduce(mutate, Buffer.from(page)));
            expect(cpuMsSince(startedAt)).toBeLessThan(patienceMs);
            if (reading.kind === 'found') profileSchema.parse(reading.profile);
        });
        await fc.assert(check, { numRuns });
    }, 300_000);

    it('yields no profile when it is truncated before the end of the main part', async () => {
        const check = fc.asyncProperty(anyPage, where, async (page, at) => {
            const bytes = Buffer.from(page);
            const end = bytes.lastIndexOf('</main>', bytes.indexOf('<footer>'));
            const reading = await readExamplePage(bytes.subarray(0, Math.floor(at * end)));
            expect(reading.kind).not.toBe('found');
        });
        await fc.assert(check, { numRuns });
    }, 300_000);

    it('is never a profile when it is a wall', async () => {
        const check = fc.asyncProperty(
            fc.constantFrom(...walls),
            fc.array(anyMutation, { maxLength: 5 }),
            async (page, mutations) => {
                const isMended = mutations.some(
                    (mutation) => mutation.kind === 'insert' && /top-card|ld\+json/.test(mutation.text),
                );
                fc.pre(!isMended);
                const reading = await readExamplePage(mutations.reduce(mutate, Buffer.from(page)));
                expect(reading.kind).not.toBe('found');
            },
        );
        await fc.assert(check, { numRuns: numRuns * 4 });
    }, 300_000);

    it('is parsed in time when it is 2 MB of unclosed beginnings', async () => {
        for (const splinter of splinters) {
            const page = Buffer.from(
                walls[3]?.replace('<h1>', splinter.repeat(Math.ceil(2e6 / splinter.length))) ?? '',
            );
            const startedAt = process.cpuUsage();
            const reading = await readExamplePage(page);
            expect(reading.kind, splinter.slice(0, 40)).not.toBe('found');
            expect(cpuMsSince(startedAt), splinter.slice(0, 40)).toBeLessThan(patienceMs);
        }
    }, 120_000);
});
