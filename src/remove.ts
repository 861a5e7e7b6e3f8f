/**
 * The pipeline of `dropgate remove`: where the flags are evaluated, what they are worth, and the code without them.
 * Input: what the user asked for. Output: the changes, not yet written. Throws UsageError for what the caller has to mend.
 */
import type { FlagValue } from './flags/types.ts';
import type { FileChange, Removed } from './remove/types.ts';
import type { CheckOptions } from './run.ts';

export interface RemoveOptions extends Pick<CheckOptions, 'cwd' | 'flags' | 'config' | 'now' | 'onProgress'> {
  /** The flags to remove; empty with `allStale`. */
  readonly keys: readonly string[];
  /** The value that stays, where no state says it. */
  readonly value?: FlagValue;
  /** Every flag that is stale or dead. */
  readonly allStale?: boolean;
}

/** Removes flags from the work tree's code; nothing is written. */
export async function remove(_options: RemoveOptions): Promise<Removed> {
  throw new Error('not built yet');
}

/** Writes the changes to the work tree below `root`. */
export async function writeChanges(_root: string, _changes: readonly FileChange[]): Promise<void> {
  throw new Error('not built yet');
}
