/**
 * Two charts that are tables: how long flags have been done, and what goes with them. Each row draws its bar as SVG; what
 * the bar shows stands beside it as text. Input: flags in the order of the report. Output: Markup. Pure.
 */
import type { FlagRemoval } from '../removal-model.ts';
import { linesOf } from '../removal-words.ts';
import { plural } from '../words.ts';
import { html, type Markup, shortened } from './markup.ts';
import { date, icon } from './parts.ts';

export interface Anchored {
  readonly flag: FlagRemoval;
  readonly anchor: string;
}

const rowsShown = 8;
const day = 86_400_000;

/** Per cent with two digits: what SVG takes. */
const percent = (share: number): string => `${Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 100}%`;

/** Since when everybody is served one value: on its way, within the soak, and since then done. */
export function ageChart(flags: readonly Anchored[], now: string, soakDays: number): Markup | null {
  const dated = flags.filter(({ flag }) => flag.heldDays !== null && flag.kind !== 'orphaned');
  const shown = [...dated].sort((a, b) => (b.flag.heldDays ?? 0) - (a.flag.heldDays ?? 0)).slice(0, rowsShown);
  if (shown.length === 0) return null;
  const end = Date.parse(now);
  const start = Math.min(...shown.map(({ flag }) => startOf(flag, end)), end - day);
  const at = (instant: number): number => (instant - start) / (end - start);
  const rows = shown.map(({ flag, anchor }) => {
    const since = Date.parse(flag.since ?? now);
    const made = startOf(flag, end);
    const soaked = Math.min(end, since + soakDays * day);
    return html`<tr>${rowHead(flag, anchor)}
<td class="bars"><svg width="100%" height="14" aria-hidden="true">${bar('ramp', at(made), at(since))}${bar('soak', at(since), at(soaked))}${bar(`kind ${flag.kind}`, at(soaked), 1)}</svg></td>
<td class="number">${plural(flag.heldDays ?? 0, 'day')} <small>since ${date(flag.since)}</small></td></tr>`;
  });
  return html`<figure class="chart"><figcaption><h2>Longest finished</h2><p>${shownOf(shown.length, dated.length)} The bar starts where the flag was made: <span class="key ramp">on its way</span>, <span class="key soak">soak</span>, <span class="key late">since then</span>.</p></figcaption>
<table class="plot"><thead><tr><th scope="col"><span class="sr">Flag</span></th><th scope="col" class="bars">${axis(start, end)}<span class="sr">Time</span></th><th scope="col" class="number"><small>today</small><span class="sr">Served one value for</span></th></tr></thead><tbody>${rows}</tbody></table></figure>`;
}

const rowHead = ({ key, kind }: FlagRemoval, anchor: string): Markup =>
  html`<th scope="row"><span class="row"><span class="ink ${kind}">${icon(kind)}</span><a href="#${anchor}"><code>${shortened(key, 60)}</code></a><span class="sr"> (${kind})</span></span></th>`;

function startOf({ createdAt, since }: FlagRemoval, end: number): number {
  const instants = [createdAt, since].flatMap((instant) => (instant === null ? [] : [Date.parse(instant)])).filter((n) => !Number.isNaN(n));
  return Math.min(end, ...instants);
}

const bar = (name: string, from: number, to: number): Markup | null =>
  to - from <= 0 ? null : html`<rect class="${name}" x="${percent(from)}" y="2" width="${percent(to - from)}" height="10" rx="2"/>`;

const shownOf = (shown: number, all: number): string => (shown === all ? '' : `The ${shown} oldest of ${all}.`);

const monthSteps = [1, 2, 3, 6, 12, 24, 48, 120];
const mostTicks = 4;

/** The months that fit above the bars. */
function axis(start: number, end: number): Markup {
  const months = (end - start) / (30.4 * day);
  const step = monthSteps.find((n) => months / n <= mostTicks) ?? 240;
  const first = new Date(start);
  const ticks: Markup[] = [];
  for (
    let month = Math.ceil((first.getUTCMonth() + 1) / Math.min(step, 12)) * Math.min(step, 12);
    ticks.length <= mostTicks;
    month += step
  ) {
    const instant = Date.UTC(first.getUTCFullYear(), month, 1);
    const share = (instant - start) / (end - start);
    if (!(share < 0.76)) break;
    const label = new Date(instant).toISOString().slice(0, 7);
    ticks.push(
      html`<line x1="${percent(share)}" x2="${percent(share)}" y1="14" y2="20"/><text x="${percent(share)}" y="10">${label}</text>`,
    );
  }
  return html`<svg class="axis" width="100%" height="20" aria-hidden="true">${ticks}</svg>`;
}

/** Lines of code and objects of the schema that go. */
export function sizeChart(flags: readonly Anchored[]): Markup | null {
  const sized = flags.filter(({ flag }) => linesOf(flag) > 0 || flag.objects.length > 0);
  const shown = [...sized].sort((a, b) => linesOf(b.flag) - linesOf(a.flag)).slice(0, rowsShown);
  if (shown.length === 0) return null;
  const most = Math.max(1, ...shown.map(({ flag }) => linesOf(flag)));
  const rows = shown.map(({ flag, anchor }) => {
    const objects = flag.objects.length === 0 ? null : html` <small>and ${plural(flag.objects.length, 'object')}</small>`;
    return html`<tr>${rowHead(flag, anchor)}
<td class="bars"><svg width="100%" height="14" aria-hidden="true">${bar(`kind ${flag.kind}`, 0, linesOf(flag) / most)}</svg></td>
<td class="number">${plural(linesOf(flag), 'line')}${objects}</td></tr>`;
  });
  return html`<figure class="chart"><figcaption><h2>Takes most with it</h2><p>${shown.length === sized.length ? '' : `The ${shown.length} largest of ${sized.length}. `}Lines of code, and objects of the schema in a later change.</p></figcaption>
<table class="plot"><thead><tr><th scope="col"><span class="sr">Flag</span></th><th scope="col" class="bars"><span class="sr">Lines as a bar</span></th><th scope="col" class="number"><span class="sr">What goes</span></th></tr></thead><tbody>${rows}</tbody></table></figure>`;
}
