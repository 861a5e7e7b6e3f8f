/**
 * The look of the page: one scale of type, one of space, colour only where it means something, light and dark.
 * Invariants: every pair of text and ground has a contrast of at least 4.5:1; nothing is told by colour alone; nothing is
 * wider than a window of 320 pixels. Plain text, because its hash stands in the page's content security policy.
 */

const light = `
--ground: #f6f6f3; --sheet: #ffffff; --sunk: #f0f0ec; --line: #dcdcd5; --ink: #1b1d20; --soft: #565b63;
--accent: #0a6558; --accent-ink: #ffffff; --focus: #0b57d0;
--stale: #0a6558; --stale-tint: #dff1ec; --dead: #594878; --dead-tint: #ece8f4;
--blocked: #84460a; --blocked-tint: #fbecd9; --orphaned: #1c548f; --orphaned-tint: #e1edf8;
--ramp: #cfd3d6; --soak: #9fb8b2; --shade: 0 1px 2px #1b1d2012, 0 4px 16px #1b1d200a;`;

const dark = `
--ground: #121517; --sheet: #1a1e21; --sunk: #14181a; --line: #30363b; --ink: #e8eaec; --soft: #a5acb4;
--accent: #6dd0ba; --accent-ink: #0c211d; --focus: #8ab8ff;
--stale: #6dd0ba; --stale-tint: #12312b; --dead: #c3b4e4; --dead-tint: #2a2440;
--blocked: #efb566; --blocked-tint: #38290f; --orphaned: #90c2f3; --orphaned-tint: #142b45;
--ramp: #3a4147; --soak: #4d6b64; --shade: 0 1px 2px #0006;`;

const base = `
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
html { font: 100%/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; background: var(--ground); color: var(--ink);
  -webkit-text-size-adjust: 100%; scroll-behavior: smooth; scroll-padding-top: 5.5rem; }
body { margin: 0; font-size: .9375rem; }
body > header, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }
h1, h2, h3, h4, h5, p, ul, ol, dl, dd, figure, pre { margin: 0; }
h1 { font-size: clamp(2rem, 1.3rem + 3vw, 3.25rem); line-height: 1.08; letter-spacing: -.025em; font-weight: 700; text-wrap: balance; }
h2 { font-size: 1.3125rem; line-height: 1.25; letter-spacing: -.012em; font-weight: 650; }
h3 { font-size: 1rem; line-height: 1.4; font-weight: 650; }
h4 { font-size: .9375rem; font-weight: 650; margin: 1.75rem 0 .5rem; }
h5 { font-size: .8125rem; font-weight: 600; color: var(--soft); margin: 1rem 0 .375rem; }
small { font-size: .8125rem; color: var(--soft); }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .92em; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; line-height: 1.5; font-size: .8125rem; tab-size: 2; }
pre code { font-size: inherit; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: .25rem; }
main:focus { outline: none; }
button, select, input { font: inherit; color: inherit; }
button, select, input[type=search] { min-height: 2.25rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--sheet); padding: .25rem .75rem; }
button { cursor: pointer; }
button:hover, select:hover { border-color: var(--soft); }
.quiet code { white-space: nowrap; } .quiet { color: var(--soft); font-size: .875rem; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--sheet); padding: .5rem 1rem; z-index: 3; }
.icon { width: 1em; height: 1em; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; flex: none; }
.solid { fill: currentColor; stroke: none; }
`;

const top = `
body > header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem; padding-block: 1.25rem; }
.brand { font-weight: 700; letter-spacing: -.01em; }
.brand span { font-weight: 400; color: var(--soft); }
.stamp { color: var(--soft); font-size: .875rem; margin-left: auto; }
main > section, .charts { margin-top: clamp(2.5rem, 6vw, 4.5rem); }
.hero { margin-top: clamp(1.5rem, 5vw, 3.5rem) !important; display: grid; gap: 2rem clamp(2rem, 5vw, 4rem); grid-template-columns: minmax(0, 1fr); align-items: start; }
.lead { font-size: 1.1875rem; line-height: 1.5; color: var(--soft); margin-top: 1rem; max-width: 38rem; text-wrap: pretty; }
.tiles { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 1.25rem 2.25rem; margin: 2rem 0 1.25rem; }
.tiles li { font-size: .8125rem; color: var(--soft); max-width: 8rem; line-height: 1.35; }
.tiles b { display: block; font-size: 1.875rem; line-height: 1.15; font-weight: 650; letter-spacing: -.02em; color: var(--ink); font-variant-numeric: tabular-nums; }
.tiles li:first-child b { color: var(--accent); }
.begin { background: var(--sheet); border: 1px solid var(--line); border-top: 4px solid var(--accent); border-radius: .75rem; padding: 1.5rem; box-shadow: var(--shade); display: grid; gap: .875rem; }
.begin h2 { overflow-wrap: anywhere; }
@media (min-width: 60rem) { .hero:has(.begin) { grid-template-columns: minmax(0, 1.35fr) minmax(0, 1fr); } }
.charts { display: grid; gap: 2.5rem clamp(2rem, 4vw, 3.5rem); grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.chart { min-width: 0; }
figcaption p { color: var(--soft); font-size: .875rem; margin: .25rem 0 1rem; }
.key { white-space: nowrap; }
.key::before { content: ""; display: inline-block; width: .75em; height: .75em; border-radius: 2px; margin-right: .3em; background: var(--ramp); }
.key.soak::before { background: var(--soak); }
.key.late::before { background: var(--stale); }
.plot { width: 100%; border-collapse: collapse; table-layout: fixed; }
.plot th, .plot td { text-align: left; font-weight: 400; padding: .25rem 0; vertical-align: middle; }
.plot thead th:first-child { width: 42%; } .plot th:first-child { padding-right: .75rem; }
.row { display: flex; align-items: center; gap: .375rem; } .plot th a { min-width: 0; } .ink { display: flex; } .ink.stale { color: var(--stale); } .ink.dead { color: var(--dead); } .ink.blocked { color: var(--blocked); } .ink.orphaned { color: var(--orphaned); }
.plot th code { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: .8125rem; }
.plot .number { width: 8.75rem; padding-left: .875rem; font-variant-numeric: tabular-nums; line-height: 1.25; font-size: .875rem; }
.plot .number small { display: block; }
.plot svg { display: block; overflow: visible; }
.plot rect { fill: var(--accent); }
.plot .ramp { fill: var(--ramp); } .plot .soak { fill: var(--soak); }
.plot .stale { fill: var(--stale); } .plot .dead { fill: var(--dead); } .plot .blocked { fill: var(--blocked); } .plot .orphaned { fill: var(--orphaned); }
.axis text { fill: var(--soft); font-size: .75rem; } .axis line { stroke: var(--line); }
`;

const cards = `
.bar { position: sticky; top: 0; z-index: 2; background: var(--ground); padding: .75rem 0; display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; border-bottom: 1px solid var(--line); }
.bar h2 { margin-right: auto; }
#tools { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; width: 100%; }
.search { flex: 1 1 15rem; }
.search input { width: 100%; }
fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .375rem; min-width: 0; }
.pill { position: relative; cursor: pointer; }
.pill input { position: absolute; opacity: 0; inset: 0; margin: 0; width: 100%; height: 100%; cursor: pointer; }
.pill span { display: block; border: 1px solid var(--line); border-radius: 2rem; padding: .3125rem .75rem; font-size: .875rem; color: var(--soft); text-decoration: line-through; }
.pill :checked + span { background: var(--sheet); border-color: var(--soft); color: var(--ink); text-decoration: none; }
.pill b { font-weight: 600; font-variant-numeric: tabular-nums; }
.pill :focus-visible + span { outline: 2px solid var(--focus); outline-offset: 2px; }
.sort { font-size: .875rem; color: var(--soft); }
.sort select { color: var(--ink); }
#count { font-size: .875rem; color: var(--soft); font-variant-numeric: tabular-nums; }
#list { display: grid; gap: .625rem; margin-top: 1rem; }
.flag { background: var(--sheet); border: 1px solid var(--line); border-radius: .75rem; min-width: 0; }
.flag:has(details[open]) { box-shadow: var(--shade); }
.flag > details > summary { list-style: none; cursor: pointer; padding: .875rem 1.25rem .875rem 2.75rem; position: relative; display: grid; gap: .125rem 1.5rem; grid-template-columns: minmax(0, 1fr) auto; border-radius: .75rem; }
summary::-webkit-details-marker { display: none; }
.flag summary::before { content: ""; position: absolute; left: 1.25rem; top: 1.25rem; width: .5rem; height: .5rem; border: solid var(--soft); border-width: 0 2px 2px 0; transform: rotate(-45deg); transition: transform .12s; }
.flag [open] > summary::before { transform: rotate(45deg); }
.flag summary:hover { background: var(--sunk); }
.title { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .625rem; min-width: 0; }
.title h3 { min-width: 0; }
.brief { grid-column: 1; color: var(--soft); font-size: .875rem; min-width: 0; overflow-wrap: anywhere; }
.figures { grid-column: 2; grid-row: 1 / 3; display: flex; gap: 1.25rem; align-items: center; font-size: .8125rem; color: var(--soft); text-align: right; }
.figure { width: 3.25rem; } .figure b { display: block; font-size: 1.0625rem; line-height: 1.2; font-weight: 650; color: var(--ink); font-variant-numeric: tabular-nums; }
.dots { flex: none; margin-right: .5rem; } .dots circle { fill: none; stroke: var(--soft); stroke-width: 1.25; } .dots .done { fill: var(--accent); stroke: none; }
.dots .now { stroke: var(--accent); stroke-width: 2.5; } .dots .unseen { stroke-dasharray: 2 1.6; } .dots .none { fill: var(--soft); stroke: none; }
.chip { display: inline-flex; align-items: center; gap: .3em; font-size: .75rem; font-weight: 600; padding: .125rem .5rem .125rem .375rem; border-radius: 1rem; white-space: nowrap; border: 1px solid transparent; }
.chip.stale { color: var(--stale); background: var(--stale-tint); } .chip.dead { color: var(--dead); background: var(--dead-tint); }
.chip.blocked { color: var(--blocked); background: var(--blocked-tint); } .chip.orphaned { color: var(--orphaned); background: var(--orphaned-tint); }
.body { padding: 0 1.25rem 1.5rem 2.75rem; border-top: 1px solid var(--line); min-width: 0; }
.callout { border-left: 3px solid var(--line); padding: .125rem 0 .125rem 1rem; margin-top: 1.5rem; }
.callout.blocked { border-color: var(--blocked); } .callout h4 { margin: 0 0 .25rem; }
.plain, .names, .places, .branches { padding: 0; list-style: none; overflow-wrap: anywhere; }
.plain li + li { margin-top: .25rem; }
.places { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .875rem; }
.branches { display: grid; gap: .75rem; margin-top: .75rem; }
.place { color: var(--soft); font-size: .8125rem; }
.cut, .copy { background: var(--sunk); border: 1px solid var(--line); border-radius: .5rem; padding: .625rem .875rem; margin-top: .25rem; }
.cut { border-left: 3px solid var(--soft); }
.copy { display: flex; gap: .75rem; align-items: flex-start; }
.copy pre { flex: 1; min-width: 0; padding: .1875rem 0; }
.copy button { min-height: 1.875rem; padding: 0 .625rem; font-size: .8125rem; flex: none; }
.facts { display: grid; gap: .375rem; }
.facts div { display: grid; grid-template-columns: minmax(6rem, 9rem) minmax(0, 1fr); gap: .25rem 1rem; }
.facts dt { color: var(--soft); } .facts dd { overflow-wrap: anywhere; }
.rows { width: 100%; border-collapse: collapse; margin-top: 1rem; font-size: .875rem; }
.rows caption { text-align: left; color: var(--soft); font-size: .8125rem; font-weight: 600; padding-bottom: .25rem; }
.rows th, .rows td { text-align: left; vertical-align: top; padding: .4375rem .75rem .4375rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.rows thead th { font-weight: 500; color: var(--soft); border: 0; font-size: .8125rem; } .rows tbody th { font-weight: 600; }
.steps { padding-left: 1.375rem; display: grid; gap: .375rem; max-width: 46rem; overflow-wrap: anywhere; }
.steps li::marker { color: var(--soft); font-variant-numeric: tabular-nums; }
.steps .done { color: var(--soft); } .tag { font-size: .75rem; font-weight: 600; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; margin-left: .25rem; white-space: nowrap; }
.next .tag { color: var(--accent); border-color: var(--accent); }
.more { margin-top: .75rem; } .more summary { cursor: pointer; font-size: .875rem; font-weight: 600; color: var(--accent); width: fit-content; } .more summary::before { content: "+ "; } .more[open] > summary::before { content: "– "; }
.stages { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(7, minmax(0, 1fr)); gap: 0; margin-top: .75rem; }
.stages li { position: relative; padding-right: 1rem; font-size: .8125rem; line-height: 1.4; color: var(--soft); overflow-wrap: anywhere; }
.stages li::before { content: ""; position: absolute; left: 0; right: 0; top: .75rem; border-top: 2px solid var(--line); }
.stages li.done::before { border-color: var(--accent); } .stages li:last-child::before { right: auto; width: 1.5rem; }
.mark { position: relative; display: grid; place-items: center; width: 1.5rem; height: 1.5rem; border-radius: 50%; border: 2px solid var(--line); background: var(--sheet); margin-bottom: .5rem; font-size: .875rem; }
.done .mark { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
.now .mark { border-color: var(--accent); color: var(--accent); box-shadow: 0 0 0 4px var(--stale-tint); }
.ahead .mark, .unseen .mark { border-style: dashed; border-color: var(--soft); }
.none .mark { border-color: transparent; background: var(--sheet); }
.stage { display: block; color: var(--ink); font-weight: 600; font-size: .875rem; }
.none .status { display: none; } .none .stage { color: var(--soft); font-weight: 500; }
.status::after { content: ""; } .now .status { color: var(--accent); font-weight: 650; }
.when time, .number time { white-space: nowrap; } .when { display: block; color: var(--ink); font-variant-numeric: tabular-nums; } .what { display: block; margin-top: .125rem; } .stages .place { font-size: .75rem; }
.empty { margin-top: 1.5rem; padding: 2.5rem; border: 1px dashed var(--line); border-radius: .75rem; color: var(--soft); display: grid; gap: .5rem; }
.empty h2 { color: var(--ink); } p.empty { text-align: center; display: block; }
footer { margin-top: 5rem; padding-block: 1.5rem 3rem; color: var(--soft); font-size: .875rem; }
footer summary { cursor: pointer; color: var(--ink); } footer .facts { margin: 1rem 0 1.5rem; max-width: 46rem; } footer p { border-top: 1px solid var(--line); padding-top: 1.25rem; margin-top: 1.25rem; }
`;

const media = `
@media (max-width: 56rem) {
.stages { grid-template-columns: minmax(0, 1fr); gap: 0; }
.stages li { padding: 0 0 .875rem 2.25rem; }
.stages li::before { left: .6875rem; right: auto; top: .75rem; bottom: -.75rem; border-top: 0; border-left: 2px solid var(--line); }
.stages li:last-child::before { display: none; }
.mark { position: absolute; left: 0; top: 0; margin: 0; z-index: 1; }
.stage, .what, .when { display: inline; } .what { display: block; } .when { margin-left: .5rem; }
.none { padding-bottom: .5rem; }
}
@media (max-width: 40rem) {
.stamp { margin: 0; order: 3; width: 100%; } #theme { margin-left: auto; }
.bar { position: static; } .search { flex-basis: 100%; }
.flag > details > summary { grid-template-columns: minmax(0, 1fr); padding: .875rem 1rem .875rem 2.25rem; } .flag summary::before { left: .9375rem; }
.figures { grid-column: 1; grid-row: auto; gap: 1rem; text-align: left; margin-top: .25rem; } .figure b { display: inline; font-size: .9375rem; } .figure { width: auto; } .figure:empty { display: none; } .dots { order: 9; margin: 0; }
.body { padding: 0 1rem 1.25rem; }
.facts div { grid-template-columns: minmax(0, 1fr); gap: 0; } .facts div + div { margin-top: .25rem; }
.plot, .plot thead, .plot tbody, .plot tr, .plot th, .plot td { display: block; width: auto !important; padding: 0 !important; }
.plot tbody tr { margin-bottom: .75rem; } .plot thead tr { display: flex; align-items: flex-start; gap: .5rem; } .plot thead .bars { flex: 1; } .plot thead th:first-child { display: none; } .plot thead small { display: inline; line-height: 1; } .plot .number small { display: inline; } .plot th:first-child:not(:only-child) { padding: 0; }
.rows thead { display: none; } .rows tr { display: block; border-top: 1px solid var(--line); padding: .5rem 0; } .rows th, .rows td { display: block; border: 0; padding: 0; }
.rows td:not(:empty)::before { content: attr(data-label) ": "; color: var(--soft); }
.copy { flex-direction: column; align-items: stretch; } .copy button { align-self: flex-start; }
.empty { padding: 1.5rem; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } * { transition: none !important; } }
@media (forced-colors: active) { .chip, .mark, .pill span { border-color: CanvasText; } .plot rect { fill: CanvasText; } .plot .ramp, .plot .soak { fill: GrayText; } }
@media print {
:root:root:root { color-scheme: light; ${light} --ground: #fff; --sunk: #fff; --shade: none; }
html { font-size: 80%; } #theme, #tools, #count, .skip, .copy button { display: none !important; } .bar { position: static; }
* { print-color-adjust: exact; } .flag { break-inside: auto; box-shadow: none; } .flag summary, h4, h5 { break-after: avoid; } .copy, .cut, .stages, .chart { break-inside: avoid; }
details::details-content { content-visibility: visible; }
}
`;

/** The whole style sheet. */
export const styleSheet = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
:root[data-theme=light] { color-scheme: light; ${light} }
:root[data-theme=dark] { color-scheme: dark; ${dark} }
${base}${top}${cards}${media}`;
