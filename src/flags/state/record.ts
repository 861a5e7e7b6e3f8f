/** Records of flag state from what a source says, every other field being "not known". Pure. */
import type { EnvironmentState, FlagRecord } from '../types.ts';

/** A flag of a source. */
export function flagRecord(
  key: string,
  provider: string,
  environments: readonly EnvironmentState[],
  traits: Partial<Omit<FlagRecord, 'key' | 'provider' | 'environments'>> = {},
): FlagRecord {
  const unsaid = { archived: false, permanent: false, type: null, createdAt: null, needs: [], fallback: null };
  return { key, provider, ...unsaid, ...traits, environments };
}

/** One environment of a flag; `name` is empty where the source has no environments. */
export function environmentState(name: string, served: Partial<Omit<EnvironmentState, 'environment'>>): EnvironmentState {
  return {
    environment: name,
    isProduction: null,
    everyone: null,
    variant: null,
    percentage: null,
    by: null,
    contexts: new Map(),
    blockers: [],
    since: null,
    sinceFrom: null,
    location: null,
    ...served,
  };
}
