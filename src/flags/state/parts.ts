/**
 * What readers of providers' documents share: recognising, lists that may be damaged, time windows, prerequisites, dates.
 * Pure; never throws. Invariant: what has the wrong shape is never taken for "nothing there".
 */
import type { EnvironmentState, FlagRecord, FlagValue, SinceFrom } from '../types.ts';
import { type Outcome, type Rule, type Share, type Walked, whole } from './everyone.ts';
import { environmentState } from './record.ts';
import { instantOf, type Json, objectOf, textOf } from './shape.ts';

/** A recogniser: a pulled document says whose it is; any other is known by its shape. */
export function recogniser(id: string, test: (document: Json) => boolean): (document: unknown) => boolean {
  return (document) => {
    const object = objectOf(document);
    if (object === null) return false;
    return isPulled(object) ? object.source === id : test(object);
  };
}

/** Whether `flags pull` composed the document. */
export function isPulled(document: Json): boolean {
  return typeof document.source === 'string' && 'pulledAt' in document;
}

/** The members of a list, null for each that is no object; a single null for what is no list; nothing where there is none. */
export function itemsOf(value: unknown): readonly (Json | null)[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value.map(objectOf) : [null];
}

/** Whether a list or a mapping is surely empty or not there. */
export function isNone(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : typeof value === 'object' && Object.keys(value).length === 0;
}

/** A member that the object has itself. */
export function memberOf(object: unknown, key: string): unknown {
  const json = objectOf(object);
  return json !== null && Object.hasOwn(json, key) ? json[key] : undefined;
}

/** The objects of a list by the text of one of their members; the first of a name wins. */
export function byName(items: readonly (Json | null)[], name: string): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>();
  for (const item of items) {
    const key = item === null ? null : nameOf(item[name]);
    if (item !== null && key !== null && !found.has(key)) found.set(key, item);
  }
  return found;
}

/** Text, or a number as text. */
export function nameOf(value: unknown): string | null {
  return typeof value === 'number' ? String(value) : textOf(value);
}

/** Shares out of weights. What the weights leave open goes to `rest`; a weight that is none makes it all unknown. */
export function sharesOf(weights: readonly (readonly [Share['to'], unknown])[], total: number, rest: Share['to']): readonly Share[] {
  const shares: Share[] = [];
  let left = total;
  for (const [to, weight] of weights) {
    if (typeof weight !== 'number' || !(weight >= 0)) return [{ to: { value: null, variant: null }, percentage: 100 }];
    const taken = Math.min(weight, left);
    left -= taken;
    if (taken > 0) shares.push({ to, percentage: (taken / total) * 100 });
  }
  if (left > total * 1e-9) shares.push({ to: rest, percentage: (left / total) * 100 });
  return shares;
}

/** What a window of time makes of a rule: it acts, it does not, or it will begin or end. */
export function windowOf(start: unknown, end: unknown, now: Date): Pick<Rule, 'matches' | 'at'> {
  const [from, until] = [timeOf(start), timeOf(end)];
  if (Number.isNaN(from) || Number.isNaN(until)) return { matches: 'some' };
  const at = now.getTime();
  if (until !== null && until < at) return { matches: 'none', at: new Date(until).toISOString() };
  if ((from !== null && from > at) || until !== null) return { matches: 'some' };
  return from === null ? { matches: 'all' } : { matches: 'all', at: new Date(from).toISOString() };
}

function timeOf(value: unknown): number | null {
  if (value === undefined || value === null || value === '') return null;
  const instant = instantOf(value);
  return instant === null ? Number.NaN : Date.parse(instant);
}

/** Resolves flags that rest on flags, each once; a circle or a chain beyond `maxDepth` is unknown. */
export function resolver<T>(read: (key: string, ask: (key: string) => T | null) => T | null): (key: string) => T | null {
  const known = new Map<string, T | null>();
  const open = new Set<string>();
  const ask = (key: string): T | null => {
    const found = known.get(key);
    if (found !== undefined) return found;
    if (open.has(key) || open.size >= maxDepth) return null;
    open.add(key);
    const result = read(key, ask);
    open.delete(key);
    known.set(key, result);
    return result;
  };
  return ask;
}

const maxDepth = 100;

/** The rule a prerequisite is: whoever does not meet it is served `fails`. */
export function prerequisite(
  key: string,
  parent: (Pick<Walked, 'everyone' | 'variant' | 'by'> & { readonly since?: string | null }) | null,
  meets: (everyone: FlagValue, variant: string | null) => boolean,
  fails: Share['to'],
): Rule {
  const rule: Rule = { kind: 'prerequisite', name: `the prerequisite \`${key}\``, matches: 'some', shares: whole(fails) };
  if (parent === null || parent.everyone === null) return rule;
  const at = parent.since === undefined ? {} : { at: parent.since };
  const keyed = parent.by === null ? {} : { by: parent.by, unkeyed: 'next' as const };
  if (!meets(parent.everyone, parent.variant)) return { ...rule, ...at, matches: 'all', ...keyed };
  if (parent.by === null) return { ...rule, ...at, matches: 'none' };
  return { ...rule, ...at, matches: 'all', shares: whole('next'), by: parent.by, unkeyed: fails };
}

/** A rule that cannot be read: it may match anybody and serve anything. */
export function unreadable(name: string): Rule {
  return { kind: 'unknown', name, matches: 'some', shares: whole({ value: null, variant: null }) };
}

/** The last rule: one outcome for whoever is left. */
export function lastly(to: Outcome, name = 'the default'): Rule {
  return { kind: 'rollout', name, matches: 'all', shares: whole(to) };
}

/** An environment out of a walk and the provider's date of its last change; the boundaries of rules move the date on. */
export function stateOf(
  environment: string,
  { from, ...walked }: Walked,
  changed: { readonly at: string | null; readonly from: SinceFrom } | null = null,
  isProduction: boolean | null = null,
): EnvironmentState {
  const since = sinceOf(from, changed);
  return environmentState(environment, { ...walked, ...since, isProduction });
}

/** Since when it is so: the provider's date, or the boundary of a rule where that is later. */
export function sinceOf(
  from: string | null | undefined,
  changed: { readonly at: string | null; readonly from: SinceFrom } | null,
): Pick<EnvironmentState, 'since' | 'sinceFrom'> {
  if (from === null || (changed !== null && changed.at === null)) return { since: null, sinceFrom: null };
  if (changed === null) return from === undefined ? { since: null, sinceFrom: null } : { since: from, sinceFrom: 'file' };
  return { since: from !== undefined && changed.at !== null && from > changed.at ? from : changed.at, sinceFrom: changed.from };
}

/** One record per key out of records of single environments; traits are those of the first. */
export function mergedRecords(records: readonly FlagRecord[]): readonly FlagRecord[] {
  const groups = new Map<string, FlagRecord[]>();
  for (const record of records) {
    const group = groups.get(record.key);
    if (group === undefined) groups.set(record.key, [record]);
    else group.push(record);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const needs = [...new Set(group.flatMap((record) => record.needs))];
    return [{ ...first, needs, environments: group.flatMap((record) => record.environments) }];
  });
}

const production = /^(?:prod(?:uction)?|live)$/i;

/** Whether a provider's word for the kind of an environment is production; null where it says nothing. */
export function isProductionType(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : typeof value === 'string' ? production.test(value) : null;
}
