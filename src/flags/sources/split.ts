/**
 * Split (Harness FME): definitions of the admin API, one environment each, and the YAML file of the localhost mode.
 * Keys by name come first; whoever is outside of the traffic allocation is served the default treatment.
 */
import { splitApi } from '../apis/split.ts';
import { everyone, type Outcome, outcomeOf, type Rule, UNKNOWN, unknown, type Walked, whole } from '../state/everyone.ts';
import {
  byName,
  isNone,
  isProductionType,
  isPulled,
  itemsOf,
  lastly,
  mergedRecords,
  sharesOf,
  stateOf,
  unreadable,
} from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { entriesOf, instantOf, type Json, listOf, objectOf, objectsOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';
import type { FlagRecord } from '../types.ts';

const source: Source = {
  id: 'split',
  title: 'Split',
  providers: ['split'],
  recognises(document) {
    const root = objectOf(document);
    if (root !== null && isPulled(root)) return root.source === 'split';
    const definitions = definitionsOf(document);
    return definitions.some(isDefinition) || (Array.isArray(document) && localhostOf(document).length > 0);
  },
  read(document) {
    const root = objectOf(document);
    const environments = root === null ? null : objectOf(root.splits);
    if (environments !== null) {
      const known = byName(itemsOf(root?.environments), 'name');
      const read = entriesOf(environments).flatMap(([name, list]) =>
        objectsOf(list).flatMap((one) => readDefinition(one, name, isProductionType(known.get(name)?.production))),
      );
      return { ok: true, flags: mergedRecords(read), complete: ['split'] };
    }
    const definitions = definitionsOf(document);
    if (definitions.some(isDefinition)) {
      const read = definitions.flatMap((one) => readDefinition(one, textOf(objectOf(one.environment)?.name) ?? '', null));
      return { ok: true, flags: mergedRecords(read), complete: [] };
    }
    return Array.isArray(document)
      ? { ok: true, flags: readLocalhost(localhostOf(document)), complete: [] }
      : { ok: false, problem: 'There is no list of definitions.' };
  },
  api: splitApi,
};

/** A definition, a list of them, or the page of a list. */
function definitionsOf(document: unknown): readonly Json[] {
  const root = objectOf(document);
  return Array.isArray(document)
    ? objectsOf(document)
    : Array.isArray(root?.objects)
      ? objectsOf(root.objects)
      : root === null
        ? []
        : [root];
}

function isDefinition({ name, treatments, defaultTreatment }: Json): boolean {
  return typeof name === 'string' && (typeof defaultTreatment === 'string' || Array.isArray(treatments));
}

function readDefinition(split: Json, environment: string, isProduction: boolean | null): readonly FlagRecord[] {
  const key = textOf(split.name);
  if (key === null) return [];
  const changed = { at: instantOf(split.lastUpdateTime), from: 'modified' as const };
  const tags = listOf(split.tags).map((tag) => textOf(tag) ?? textOf(objectOf(tag)?.name));
  const traits = { permanent: tags.includes('permanent'), createdAt: instantOf(split.creationTime) };
  const needs = itemsOf(split.prerequisites).flatMap((one) => textOf(one?.n) ?? textOf(one?.name) ?? []);
  return [flagRecord(key, source.id, [stateOf(environment, servedBy(split), changed, isProduction)], { ...traits, needs })];
}

/** Treatments by name; `on` and `off` are true and false where a flag has no others. */
function namer(treatments: readonly unknown[]): (treatment: unknown) => Outcome {
  const isSwitch = treatments.every((treatment) => treatment === 'on' || treatment === 'off');
  return (treatment) => {
    if (typeof treatment !== 'string') return UNKNOWN;
    return isSwitch && (treatment === 'on' || treatment === 'off')
      ? { value: treatment === 'on', variant: treatment }
      : outcomeOf(treatment);
  };
}

function servedBy(split: Json): Walked {
  const treatments = itemsOf(split.treatments);
  const rules = itemsOf(split.rules);
  const buckets = [...rules.flatMap((rule) => itemsOf(rule?.buckets)), ...itemsOf(split.defaultRule)];
  const serves = namer([...treatments.map((one) => one?.name), ...buckets.map((one) => one?.treatment), split.defaultTreatment]);
  const rest = serves(split.defaultTreatment);
  if (split.killed === true) return everyone([lastly(rest)]);
  if (!isNone(split.killed) && split.killed !== false) return unknown('it does not say whether it is killed');
  if (!Array.isArray(split.defaultRule)) return unknown('it has no default rule');
  const allocation = isNone(split.trafficAllocation) ? 100 : split.trafficAllocation;
  const gate: Rule = {
    kind: 'rollout',
    name: 'the traffic allocation',
    matches: 'all',
    shares: sharesOf([['next', allocation]], 100, rest),
    by: 'key',
  };
  const needed = itemsOf(split.prerequisites).map(
    (one): Rule => ({
      kind: 'prerequisite',
      name: `the prerequisite \`${textOf(one?.n) ?? textOf(one?.name) ?? '?'}\``,
      matches: 'some',
      shares: whole(rest),
    }),
  );
  const shared = (list: unknown) =>
    sharesOf(
      itemsOf(list).map((one) => [serves(one?.treatment), one?.size] as const),
      100,
      UNKNOWN,
    );
  const conditional = rules.map(
    (rule, at): Rule =>
      rule === null
        ? unreadable(`rule ${at + 1}`)
        : { kind: 'rule', name: `rule ${at + 1}`, matches: 'some', shares: shared(rule.buckets), by: 'key' },
  );
  const last: Rule = { kind: 'rollout', name: 'the default rule', matches: 'all', shares: shared(split.defaultRule), by: 'key' };
  return everyone([...needed, ...treatments.flatMap((one) => targetsOf(one, serves)), gate, ...conditional, last]);
}

/** Keys and segments that are given a treatment by name. */
function targetsOf(treatment: Json | null, serves: (treatment: unknown) => Outcome): readonly Rule[] {
  if (treatment === null) return [unreadable('a treatment')];
  const shares = whole(serves(treatment.name));
  const pins = listOf(treatment.keys).filter((key) => typeof key === 'string');
  const keys: Rule = { kind: 'target', name: `${pins.length} keys by name`, matches: 'some', shares, pins };
  const segments: Rule = {
    kind: 'segment',
    name: `segments ${listOf(treatment.segments).map(String).join(', ')}`,
    matches: 'some',
    shares,
  };
  return [...(isNone(treatment.keys) ? [] : [keys]), ...(isNone(treatment.segments) ? [] : [segments])];
}

/** `- flag: { treatment: "on", keys: [a] }`, once per treatment. */
function localhostOf(document: readonly unknown[]): readonly (readonly [string, Json])[] {
  return document.flatMap((item) => {
    const [entry, ...others] = entriesOf(item);
    const definition = objectOf(entry?.[1]);
    return entry === undefined || others.length > 0 || definition === null || !('treatment' in definition) ? [] : [[entry[0], definition]];
  });
}

function readLocalhost(entries: readonly (readonly [string, Json])[]): readonly FlagRecord[] {
  const flags = new Map<string, Json[]>();
  for (const [key, definition] of entries) {
    const known = flags.get(key);
    if (known === undefined) flags.set(key, [definition]);
    else known.push(definition);
  }
  return [...flags].map(([key, definitions]) => {
    const serves = namer(definitions.map(({ treatment }) => treatment));
    const rules = definitions.map((definition): Rule => {
      const pins = (Array.isArray(definition.keys) ? definition.keys : [definition.keys]).filter((one) => typeof one === 'string');
      const [kind, name] = isNone(definition.keys)
        ? (['rollout', 'the treatment'] as const)
        : (['target', `${pins.length} keys by name`] as const);
      return { kind, name, matches: 'some', shares: whole(serves(definition.treatment)), pins };
    });
    // Several without keys: which of them counts is not said, so each may.
    const open = definitions.findIndex(({ keys }) => isNone(keys));
    const last = open < 0 ? lastly(UNKNOWN, 'whoever is not named') : lastly(serves(definitions[open]?.treatment), 'the treatment');
    return flagRecord(key, source.id, [stateOf('', everyone([...rules, last]))]);
  });
}

export default source;
