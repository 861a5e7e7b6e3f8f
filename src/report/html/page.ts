/**
 * The removal report as one HTML file that needs nothing else: no network, no fonts, no inline handlers. Complete without
 * its script, which only filters, searches, sorts, copies and changes the theme.
 * Input: the model. Output: text. Its content security policy allows its own style and script by their hashes, nothing else.
 */
import { createHash } from 'node:crypto';
import type { FlagRemoval, RemovalReport } from '../removal-model.ts';
import { type Beginning, beginningOf, headline, linesOf, restText, takings } from '../removal-words.ts';
import { flagCard, objectCard } from './card.ts';
import { type Anchored, ageChart, sizeChart } from './charts.ts';
import { clientScript } from './client.ts';
import { breakable, html, type Markup, ownElement, pageText, prose } from './markup.ts';
import { anchorOf, chip, copyable, icons, kinds, list, place } from './parts.ts';
import { styleSheet } from './style.ts';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The whole page. */
export function renderRemovalHtml(report: RemovalReport): string {
  const policy = `default-src 'none'; style-src ${hashOf(styleSheet)}; script-src ${hashOf(clientScript)}; base-uri 'none'; form-action 'none'`;
  const flags = report.flags.map((flag, index) => ({ flag, anchor: anchorOf(flag.key, index) }));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${headline(report)} – Dropgate</title>
${ownElement('style', styleSheet)}
</head>
<body>
${icons}
<a class="skip" href="#main">Skip to the report</a>
<header><p class="brand">Dropgate <span>removal report</span></p><p class="stamp">As of <time datetime="${report.now}">${report.now.slice(0, 10)}</time> · ${headText(report.head)}</p><button type="button" id="theme" hidden>Dark</button></header>
<main id="main" tabindex="-1">
${overview(report, flags)}
${charts(report, flags)}
${everything(report, flags)}
${unread(report)}
</main>
<footer>
<details><summary>What the words mean</summary><dl class="facts">${kinds.map(({ kind, meaning }) => html`<div><dt>${chip(kind)}</dt><dd>${meaning}</dd></div>`)}
<div><dt>Soak</dt><dd>${report.soakDays} days in which everybody is served one value before its losing side counts as dead.</dd></div>
<div><dt>Lines</dt><dd>What the removal takes away as a diff counts it; where that was not worked out, the lines of the losing branches.</dd></div></dl></details>
<p>Made by Dropgate ${report.tool.version} from code, migrations and flag state. Nothing was executed, and this page asks nothing of the network.</p>
</footer>
${ownElement('script', clientScript)}
</body>
</html>
`;
  return pageText(page);
}

const headText = (head: string): string =>
  /^[0-9a-f]{40,64}$/.test(head) ? head.slice(0, 12) : head === 'worktree' ? 'the work tree' : head;

function overview(report: RemovalReport, flags: readonly Anchored[]): Markup {
  const first = beginningOf(report);
  return html`<section class="hero" aria-labelledby="headline"><div><h1 id="headline">${headline(report)}</h1><p class="lead">${takings(report)}</p>
${tiles(report)}<p class="quiet">${restText(report.summary)}</p></div>
${first === null ? null : begin(first, first.at.list === 'objects' ? objectAnchor(first.at.index) : (flags[first.at.index]?.anchor ?? 'all'))}</section>`;
}

const objectAnchor = (index: number): string => `object-${index}`;

function tiles({ summary, objects }: RemovalReport): Markup {
  const cells: readonly (readonly [number, string])[] = [
    [summary.ready, summary.ready === 1 ? 'flag can go' : 'flags can go'],
    [linesOf(summary), summary.removal === null ? 'lines of losing branches' : 'lines of code'],
    [summary.objects, summary.objects === 1 ? 'database object after them' : 'database objects after them'],
    [summary.blocked, 'held up'],
    [summary.orphaned + objects.length, 'orphaned'],
  ];
  const shown = cells.filter(([count], index) => count > 0 || index === 0);
  return html`<ul class="tiles">${shown.map(([count, name]) => html`<li><b>${count.toLocaleString('en')}</b> ${name}</li>`)}</ul>`;
}

function begin({ name, text, code }: Beginning, anchor: string): Markup {
  const what = code?.language === 'sql' ? `the contract of ${name}` : `the command that removes ${name}`;
  const hint =
    code?.language === 'sh' ? html`<p class="quiet">Shows the change as a diff; with <code>--write</code> it makes it.</p>` : null;
  return html`<section class="begin" aria-labelledby="begin"><h2 id="begin">Begin with <code>${breakable(name)}</code></h2><p>${prose(text)}</p>
${code === null ? null : copyable(what, code.text)}${hint}
<p><a href="#${anchor}">All that is known of it</a></p></section>`;
}

function charts(report: RemovalReport, flags: readonly Anchored[]): Markup | null {
  const drawn = [ageChart(flags, report.now, report.soakDays), sizeChart(flags)].filter((chart) => chart !== null);
  return drawn.length === 0 ? null : html`<div class="charts">${drawn}</div>`;
}

function everything({ objects, summary }: RemovalReport, flags: readonly Anchored[]): Markup {
  const total = flags.length + objects.length;
  if (total === 0)
    return html`<section class="empty"><h2>What would stand here</h2><p>Flags appear here when everybody has been served one value for long enough, when they are dead, or when something keeps them from ending.</p><p>See every flag and its stage: <code>npx dropgate flags</code></p></section>`;
  const cards = flags.map(({ flag, anchor }) => flagCard(flag, anchor, flag.key === summary.first && flags.length < 4));
  const legacy = objects.map((one, index) => objectCard(one, objectAnchor(index)));
  return html`<section aria-labelledby="all"><div class="bar"><h2 id="all">Flag by flag</h2><p id="count" role="status">${total} shown</p>
<form id="tools" role="search" hidden><label class="search"><span class="sr">Search flags, files, tables</span><input type="search" id="search" placeholder="Search flags, files, tables" autocomplete="off" spellcheck="false"></label>
<fieldset><legend class="sr">Kinds shown</legend>${kinds.map(({ kind, title }) => filter(kind, title, flags, objects.length))}</fieldset>
<label class="sort"><span>Sort</span> <select id="sort"><option value="order">What to do first</option><option value="held">Longest finished</option><option value="lines">Most lines</option><option value="name">Name</option></select></label>
<button type="button" id="unfold" aria-expanded="false">Unfold all</button></form></div>
<div id="list">${cards}${legacy}</div>
<p id="nothing" class="empty" hidden>Nothing fits. <button type="button" id="reset">Show everything</button></p></section>`;
}

function filter(kind: FlagRemoval['kind'], title: string, flags: readonly Anchored[], objects: number): Markup | null {
  const count = flags.filter(({ flag }) => flag.kind === kind).length + (kind === 'orphaned' ? objects : 0);
  if (count === 0) return null;
  return html`<label class="pill"><input type="checkbox" name="kind" value="${kind}" checked><span>${title} <b>${count}</b></span></label>`;
}

function unread({ unknownKeys, summary }: RemovalReport): Markup | null {
  if (unknownKeys.length === 0 && summary.unanalysed === 0) return null;
  const keys =
    unknownKeys.length === 0
      ? null
      : html`<h3>Evaluated with a key that is not known before the program runs</h3>${list(unknownKeys.map(place), 'places')}`;
  const parts =
    summary.unanalysed === 0
      ? null
      : html`<p>${summary.unanalysed} parts of code or migrations could not be read: <code>npx dropgate check --all</code> names them.</p>`;
  return html`<section aria-labelledby="unread"><h2 id="unread">What this report may lack</h2>${parts}${keys}</section>`;
}
