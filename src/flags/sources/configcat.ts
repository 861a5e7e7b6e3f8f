/**
 * ConfigCat: a config JSON v6, one per config and environment. Rules are asked in order; a percentage leaves whoever lacks
 * its attribute (`Identifier` where none is named) to what comes next.
 */
import { everyone, type Outcome, outcomeOf, type Rule, UNKNOWN, unknown, type Walked, whole } from '../state/everyone.ts';
import { isNone, itemsOf, lastly, memberOf, recogniser, resolver, sharesOf, stateOf, unreadable } from '../state/parts.ts';
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
    const flags = new Map<string, FlagRecord>();
    for (const flag of configs.flatMap(([name, config]) => readConfig(name, objectOf(config) ?? {}))) {
      const known = flags.get(flag.key);
      const needs = [...new Set([...(known?.needs ?? []), ...flag.needs])];
      flags.set(flag.key, { ...flag, needs, environments: [...(known?.environments ?? []), ...flag.environments] });
    }
    return { ok: true, flags: [...flags.values()], complete: objectOf(root.configs) === null ? [] : ['configcat'] };
  },
  api: null,
};

type Ask = (key: string) => Walked | null;

function readConfig(environment: string, config: Json): readonly FlagRecord[] {
  const ask: Ask = resolver((key, next) => {
    const setting = objectOf(memberOf(config.f, key));
    return setting === null ? null : servedBy(setting, next);
  });
  return entriesOf(config.f).map(([key, setting]) => {
    const walked = ask(key) ?? unknown('it cannot be read');
    return flagRecord(key, source.id, [stateOf(environment, walked)], { needs: needsOf(objectOf(setting) ?? {}) });
  });
}

function needsOf(setting: Json): readonly string[] {
  const conditions = objectsOf(setting.r).flatMap((rule) => objectsOf(rule.c));
  return [...new Set(conditions.flatMap(({ p }) => textOf(objectOf(p)?.f) ?? []))];
}

const members = ['b', 's', 'i', 'd'];

function servedBy(setting: Json, ask: Ask): Walked {
  const member = typeof setting.t === 'number' ? members[setting.t] : undefined;
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
    if (rule === null) return unreadable(name);
    const matches = matchesOf(rule, ask);
    const kind = matches === 'all' ? 'rollout' : 'rule';
    return isNone(rule.p)
      ? { kind, name, matches, shares: whole(serves(memberOf(rule.s, 'v'))) }
      : { kind, name, matches, ...shares(rule.p) };
  });
  const options: readonly Rule[] = isNone(setting.p)
    ? []
    : [{ kind: 'rollout', name: 'the percentage options', matches: 'all', ...shares(setting.p) }];
  return everyone([...rules, ...options, lastly(serves(setting.v))]);
}

/** A rule over other flags only is decided where those serve everyone one value. */
function matchesOf(rule: Json, ask: Ask): Rule['matches'] {
  const met = itemsOf(rule.c).map((condition) => {
    const needed = objectOf(condition?.p);
    const parent = needed === null ? null : ask(textOf(needed.f) ?? '');
    const wanted = entriesOf(needed?.v).map(([, value]) => value);
    if (parent === null || parent.everyone === null || parent.by !== null || wanted.length !== 1) return null;
    return needed?.c === 0
      ? parent.everyone === outcomeOf(wanted[0]).value
      : needed?.c === 1
        ? parent.everyone !== outcomeOf(wanted[0]).value
        : null;
  });
  if (met.includes(false)) return 'none';
  return met.every((one) => one === true) ? 'all' : 'some';
}

export default source;
