/**
 * The pipeline of `dropgate flags`: the same study as a check of the whole repository, seen flag by flag.
 * Input: what the user asked for. Output: an Inventory. Throws UsageError for what the caller has to mend.
 */
import { openRepository } from './discover/revisions.ts';
import { type Inventory, inventoryOf } from './link/inventory.ts';
import { loadRules } from './rules.ts';
import { type CheckOptions, study } from './run.ts';

export type InventoryOptions = Pick<CheckOptions, 'cwd' | 'head' | 'flags' | 'config' | 'now' | 'onProgress'>;

export interface InventoryReport extends Inventory {
  readonly head: string;
  /** ISO instant the flags were judged at. */
  readonly now: string;
}

export async function inventory({ cwd, head, ...options }: InventoryOptions): Promise<InventoryReport> {
  const now = options.now ?? new Date();
  const repository = await openRepository(cwd, { all: true, ...(head !== undefined && { head }) });
  try {
    const { facts, project } = await study(repository, { ...options, cwd, now }, await loadRules());
    return { head: repository.head.revision, now: now.toISOString(), ...inventoryOf(project, facts.flagUses.evaluations) };
  } finally {
    repository.close();
  }
}
