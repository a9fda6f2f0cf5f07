/** The look of the live page and the report: system fonts, light or dark as the reader's device is set, no other host. */
export const look = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #ffffff; --ink: #1b2330; --quiet: #566072; --line: #dfe3ea;
  --good: #1f8a5b; --plain: #5b7aa6; --bad: #c2413b; --warn: #b7791f; --accent: #2b62c9; --area: #b9cdf3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161d; --card: #1a2029; --ink: #e7ebf2; --quiet: #a0abbd; --line: #2e3744;
    --good: #45c08a; --plain: #7f9fd0; --bad: #f0766f; --warn: #e0a94a; --accent: #83abf7; --area: #2f4a7d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main, header, footer { max-width: 68rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
footer { padding-bottom: 2rem; color: var(--quiet); font-size: 0.875rem; }
h1 { font-size: 1.375rem; line-height: 1.25; margin: 0; display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.625rem; }
h2 { font-size: 1.0625rem; margin: 0 0 0.75rem; }
h3 { font-size: 0.9375rem; margin: 1rem 0 0.25rem; }
h2 + h3 { margin-top: 0; }
p { margin: 0 0 0.5rem; }
ul { margin: 0; padding-left: 1.25rem; }
code { font-size: 0.875em; }
summary { cursor: pointer; color: var(--accent); }
details { margin-bottom: 0.5rem; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.quiet, caption, figcaption { color: var(--quiet); }
.badge { display: inline-block; border: 1px solid var(--line); border-radius: 1rem; padding: 0 0.625rem; font-size: 0.8125rem; font-weight: 400; line-height: 1.5; color: var(--quiet); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1rem; margin: 1rem 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 0.625rem; padding: 1rem; min-width: 0; }
.wide { grid-column: 1 / -1; }
.sentence { font-size: 1.0625rem; margin: 0.25rem 0 0.75rem; }
progress { appearance: none; width: 100%; height: 0.875rem; border: 0; border-radius: 0.5rem; overflow: hidden; background: var(--line); display: block; }
progress::-webkit-progress-bar { background: var(--line); }
progress::-webkit-progress-value { background: var(--accent); }
progress::-moz-progress-bar { background: var(--accent); }
dl.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 0.75rem 1rem; margin: 1rem 0 0; }
dl.figures div { min-width: 0; }
dt { color: var(--quiet); font-size: 0.8125rem; }
dd { margin: 0; font-size: 1.375rem; line-height: 1.25; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
dd small { font-size: 0.8125rem; color: var(--quiet); display: block; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-size: 0.8125rem; padding-bottom: 0.375rem; }
th[scope="row"] { font-weight: 400; text-align: left; padding: 0.1875rem 0.75rem 0.1875rem 0; width: 40%; overflow-wrap: anywhere; }
td.bar { width: 45%; } td.number { text-align: right; padding-left: 0.75rem; white-space: nowrap; }
.wide .bars th[scope="row"] { width: 9.5rem; overflow-wrap: normal; } .wide .bars td.bar { width: auto; } .wide .bars td.number { width: 4.5rem; }
td.bar svg { display: block; width: 100%; height: 0.625rem; border-radius: 0.3125rem; }
rect.track { fill: var(--line); } rect.good { fill: var(--good); } rect.plain { fill: var(--plain); } rect.bad { fill: var(--bad); } rect.warn { fill: var(--warn); }
table.list th, table.list td { text-align: left; vertical-align: top; padding: 0.375rem 0.75rem 0.375rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
table.list thead th { border-top: 0; color: var(--quiet); font-weight: 400; font-size: 0.8125rem; width: auto; }
table + table, table + details { margin-top: 0.75rem; }
figure { margin: 0; } table + figure { margin-top: 1rem; }
figcaption { font-size: 0.875rem; margin-top: 0.5rem; }
.chart { position: relative; }
.chart svg { display: block; width: 100%; height: 9rem; }
.area { fill: var(--area); } path.bad { fill: var(--bad); } .limit { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 6 5; vector-effect: non-scaling-stroke; }
.limit-label { position: absolute; right: 0; top: -0.375rem; font-size: 0.75rem; color: var(--quiet); }
.axis { display: flex; justify-content: space-between; font-size: 0.75rem; color: var(--quiet); border-top: 1px solid var(--line); padding-top: 0.125rem; }
ol.latest { list-style: none; margin: 0; padding: 0; }
ol.latest li { padding: 0.25rem 0; border-top: 1px solid var(--line); font-variant-numeric: tabular-nums; }
ol.latest li:first-child { border-top: 0; }
.visually-hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media print { body { background: none; } .card { break-inside: avoid; } }
`;
