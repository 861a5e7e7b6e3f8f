/**
 * Eppo: the configuration of its server SDKs (UFC). Allocations are asked in order, each within its time; splits hash the
 * subject. A flag that is disabled, and a subject that no allocation takes, has the default of the code.
 */
import { eppoApi } from '../apis/eppo.ts';
import { everyone, outcomeOf, type Rule, type Share, UNKNOWN, unknown, type Walked } from '../state/everyone.ts';
import { isNone, itemsOf, lastly, memberOf, recogniser, stateOf, unreadable, windowOf } from '../state/parts.ts';
import { flagRecord } from '../state/record.ts';
import { entriesOf, type Json, listOf, objectOf, textOf } from '../state/shape.ts';
import type { Source } from '../state/source.ts';
import type { FlagRecord } from '../types.ts';

const source: Source = {
  id: 'eppo',
  title: 'Eppo',
  providers: ['eppo'],
  recognises: recogniser('eppo', (document) => entriesOf(document.flags).some(([, flag]) => Array.isArray(objectOf(flag)?.allocations))),
  read(document, { now }) {
    const root = objectOf(document) ?? {};
    const environments = objectOf(root.environments) === null ? [[nameIn(root), root] as const] : entriesOf(root.environments);
    const flags = new Map<string, FlagRecord>();
    for (const [name, one] of environments) {
      const configuration = objectOf(one);
      if (objectOf(configuration?.flags) === null) return { ok: false, problem: 'There is no mapping `flags`.' };
      for (const [key, flag] of entriesOf(configuration?.flags)) {
        const state = stateOf(name, servedBy(objectOf(flag) ?? {}, now));
        flags.set(key, flagRecord(key, source.id, [...(flags.get(key)?.environments ?? []), state]));
      }
    }
    return { ok: true, flags: [...flags.values()], complete: ['eppo'] };
  },
  api: eppoApi,
};

const nameIn = (configuration: Json): string => textOf(objectOf(configuration.environment)?.name) ?? '';

function servedBy(flag: Json, now: Date): Walked {
  if (flag.enabled !== true) return unknown('disabled: everyone is served the default of the code');
  const total = typeof flag.totalShards === 'number' && flag.totalShards > 0 ? flag.totalShards : null;
  const rules = itemsOf(flag.allocations).map((allocation, at): Rule => {
    const name = `the allocation ${textOf(allocation?.key) ?? at + 1}`;
    if (allocation === null) return unreadable(name);
    const window = windowOf(allocation.startAt, allocation.endAt, now);
    const isOpen = isNone(allocation.rules);
    const matches = window.matches === 'all' && !isOpen ? 'some' : window.matches;
    const kind = window.matches === 'some' ? 'schedule' : isOpen ? 'rollout' : 'rule';
    return { kind, name, ...window, matches, shares: sharesIn(allocation, flag, total), by: 'subject' };
  });
  return everyone([...rules, lastly(UNKNOWN, 'the default of the code')]);
}

/** The first split that takes the subject: one without shards takes all, one by shards a part that is not worked out. */
function sharesIn(allocation: Json, flag: Json, total: number | null): readonly Share[] {
  const shares: Share[] = [];
  let left = 100;
  for (const split of itemsOf(allocation.splits)) {
    const variation = objectOf(memberOf(flag.variations, textOf(split?.variationKey) ?? ''));
    const to = outcomeOf(variation?.value);
    const part = split === null ? null : partOf(split.shards, total);
    if (part === 1) return [...shares, { to, percentage: left }];
    // Where salts differ shares are not known exactly; that there are some is what counts.
    const percentage = part === null ? left / 2 : left * part;
    if (percentage > 0) shares.push({ to: part === null ? UNKNOWN : to, percentage });
    left -= percentage;
  }
  return [...shares, { to: 'next', percentage: left }];
}

/** The part of subjects that shards take, 1 where it is surely all; null where it cannot be read. */
function partOf(shards: unknown, total: number | null): number | null {
  let part = 1;
  for (const shard of itemsOf(shards)) {
    if (shard === null || total === null) return null;
    const ranges = itemsOf(shard.ranges).map((range) => [range?.start, range?.end] as const);
    let end = 0;
    let covered = 0;
    for (const [from, until] of [...ranges].sort(([a], [b]) => Number(a) - Number(b))) {
      if (typeof from !== 'number' || typeof until !== 'number') return null;
      covered += Math.max(0, Math.min(until, total) - Math.max(from, end, 0));
      end = Math.max(end, until);
    }
    part *= covered / total;
  }
  return listOf(shards).length > 0 || isNone(shards) ? part : null;
}

export default source;
