/** The stylesheet of the live page and the report: system fonts, light and dark, nothing from other hosts. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #ffffff; --ink: #1b2330; --quiet: #566072; --line: #dfe3ea;
  --good: #1f8a5b; --plain: #5b7aa6; --bad: #c2413b; --warn: #b7791f; --accent: #2b62c9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161d; --card: #1a2029; --ink: #e7ebf2; --quiet: #a0abbd; --line: #2e3744;
    --good: #45c08a; --plain: #7f9fd0; --bad: #f0766f; --warn: #e0a94a; --accent: #83abf7;
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
a:focus-visible, summary:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.quiet, caption, figcaption { color: var(--quiet); }
.badge { display: inline-block; border: 1px solid var(--line); border-radius: 1rem; padding: 0 0.625rem; font-size: 0.8125rem; font-weight: 400; line-height: 1.5; color: var(--quiet); }
.cards { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 0.625rem; padding: 1rem; min-width: 0; flex: 1 1 min(26rem, 100%); }
.wide { flex-basis: 100%; }
.card:has(> div:empty) { display: none; }
.sentence { font-size: 1.0625rem; margin: 0.25rem 0 0.75rem; }
progress { appearance: none; width: 100%; height: 0.875rem; border: 0; border-radius: 0.5rem; overflow: hidden; background: var(--line); display: block; }
progress::-webkit-progress-bar { background: var(--line); }
progress::-webkit-progress-value { background: var(--accent); }
progress::-moz-progress-bar { background: var(--accent); }
progress.good::-webkit-progress-value { background: var(--good); } progress.good::-moz-progress-bar { background: var(--good); }
progress.warn::-webkit-progress-value { background: var(--warn); } progress.warn::-moz-progress-bar { background: var(--warn); }
progress.bad::-webkit-progress-value { background: var(--bad); } progress.bad::-moz-progress-bar { background: var(--bad); }
.ending { display: inline-flex; align-items: center; gap: 0.5rem; font-weight: 600; }
.ending::before { content: ""; width: 0.75rem; height: 0.75rem; border-radius: 50%; background: var(--plain); }
.ending.good::before { background: var(--good); } .ending.warn::before { background: var(--warn); } .ending.bad::before { background: var(--bad); }
.fact { font-size: 1.75rem; line-height: 1.2; font-weight: 600; margin: 0.25rem 0 0.75rem; }
ol.steps { margin: 0; padding-left: 1.25rem; } ol.steps li { margin-bottom: 0.25rem; }
ul.places { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; } ul.places li { min-width: 0; overflow-wrap: anywhere; }
button.copy { display: none; font: inherit; font-size: 0.8125rem; color: var(--accent); background: none; border: 1px solid var(--line); border-radius: 0.375rem; padding: 0.125rem 0.625rem; cursor: pointer; white-space: nowrap; }
.scripted button.copy { display: inline-block; }
dl.metrics { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 0.75rem 1rem; margin: 1rem 0 0; }
dl.metrics div { min-width: 0; }
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
table.list thead th { border-top: 0; overflow-wrap: normal; color: var(--quiet); font-weight: 400; font-size: 0.8125rem; width: auto; }
table.list .number { white-space: nowrap; padding-left: 0; } table.counts td + td { white-space: nowrap; } table.list .number, table.list .lines { overflow-wrap: normal; }
table.list tbody th { padding-top: 0.375rem; border-top: 1px solid var(--line); width: auto; }
@media (max-width: 40rem) {
  table.list { font-size: 0.875rem; } table.list th, table.list td { padding-right: 0.5rem; }
  table.stacked thead { display: none; } table.stacked tr { display: block; border-top: 1px solid var(--line); padding: 0.5rem 0; }
  table.stacked th[scope="row"], table.stacked td { display: block; width: auto; border: 0; padding: 0.0625rem 0; } table.stacked td:first-child, table.stacked th[scope="row"] { font-weight: 600; }
  table.counts td { display: inline-block; padding-right: 0.75rem; } table.counts td::before { content: attr(data-column) " "; color: var(--quiet); }
  table.stacked td.lines::before { content: "Lines: "; color: var(--quiet); }
}
table + table, table + details { margin-top: 0.75rem; }
figure { margin: 0; } table + figure { margin-top: 1rem; }
figcaption { font-size: 0.875rem; margin-top: 0.5rem; }
.chart { position: relative; }
.chart svg { display: block; width: 100%; height: 9rem; }
.rate { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke; } path.bad { fill: var(--bad); } .limit { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 6 5; vector-effect: non-scaling-stroke; }
.limit-label { font-size: 0.75rem; fill: var(--quiet); paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
.axis { display: flex; justify-content: space-between; font-size: 0.75rem; color: var(--quiet); border-top: 1px solid var(--line); padding-top: 0.125rem; }
ol.latest { list-style: none; margin: 0; padding: 0; columns: 16rem; column-gap: 2rem; }
ol.latest li { padding: 0.25rem 0; break-inside: avoid; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
.visually-hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media print { body { background: none; } .card { break-inside: avoid; } }
`;

/**
 * The clipboard script: a button with `data-copy` copies the parts marked `data-text` of the element it names, one per
 * line. Without scripts the buttons are hidden.
 */
export const copyScript = `
document.documentElement.classList.add('scripted');
document.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-copy]');
  if (!button) return;
  const parts = document.getElementById(button.dataset.copy).querySelectorAll('[data-text]');
  const text = Array.from(parts, (part) => part.dataset.text || part.textContent).join('\\n');
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Copying is not allowed in this browser';
  }
  setTimeout(() => { button.textContent = label; }, 2000);
});
`;
