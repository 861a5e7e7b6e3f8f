/**
 * One state per flag out of its environments: what is served in all that count.
 * Input: records of every source, the environments that count. Output: states by key. Pure.
 * Invariants: environments that disagree serve nobody one value; the date is the latest of them, unknown if one is.
 */
import { compare } from '../../discover/words.ts';
import type { Blocker, EnvironmentState, FlagRecord, FlagState, FlagTraits, Served } from '../types.ts';
import type { LastEvaluated } from './counts.ts';
import { environmentState } from './record.ts';

/** What flags serve in the environments that count: `critical` by name, else those their source or their name calls production, else all. */
export function combine(
  records: readonly FlagRecord[],
  critical: readonly string[],
  counts: ReadonlyMap<string, LastEvaluated> = new Map(),
): ReadonlyMap<string, FlagState> {
  const byKey = new Map<string, FlagRecord[]>();
  for (const record of records) byKey.set(record.key, [...(byKey.get(record.key) ?? []), record]);
  const needing = new Map<string, string[]>();
  for (const { key, needs } of records) for (const needed of needs) needing.set(needed, [...(needing.get(needed) ?? []), key]);
  const stateOf = ([key, all]: [string, FlagRecord[]]): [string, FlagState] => [
    key,
    {
      ...traitsOf(all),
      ...servedBy(all, critical),
      neededBy: [...new Set(needing.get(key))].sort(compare),
      lastEvaluated: counts.get(key) ?? new Map(),
    },
  ];
  return new Map([...byKey].sort(([a], [b]) => compare(a, b)).map(stateOf));
}

/** The environments that count. */
export function criticalOf(environments: readonly EnvironmentState[], critical: readonly string[]): readonly EnvironmentState[] {
  const nameless = environments.filter((e) => e.environment === '');
  const named = environments.filter((e) => e.environment !== '');
  if (critical.length > 0) return [...nameless, ...named.filter((e) => critical.some((name) => isSameName(name, e.environment)))];
  const production = named.filter((e) => e.isProduction === true);
  const likely = production.length > 0 ? production : named.filter((e) => /^(?:prod(?:uction)?|live)$/i.test(e.environment));
  return [...nameless, ...(likely.length > 0 ? likely : named)];
}

const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Traits of a flag that several sources know: permanent or archived where one says so. */
function traitsOf(records: readonly FlagRecord[]): FlagTraits {
  const [first] = records as [FlagRecord];
  return {
    key: first.key,
    provider: first.provider,
    archived: records.every((r) => r.archived),
    permanent: records.some((r) => r.permanent),
    type: first.type,
    createdAt: records.map((r) => r.createdAt).find((date) => date !== null) ?? null,
    needs: [...new Set(records.flatMap((r) => r.needs))],
    fallback: records.map((r) => r.fallback).find((value) => value !== null) ?? null,
  };
}

function servedBy(records: readonly FlagRecord[], critical: readonly string[]): Served & Pick<FlagState, 'environments'> {
  const environments = records.flatMap((r) => r.environments);
  const missing = critical.filter((name) => !environments.some((e) => e.environment === '' || isSameName(name, e.environment)));
  const counted = criticalOf(environments, critical);
  const [first] = counted;
  if (first === undefined || missing.length > 0) {
    const detail = missing.length > 0 ? `nothing is known of the environment ${missing.join(', ')}` : 'it is in no environment';
    return {
      ...servedOf(environmentState('', {})),
      location: first?.location ?? environments[0]?.location ?? null,
      blockers: [{ kind: 'environments', detail }],
      environments,
    };
  }
  if (counted.length === 1) return { ...servedOf(first), environments };
  return { ...agreed(counted, first), environments };
}

function servedOf({ environment: _, isProduction: __, ...served }: EnvironmentState): Served {
  return served;
}

function agreed(environments: readonly EnvironmentState[], first: EnvironmentState): Served {
  const isSplit = environments.some((e) => e.everyone === null);
  const differ = environments.some((e) => e.everyone !== first.everyone || e.variant !== first.variant);
  const keys = new Set(environments.flatMap((e) => (e.by === null ? [] : [e.by])));
  const shares = new Set(environments.map((e) => e.percentage));
  const blockers: Blocker[] = environments.flatMap((e) => e.blockers.map((b) => ({ ...b, detail: `${nameOf(e)}: ${b.detail}` })));
  if (!isSplit && differ) blockers.push({ kind: 'environments', detail: `environments differ: ${environments.map(shownIn).join(', ')}` });
  if (!isSplit && keys.size > 1)
    blockers.push({ kind: 'rollout', detail: `environments bucket by different keys: ${[...keys].join(', ')}` });
  const latest = environments.reduce((a, b) => (a.since === null || (b.since !== null && a.since >= b.since) ? a : b), first);
  return {
    everyone: isSplit || differ || keys.size > 1 ? null : first.everyone,
    variant: differ ? null : first.variant,
    percentage: shares.size === 1 ? first.percentage : null,
    by: keys.size === 1 ? ([...keys][0] ?? null) : null,
    contexts: new Map(environments.flatMap((e) => [...e.contexts])),
    blockers,
    since: latest.since,
    sinceFrom: latest.sinceFrom,
    location: first.location,
  };
}

/** What people know it by: a source without environments is known by its file. */
const nameOf = ({ environment, location }: EnvironmentState): string => (environment === '' ? (location?.file ?? 'default') : environment);

const shownIn = (state: EnvironmentState): string => {
  const { everyone, variant } = state;
  return `${nameOf(state)} ${everyone === true ? 'on' : everyone === false ? 'off' : everyone}${variant === null ? '' : ` (${variant})`}`;
};
