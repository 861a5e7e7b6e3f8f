/**
 * How often each value of each flag was evaluated: an optional export, the same for every provider.
 * Input: JSON text: `{ "flags": { "<key>": { "<value>": { "count": 12, "last": "2026-01-31T…" } } } }`, values being `on`,
 * `off` or a variant. Output: the last evaluation of each value, or the first problem.
 * Invariants: never throws; a flag or value that is not there says nothing.
 */
import { entriesOf, instantOf, numberOf, objectOf } from './shape.ts';

/** Values (`on`, `off`, a variant) and the ISO instant of their last evaluation. */
export type LastEvaluated = ReadonlyMap<string, string>;

export type ReadCounts =
  | { readonly ok: true; readonly flags: ReadonlyMap<string, LastEvaluated> }
  | { readonly ok: false; readonly problem: string };

/** Reads an export of evaluation counts. */
export function readCounts(text: string): ReadCounts {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'It is not valid JSON.' };
  }
  const flags = objectOf(objectOf(document)?.flags);
  if (flags === null) return { ok: false, problem: '`flags` must be an object of flag keys.' };
  const found = new Map<string, LastEvaluated>();
  for (const [key, values] of entriesOf(flags)) {
    const last = new Map<string, string>();
    for (const [value, told] of entriesOf(values)) {
      const count = numberOf(objectOf(told)?.count);
      const instant = instantOf(objectOf(told)?.last);
      if (count === null || count < 0) return { ok: false, problem: `\`flags.${key}.${value}.count\` must be a number, 0 or more.` };
      if (count > 0 && instant === null)
        return { ok: false, problem: `\`flags.${key}.${value}.last\` must be the date of the last evaluation.` };
      if (count > 0 && instant !== null) last.set(value, instant);
    }
    found.set(key, last);
  }
  return { ok: true, flags: found };
}
