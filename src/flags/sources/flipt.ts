/**
 * Flipt: `features.yaml`, or what its API says of the flags and segments of a namespace. A boolean flag goes through its
 * rollouts and is else what `enabled` says; a segment without constraints holds everybody. `entityId` is always given.
 */
import { fliptApi } from '../apis/flipt.ts';
import { everyone, type Outcome, off, on, outcomeOf, type Rule, UNKNOWN, unknown, type Walked, whole } from '../state/everyone.ts';
import { byName, isNone, itemsOf, lastly, recogniser, sharesOf, stateOf, unreadable } from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { instantOf, type Json, listOf, objectOf, objectsOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';

const source: Source = {
  id: 'flipt',
  title: 'Flipt',
  providers: ['flipt'],
  recognises: recogniser('flipt', (document) =>
    objectsOf(document.flags).some(
      ({ key, type, rules, rollouts }) =>
        typeof key === 'string' &&
        ((typeof type === 'string' && /_FLAG_TYPE$/.test(type)) ||
          ('namespace' in document && (Array.isArray(rules) || Array.isArray(rollouts) || 'version' in document))),
    ),
  ),
  read(document) {
    const root = objectOf(document);
    if (!Array.isArray(root?.flags)) return { ok: false, problem: 'There is no list `flags`.' };
    const segments = byName(itemsOf(root.segments), 'key');
    const flags = [...byName(itemsOf(root.flags), 'key')].map(([key, flag]) => {
      const modified = instantOf(textOf(flag.updatedAt));
      // Rollouts, rules and segments have dates of their own: the latest counts.
      const parts = [...itemsOf(flag.rollouts), ...itemsOf(flag.rules), ...segments.values()];
      const latest = parts
        .map((part) => instantOf(textOf(part?.updatedAt)))
        .reduce((a, b) => (a !== null && b !== null ? max(a, b) : null), modified);
      const walked = flag.type === 'VARIANT_FLAG_TYPE' || isNone(flag.type) ? variant(flag, segments) : boolean(flag, segments);
      const state = stateOf('', walked, latest === null ? null : { at: latest, from: 'modified' });
      return flagRecord(key, source.id, [state], { type: textOf(flag.type), createdAt: instantOf(textOf(flag.createdAt)) });
    });
    return { ok: true, flags, complete: typeof root.source === 'string' ? ['flipt'] : [] };
  },
  api: fliptApi,
};

const max = (a: string, b: string): string => (a > b ? a : b);

type Segments = ReadonlyMap<string, Json>;

function boolean(flag: Json, segments: Segments): Walked {
  if (flag.type !== 'BOOLEAN_FLAG_TYPE') return unknown('its type is not known');
  const rules = inOrder(flag.rollouts).map((rollout, at): Rule => {
    const [threshold, segment] = [objectOf(rollout?.threshold), objectOf(rollout?.segment)];
    const to = toggled((threshold ?? segment)?.value);
    const name = `rollout ${at + 1}`;
    if (rollout === null || (threshold === null) === (segment === null)) return unreadable(name);
    if (threshold === null) return { kind: 'segment', name, matches: matchesOf(segment, segments), shares: whole(to) };
    return { kind: 'rollout', name, matches: 'all', shares: sharesOf([[to, threshold.percentage ?? 0]], 100, 'next'), by: 'entityId' };
  });
  return everyone([...rules, lastly(isNone(flag.enabled) ? off : toggled(flag.enabled))]);
}

const toggled = (value: unknown): Outcome => (value === true ? on : value === false || isNone(value) ? off : UNKNOWN);

function variant(flag: Json, segments: Segments): Walked {
  if (flag.enabled !== true) return unknown('disabled: everyone is served the default of the code');
  const variants = itemsOf(flag.variants);
  const ids = new Map(variants.map((one) => [textOf(one?.id), textOf(one?.key)] as const));
  const last = textOf(objectOf(flag.defaultVariant)?.key) ?? textOf(variants.find((one) => one?.default === true)?.key);
  const rest = last === null ? UNKNOWN : outcomeOf(last);
  const rules = inOrder(flag.rules).map((rule, at): Rule => {
    const name = `rule ${at + 1}`;
    if (rule === null) return unreadable(name);
    const weights = itemsOf(rule.distributions).map((one) => {
      const key = textOf(one?.variant) ?? textOf(one?.variantKey) ?? ids.get(textOf(one?.variantId));
      return [typeof key === 'string' ? outcomeOf(key) : UNKNOWN, one?.rollout] as const;
    });
    return { kind: 'rule', name, matches: matchesOf(rule, segments), shares: sharesOf(weights, 100, UNKNOWN), by: 'entityId' };
  });
  return everyone([...rules, lastly(rest, 'the default variant')]);
}

/** By rank where they have one. */
function inOrder(rules: unknown): readonly (Json | null)[] {
  const items = itemsOf(rules);
  const ranks = items.map((rule) => rule?.rank);
  if (!ranks.every((rank) => typeof rank === 'number')) return items;
  return items
    .map((rule, at) => [rule, Number(ranks[at])] as const)
    .sort(([, a], [, b]) => a - b)
    .map(([rule]) => rule);
}

/** Whom segments hold: everybody if each (or with OR, one) of them has no constraint. */
function matchesOf(owner: Json | null, segments: Segments): Rule['matches'] {
  const given = objectOf(owner?.segment) ?? owner ?? {};
  const lists = [given.keys, given.segmentKeys, owner?.segmentKeys].filter((list) => !isNone(list));
  const single = [owner?.segment, given.key, given.segmentKey].filter((key) => typeof key === 'string');
  const keys = [...single, ...listOf(lists[0])];
  if (keys.length === 0 || lists.some((list) => !Array.isArray(list))) return 'some';
  const isOpen = (key: unknown): boolean => {
    const segment = typeof key === 'string' ? segments.get(key) : undefined;
    return segment !== undefined && isNone(segment.constraints);
  };
  return keys.every(isOpen) ? 'all' : 'some';
}

export default source;
