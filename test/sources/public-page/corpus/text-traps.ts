import { pageOf, section, withMarkup, withSections, type CorpusCase } from './corpus-case.ts';

const headline = (name: string, markup: string, expected: string | null): CorpusCase => ({
    name,
    page: withMarkup(pageOf({ headline: 'MARKER' }), '>\n MARKER', `>\n ${markup}`),
    expected: { headline: expected },
});

const summary = (name: string, markup: string, expected: string | null): CorpusCase => ({
    name,
    page: withSections(pageOf({}), section('summary', markup)),
    expected: { summary: expected },
});

const description = (name: string, markup: string, expected: string | null): CorpusCase => ({
    name,
    page: withSections(
        pageOf({}),
        section('projects', `<ul><li><div><h3>Tide Clock</h3><div>${markup}</div></div></li></ul>`),
    ),
    expected: {
        projects: [{ name: 'Tide Clock', url: null, date: { start: null, end: null }, description: expected }],
    },
});

/** What users and the page's own code put into texts. */
export const textTraps: CorpusCase[] = [
    headline('an entity', 'R&amp;D &lt;lead&gt;', 'R&D <lead>'),
    headline('an entity escaped twice', 'R&amp;amp;D &amp;lt;3 &amp;quot;x&amp;quot;', 'R&D <3 "x"'),
    headline('a number escaped twice', 'It&amp;#39;s &amp;#x1F680; me', "It's 🚀 me"),
    headline('half a surrogate pair, escaped', 'x &amp;#55357; y', 'x &#55357; y'),
    headline('a non-breaking and a narrow space', 'Head&nbsp;of\u202Ftides', 'Head of tides'),
    headline('zero-width and soft characters', 'He\u200Bad\u00AD of\uFEFF \u2060tides', 'Head of tides'),
    headline('direction marks and isolates', '\u202BHead\u202C \u2067of\u2069 \u200Ftides\u200E', 'Head of tides'),
    headline('an object-replacement character', '\uFFFC\uFFFCHead of tides', 'Head of tides'),
    headline('emoji with joiners and flags', '👩‍🚀 🇺🇸 👍🏽', '👩‍🚀 🇺🇸 👍🏽'),
    headline('Persian, whose words need a joiner', 'می‌خواهم', 'می‌خواهم'),
    headline('comments between words', 'Head<!-- x --> of<!----> tides', 'Head of tides'),
    headline('an element within a word', 'He<em>ad</em> of <b>tides</b>', 'Head of tides'),
    headline('a button', 'Head of tides<button>Follow</button>', 'Head of tides'),
    headline('asterisks', '***** **** ** *****', null),
    headline('two asterisks', '**', null),
    headline('asterisks with separators', '****, ***** (***) – ***', null),
    headline('asterisks and undefined', '*** *********** undefined', null),
    headline('only undefined', 'undefined', null),
    headline('asterisks in a real headline', '★ 5 ** stars', '★ 5 ** stars'),
    headline('dashes for no headline', '--', null),
    headline('nothing but spaces', ' \n&nbsp;\u200B ', null),

    summary('line breaks', '<p>One.<br>Two.<br/><br>Three.</p>', 'One.\nTwo.\nThree.'),
    summary('several paragraphs', '<p>One.</p>\n<p>Two.</p>', 'One.\nTwo.'),
    summary('breaks escaped twice', '<p>One.&lt;br&gt;Two.&amp;lt;br&amp;gt;Three.</p>', 'One.\nTwo.\nThree.'),
    summary('white space of the source', '<p>\n    One\n    and\n    the same.\n</p>', 'One and the same.'),
    summary('a truncated text without a paragraph', '<div>I count tides and…</div>', 'I count tides and…'),
    summary('a "show more" button', '<p>One.<button>Show more</button></p><button>Show less</button>', 'One.'),
    summary('masked', '<p>**** ** ***</p>', null),

    description(
        'a collapsed and an expanded copy',
        '<p class="show-more-less-text__text--less">Led t…<button>Show more</button></p><p class="show-more-less-text__text--more">Led tides.<br>All of them.<button>Show less</button></p>',
        'Led tides.\nAll of them.',
    ),
    description(
        'a masked expanded copy',
        '<p class="show-more-less-text__text--less">Led.</p><p class="show-more-less-text__text--more">*** ****</p>',
        'Led.',
    ),
    description(
        'a list',
        '<div class="show-more-less-text__text--more">Did:<ul><li>this</li><li>that</li></ul></div>',
        'Did:\nthis\nthat',
    ),
];
