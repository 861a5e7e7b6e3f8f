/** Flag states for tests: what a test does not say is not known. */
import { combine } from '../../src/flags/state/combine.ts';
import { environmentState, flagRecord } from '../../src/flags/state/record.ts';
import { readFlags } from '../../src/flags/state/yaml.ts';
import type { FlagState } from '../../src/flags/types.ts';

/** The state of flag `key`. */
export function flagState(key: string, more: Partial<FlagState> = {}): FlagState {
  const state = combine([flagRecord(key, 'flags.yaml', [environmentState('', {})])], []).get(key);
  if (state === undefined) throw new Error('no state');
  return { ...state, ...more };
}

/** The states a flags.yaml says. */
export function statesOf(text: string): ReadonlyMap<string, FlagState> {
  const read = readFlags(text, 'flags.yaml');
  if (!read.ok) throw new Error(read.problem.message);
  return combine(read.flags, []);
}
