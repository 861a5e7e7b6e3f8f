/**
 * The one way in which text becomes HTML. `html` escapes every value that is not Markup, and Markup is made here only.
 * Invariants: text stands in text or between double quotes; never in a tag, a comment, a script, a style, an address or a handler:
 * a template that tries is a bug, and throws the first time it runs.
 */
import { visible, visibleLines } from '../escape.ts';

const written = Symbol('written');

/** HTML that is safe as it stands. */
export interface Markup {
  readonly [written]: string;
}

export type Value = string | number | Markup | null | readonly Value[];

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
  ['`', '&#96;'],
]);

const escaped = (text: string): string => text.replace(/[&<>"'`]/g, (character) => entities.get(character) ?? '');

const make = (text: string): Markup => ({ [written]: text });

/** Markup out of a template; `null` writes nothing, a list its items one after the other. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const inTags = tagPlaces.get(parts) ?? checkTemplate(parts);
  let text = parts[0] ?? '';
  for (const [index, value] of values.entries()) {
    if (inTags.has(index) && !isMarkup(value)) throw new Error(`text in a tag, after: ${parts[index]}`);
    text += textOf(value) + (parts[index + 1] ?? '');
  }
  return make(text);
}

const isMarkup = (value: Value): boolean => value === null || (typeof value === 'object' && !isList(value));

function textOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return escaped(visible(value));
  if (typeof value === 'number') return String(value);
  return isList(value) ? value.map(textOf).join('') : value[written];
}

const isList = (value: Markup | readonly Value[]): value is readonly Value[] => Array.isArray(value);

/** Text of several lines, for `pre`. */
export const multiline = (text: string): Markup => make(escaped(visibleLines(text)));

/** A style or script of ours; its text must not end its element. */
export function ownElement(name: 'style' | 'script', text: string): Markup {
  if (/<\/|<!--/.test(text)) throw new Error(`a ${name} that ends itself`);
  return make(`<${name}>${text}</${name}>`);
}

/** The text of a whole page. */
export const pageText = (markup: Markup): string => markup[written];

/** Of templates that were looked at: which values stand in a tag, where only Markup may. */
const tagPlaces = new WeakMap<TemplateStringsArray, ReadonlySet<number>>();

/** Follows the template's own text: where each value stands must be a place in which escaping is enough. */
function checkTemplate(parts: TemplateStringsArray): ReadonlySet<number> {
  let place: 'text' | 'tag' | 'value' = 'text';
  const inTags = new Set<number>();
  for (const [index, part] of parts.slice(0, -1).entries()) {
    for (const character of part) place = placeAfter(place, character);
    const isObeyed = place === 'value' && /\s(?:on\w+|style|href|src|srcdoc|action|formaction|data)="[^"#]*$/i.test(part);
    if (isObeyed || /<(?:script|style|!--)/i.test(part)) throw new Error(`a value at a place that cannot hold text, after: ${part}`);
    if (place === 'tag') inTags.add(index);
  }
  tagPlaces.set(parts, inTags);
  return inTags;
}

function placeAfter(place: 'text' | 'tag' | 'value', character: string): 'text' | 'tag' | 'value' {
  if (place === 'text') return character === '<' ? 'tag' : 'text';
  if (place === 'value') return character === '"' ? 'tag' : 'value';
  if (character === '"') return 'value';
  return character === '>' ? 'text' : 'tag';
}

/** Our own sentences: names between backticks become code. */
export function prose(text: string): Markup {
  const parts = text.split(/(`[^`]+`)/);
  return html`${parts.map((part) => (part.length > 2 && part.startsWith('`') && part.endsWith('`') ? html`<code>${breakable(part.slice(1, -1))}</code>` : part))}`;
}

/** A path or a name, cut where it is huge, that may break between its parts. */
export const breakable = (name: string): Markup =>
  html`${shortened(name)
    .split(/(?<=[/_.])/)
    .map((part, index) => html`${index === 0 ? null : html`<wbr>`}${part}`)}`;

const nameLimit = 200;

/** A name that a page can hold: a longer one is cut, and says so. */
export function shortened(name: string, limit = nameLimit): string {
  if (name.length <= limit) return name;
  return `${[...name.slice(0, limit)].slice(0, -1).join('')}… (${name.length} characters)`;
}
