import { describe, expect, it } from 'vitest';
import { readAddresses } from '../../../../src/actor/input/lists/read-addresses.ts';

const url = (handle: string) => `https://www.linkedin.com/in/${handle}`;
const ada = url('ada');
const bob = url('bob');
/** The handles named in a text; a rejection by its kind. */
const read = (text: string) =>
    readAddresses(text).map(({ parsing }) => (parsing.ok ? parsing.profileUrl.handle : `no: ${parsing.kind}`));

describe('a text of a list', () => {
    it.each([
        [`Ada Example\t${ada}\tUtrecht`],
        [`Ada Example ${ada}`],
        [`${ada} Ada Example`],
        [`${ada}/, CEO`],
        [`Ada,${ada}`],
        [`Ada (${ada})`],
        [`LinkedIn:${ada}`],
        [`url=${ada}`],
        [`see ${ada}.`],
        [`**${ada}**`],
        [`_${ada}_`],
        [`“${ada}”`],
        [`<${ada}>`],
        [`<${ada}|Ada Example>`],
        [`[Ada Example](${ada})`],
        [`[linkedin.com/in/ad...](${ada} "Ada")`],
        [`=HYPERLINK("${ada}","Ada")`],
        [`=HYPERLINK("${ada}";"Ada (CEO)")`],
        [`=LIEN_HYPERTEXTE("${ada}";"Ada")`],
        [`"=HYPERLINK(""${ada}"",""Ada"")"`],
        [`<a href="${ada}">linkedin.com/in/ad…</a>`],
        [`<a class="x" href='${ada}'>Ada</a><br>`],
        [`${ada} https://www.linkedin.com/company/acme`],
        [`Ada ada@linkedin.com ${ada}`],
        [`Ada ${url('ACwAAAbCdEfG')} ${ada}`],
        [`Ada: ${ada} = ${ada}/`],
        [`https://www.google.com/url?q=${ada}&sa=D Ada`],
        [`https:// www.linkedin.com/in/ada`],
        [`${ada} Sales/Marketing`],
        [`"${ada}",`],
    ])('%s names one person', (text) => {
        expect(readAddresses(text)).toMatchObject([
            { url: text, parsing: { ok: true, profileUrl: { handle: 'ada' } } },
        ]);
    });

    it.each([
        [`${ada}, ${bob}`],
        [`${ada},${bob}`],
        [`${ada}; ${bob}`],
        [`${ada}\t${bob}`],
        [`${ada} | ${bob}`],
        [`${ada} and ${bob}`],
        [`1. ${ada} 2. ${bob}`],
        [`['${ada}', '${bob}']`],
        [`[Ada](${ada}), [Bob](${bob})`],
        [`${ada}\\n${bob}`],
    ])('%s is two lines', (text) => expect(read(text)).toEqual(['ada', 'bob']));

    it('repeats each of several addresses as given', () => {
        expect(readAddresses(`${ada}, ${bob};`).map((found) => found.url)).toEqual([ada, bob]);
        expect(readAddresses(`[Ada](${ada}), <${bob}>`).map((found) => found.url)).toEqual([
            `[Ada](${ada})`,
            `<${bob}>`,
        ]);
    });

    it('with several people among other text is one rejection that lists their addresses', () => {
        const [found, ...others] = readAddresses(`Ada ${ada}, her boss ${bob}`);
        expect(others).toEqual([]);
        expect(found?.parsing).toEqual({
            ok: false,
            kind: 'several',
            reason: `This line names several profiles among other text: ${ada}, ${bob}. Give each of them a line of its own.`,
        });
    });

    it.each([
        [url('john smith/'), 'cutByBlank'],
        [url('john van smith/en'), 'cutByBlank'],
        [`${url('jonathan-br')} …`, 'cutOff'],
        [`${url('jonathan-br')} ... more`, 'cutOff'],
        [url('ada,Ada Example'), 'unclearEnd'],
        [`${ada}${bob}`, 'several'],
        ['evil.example/linkedin.com/in/ada', 'otherHost'],
        ['Ada https://evil.example/linkedin.com/in/ada', 'otherHost'],
        [`https://evil.example/?to=${ada}`, 'otherHost'],
        ['https://user:secret@www.linkedin.com/in/ada', 'credentials'],
        ['Hey, here are the prospects:', 'notAUrl'],
        ['Jane, Acme', 'notAUrl'],
        ['CEO', 'bareWord'],
        ['Acme https://www.linkedin.com/company/acme', 'company'],
        [`<a href="https://example.com/">Ada</a>`, 'notAUrl'],
    ])('%s is never fetched (%s)', (text, kind) => expect(read(text)).toEqual([`no: ${kind}`]));

    it('keeps a comma that belongs to the handle', () => {
        expect(read(url('ada-sample,-mba'))).toEqual(['ada-sample,-mba']);
    });

    it('that is blank is ignored', () => expect(readAddresses(' \t ')).toEqual([]));

    it('is repeated up to 2,000 characters, never cut inside one', () => {
        const [found] = readAddresses(`${'x'.repeat(1999)}😀${'y'.repeat(9_000_000)}`);
        expect(found).toMatchObject({ url: `${'x'.repeat(1999)}…`, parsing: { ok: false, kind: 'tooLong' } });
    });

    it.each(['<a href=', '[a](x "', '=A("" ', '<http:', "'", '"', '= ', `${ada}, `, '[', '(', '%'])(
        'takes time linear in its length, whatever it repeats: %s',
        (piece) => {
            // Quadratic time would take minutes here and fail by the test's timeout.
            expect(readAddresses(`${piece.repeat(30_000)}!`).length).toBeGreaterThan(0);
        },
    );
});
