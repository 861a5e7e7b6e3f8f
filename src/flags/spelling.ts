/**
 * How SDKs spell the keys of flags: lodash's camel case (LaunchDarkly's React bag), lower case with `_` (Flagsmith).
 * Neither can be undone, so a spelt key is looked up among the keys that are known. Pure.
 */
import type { Spelling } from './catalogue/types.ts';

const gap = '[^A-Za-z0-9]';
/** Words in mixed text: `Word`, `ABC` before a new word, ordinals, numbers. */
const words = new RegExp(
  [
    `[A-Z]?[a-z]+(?=${gap}|[A-Z]|$)`,
    `[A-Z]+(?=${gap}|[A-Z][a-z]|$)`,
    '[A-Z]?[a-z]+',
    '[A-Z]+',
    '\\d*(?:1ST|2ND|3RD|(?![123])\\dTH)(?=\\b|[a-z_])',
    '\\d*(?:1st|2nd|3rd|(?![123])\\dth)(?=\\b|[A-Z_])',
    '\\d+',
  ].join('|'),
  'g',
);
const isMixed = /[a-z][A-Z]|[A-Z]{2}[a-z]|\d[A-Za-z]|[A-Za-z]\d|[^A-Za-z0-9 ]/;

/** A key as `lodash.camelCase` spells it. */
export function camelCase(key: string): string {
  const parts = splitWords(key).map((one) => one.toLowerCase());
  return parts.map((one, at) => (at === 0 ? one : one.charAt(0).toUpperCase() + one.slice(1))).join('');
}

function splitWords(key: string): readonly string[] {
  const text = key.replace(/['\u2019]/g, '');
  return (isMixed.test(text) ? text.match(words) : text.match(/[A-Za-z0-9]+/g)) ?? [];
}

/** A key as an SDK spells it. */
export function spell(key: string, spelling: Spelling): string {
  if (spelling === 'camel') return camelCase(key);
  return spelling === 'lower' ? key.toLowerCase().replace(/ /g, '_') : key;
}

/** Known keys by their spelling; null where two keys are spelt the same. */
export type SpeltKeys = ReadonlyMap<string, string | null>;

/** Known keys, looked up by how an SDK spells them. */
export function speltKeys(keys: Iterable<string>, spelling: Spelling): SpeltKeys {
  const found = new Map<string, string | null>();
  for (const key of keys) {
    const spelt = spell(key, spelling);
    found.set(spelt, found.has(spelt) && found.get(spelt) !== key ? null : key);
  }
  return found;
}
