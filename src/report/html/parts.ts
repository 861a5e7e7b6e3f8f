/** Small pieces of the page that several sections share: icons, chips, places, dates, code to copy. Pure. */
import type { RemovalKind, TimelineStage, TimelineStatus } from '../removal-model.ts';
import { dateOf } from '../removal-words.ts';
import { breakable, html, type Markup, multiline, shortened } from './markup.ts';

/** How the kinds are called, and what they mean. */
export const kinds: readonly { readonly kind: RemovalKind; readonly title: string; readonly meaning: string }[] = [
  {
    kind: 'stale',
    title: 'Stale',
    meaning: 'Everybody has been served one value for the whole soak. The flag and its losing branch can go.',
  },
  { kind: 'dead', title: 'Dead', meaning: 'Archived, unknown to its provider, or off for long. The branch behind it never runs.' },
  {
    kind: 'blocked',
    title: 'Blocked',
    meaning: 'Everybody is served one value, but something forbids the removal; the reasons are given.',
  },
  { kind: 'orphaned', title: 'Orphaned', meaning: 'A flag that no code here evaluates, or a legacy column that nothing uses any more.' },
];

export const titleOf = (kind: RemovalKind): string => kinds.find((one) => one.kind === kind)?.title ?? kind;

export const chip = (kind: RemovalKind): Markup => html`<span class="chip ${kind}">${icon(kind)}${titleOf(kind)}</span>`;

export const icon = (name: RemovalKind | TimelineStatus): Markup =>
  html`<svg class="icon" aria-hidden="true"><use href="#i-${name}"/></svg>`;

/** Drawn once, used by name. */
export const icons: Markup = html`<svg hidden aria-hidden="true">
<symbol id="i-stale" viewBox="0 0 16 16"><path d="M3 8.5 6.5 12 13 4.5"/></symbol>
<symbol id="i-dead" viewBox="0 0 16 16"><path d="m4 4 8 8m0-8-8 8"/></symbol>
<symbol id="i-blocked" viewBox="0 0 16 16"><path d="M5.5 3.5v9m5-9v9"/></symbol>
<symbol id="i-orphaned" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5" stroke-dasharray="3.2 2"/></symbol>
<symbol id="i-done" viewBox="0 0 16 16"><path d="M3.5 8.5 6.5 11.5 12.5 5"/></symbol>
<symbol id="i-now" viewBox="0 0 16 16"><circle class="solid" cx="8" cy="8" r="3.5"/></symbol>
<symbol id="i-ahead" viewBox="0 0 16 16"></symbol>
<symbol id="i-unseen" viewBox="0 0 16 16"><path d="M6 6.2c.1-2.6 4-2.5 4 0 0 1.6-2 1.6-2 3.3m0 2.4v.1"/></symbol>
<symbol id="i-none" viewBox="0 0 16 16"><path d="M5 8h6"/></symbol>
</svg>`;

interface Place {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
}

export const place = ({ file, line }: Place): Markup => html`<code class="place">${breakable(file)}:${line}</code>`;

export const range = (at: Place): Markup =>
  at.endLine > at.line ? html`<code class="place">${breakable(at.file)}:${at.line}–${at.endLine}</code>` : place(at);

/** A date people and programs read; a word where there is none. */
export function date(instant: string | null): Markup {
  const text = dateOf(instant);
  return text !== null && /^\d{4}-\d\d-\d\d$/.test(text) ? html`<time datetime="${text}">${text}</time>` : html`${text ?? 'unknown'}`;
}

/** The dates of a stage, each kept in one piece. */
export function span({ from, to }: Pick<TimelineStage, 'from' | 'to'>): Markup | null {
  const [start, end] = [dateOf(from), dateOf(to)];
  if (start === null || start === end)
    return end === null ? null : html`<span class="when">${start === null ? 'until ' : null}${date(to)}</span>`;
  return html`<span class="when">${end === null ? 'since ' : null}${date(from)}${end === null ? null : html` to ${date(to)}`}</span>`;
}

/** Seven dots: how far a flag has come. What they show stands below as text. */
export const dots = (timeline: readonly TimelineStage[]): Markup =>
  html`<svg class="dots" width="84" height="12" aria-hidden="true">${timeline.map(({ status }, index) => html`<circle class="${status}" cx="${6 + index * 12}" cy="6" r="${status === 'none' ? 1.25 : 4}"/>`)}</svg>`;

/** Code with a copy button, which the script adds. `what` names it to those who do not see it. */
export const copyable = (what: string, text: string): Markup =>
  html`<div class="copy" data-copy="${shortened(what)}"><pre><code>${multiline(text)}</code></pre></div>`;

const listed = 40;

/** A list, cut where nobody reads on. */
export function list(items: readonly Markup[], className: string): Markup | null {
  if (items.length === 0) return null;
  const more = items.length > listed ? html`<li>… and ${items.length - listed} more</li>` : null;
  return html`<ul class="${className}">${items.slice(0, listed).map((item) => html`<li>${item}</li>`)}${more}</ul>`;
}

/** The place of a flag on the page. Keys that make no address are numbered. */
export const anchorOf = (key: string, index: number): string => (/^[A-Za-z][\w.-]{0,99}$/.test(key) ? `flag-${key}` : `flag--${index}`);
