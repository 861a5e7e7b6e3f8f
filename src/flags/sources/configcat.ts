/**
 * ConfigCat: a config JSON v6, one per config and environment. Rules are asked in order; a percentage leaves whoever lacks
 * its attribute (`Identifier` where none is named) to what comes next.
 */
import { configcatApi } from '../apis/configcat.ts';
import { everyone, type Outcome, outcomeOf, type Rule, UNKNOWN, unknown, type Walked, whole } from '../state/everyone.ts';
import { isNone, itemsOf, lastly, memberOf, mergedRecords, recogniser, resolver, sharesOf, stateOf, unreadable } from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { entriesOf, type Json, objectOf, objectsOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';
import type { FlagRecord } from '../types.ts';

const source: Source = {
  id: 'configcat',
  title: 'ConfigCat',
  providers: ['configcat'],
  recognises: recogniser('configcat', (document) =>
    entriesOf(document.f).some(([, setting]) => typeof objectOf(setting)?.t === 'number' && objectOf(objectOf(setting)?.v) !== null),
  ),
  read(document) {
    const root = objectOf(document) ?? {};
    const configs = objectOf(root.configs) === null ? [['', root] as const] : entriesOf(root.configs);
    if (!configs.every(([, config]) => objectOf(objectOf(config)?.f) !== null))
      return { ok: false, problem: 'A config has no mapping `f` of settings.' };
    const flags = mergedRecords(configs.flatMap(([name, config]) => readConfig(name, objectOf(config) ?? {})));
    return { ok: true, flags, complete: objectOf(root.configs) === null ? [] : ['configcat'] };
  },
  api: configcatApi,
};

interface Resolved extends Walked {
  /** Where its values are: a condition over a flag of another type is an error. */
  readonly member: string | undefined;
  /** An evaluation may end in an error, and so do those that rest on it. */
  readonly isFaulty: boolean;
}
type Ask = (key: string) => Resolved | null;

function readConfig(environment: string, config: Json): readonly FlagRecord[] {
  const ask: Ask = resolver((key, next) => {
    const setting = objectOf(memberOf(config.f, key));
    return setting === null ? null : servedBy(setting, next);
  });
  return entriesOf(config.f).map(([key, setting]) => {
    const { member: _, isFaulty: __, ...walked } = ask(key) ?? { ...unknown('it cannot be read'), member: undefined, isFaulty: true };
    return flagRecord(key, source.id, [stateOf(environment, walked)], { needs: needsOf(objectOf(setting) ?? {}) });
  });
}

function needsOf(setting: Json): readonly string[] {
  const conditions = objectsOf(setting.r).flatMap((rule) => objectsOf(rule.c));
  return [...new Set(conditions.flatMap(({ p }) => textOf(objectOf(p)?.f) ?? []))];
}

const members = ['b', 's', 'i', 'd'];
const memberFor = ({ t }: Json): string | undefined => (typeof t === 'number' ? members[t] : undefined);

function servedBy(setting: Json, ask: Ask): Resolved {
  const member = memberFor(setting);
  const serves = (value: unknown): Outcome => (member === undefined ? UNKNOWN : outcomeOf(memberOf(value, member)));
  const by = isNone(setting.a) ? 'Identifier' : (textOf(setting.a) ?? '');
  const shares = (options: unknown): Pick<Rule, 'shares' | 'by' | 'unkeyed'> => ({
    shares: sharesOf(
      itemsOf(options).map((option) => [serves(option?.v), option?.p] as const),
      100,
      UNKNOWN,
    ),
    by,
    unkeyed: 'next',
  });
  const rules = itemsOf(setting.r).map((rule, at): Rule => {
    const name = `rule ${at + 1}`;
    const matches = rule === null ? null : matchesOf(rule, ask);
    if (rule === null || matches === null) return unreadable(name);
    const kind = matches === 'all' ? 'rollout' : 'rule';
    return isNone(rule.p)
      ? { kind, name, matches, shares: whole(serves(memberOf(rule.s, 'v'))) }
      : { kind, name, matches, ...shares(rule.p) };
  });
  const options: readonly Rule[] = isNone(setting.p)
    ? []
    : [{ kind: 'rollout', name: 'the percentage options', matches: 'all', ...shares(setting.p) }];
  const isFaulty = rules.some(({ kind }) => kind === 'unknown');
  return { ...everyone([...rules, ...options, lastly(serves(setting.v))]), member, isFaulty };
}

/** A rule over other flags only is decided where those serve everyone one value; null: it cannot be evaluated. */
function matchesOf(rule: Json, ask: Ask): Rule['matches'] | null {
  const met = itemsOf(rule.c).map((condition) => metBy(condition, ask));
  if (met.includes('error')) return null;
  if (met.includes('never')) return 'none';
  return met.every((one) => one === 'always') ? 'all' : 'some';
}

function metBy(condition: Json | null, ask: Ask): 'always' | 'never' | 'sometimes' | 'error' {
  if (condition === null || isNone(condition.p)) return 'sometimes';
  const needed = objectOf(condition.p);
  const parent = ask(textOf(needed?.f) ?? '');
  const [[member, wanted] = [], ...others] = entriesOf(needed?.v);
  if (parent === null || parent.isFaulty || member === undefined || parent.member !== member || others.length > 0) return 'error';
  if (needed?.c !== 0 && needed?.c !== 1) return 'error';
  if (parent.everyone === null || parent.by !== null) return 'sometimes';
  return (parent.everyone === outcomeOf(wanted).value) === (needed.c === 0) ? 'always' : 'never';
}

export default source;
