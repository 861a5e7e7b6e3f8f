/**
 * The pipeline of `dropgate report`: the same study as a check of the whole repository, and then the flags that are due.
 * A flag is due when it is stale or dead.
 */
import { openRepository } from './discover/revisions.ts';
import { isLosing } from './flags/settled.ts';
import type { Flag } from './link/project.ts';
import { type RemovalReport, removalReport, type StaleFlag } from './report/removal.ts';
import { loadRules } from './rules.ts';
import { type CheckOptions, study } from './run.ts';
import type { SchemaObject } from './schema/types.ts';

export type RemovalOptions = Pick<CheckOptions, 'cwd' | 'head' | 'flags' | 'config' | 'now' | 'onProgress'>;

export async function removal({ cwd, head, ...options }: RemovalOptions): Promise<RemovalReport> {
  const now = options.now ?? new Date();
  const repository = await openRepository(cwd, { all: true, ...(head !== undefined && { head }) });
  const { project, config } = await study(repository, { ...options, cwd, now }, await loadRules()).finally(() => repository.close());
  const flags = project.flags.flatMap(staleFlag);
  return removalReport({ head: repository.head.revision, now: now.toISOString(), soakDays: config.soakDays, flags });
}

function staleFlag({ state, decision, evaluations, branches, orphans }: Flag): StaleFlag[] {
  const isDue = decision.kind === 'stale' || decision.kind === 'dead';
  if (state === null || !isDue || decision.value === null || evaluations.length === 0) return [];
  const losing = branches.filter(({ guard }) => isLosing(guard, state));
  const unproven = orphans.flatMap(({ object, writes }) =>
    writes
      .slice(0, 1)
      .map(
        ({ location }) =>
          `${nameOf(object)} is still written at ${location.file}:${location.line}: end that write in a release before the contract.`,
      ),
  );
  return [{ state, value: decision.value, evaluations, branches: losing, objects: orphans.map((o) => o.object), unproven }];
}

const nameOf = ({ table, name }: SchemaObject): string => (table === null || table === name ? name : `${table}.${name}`);
