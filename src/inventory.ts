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
  /** Statements, files and parts of code that could not be read: what they evaluate is not in the list. */
  readonly unanalysed: number;
}

export async function inventory({ cwd, head, ...options }: InventoryOptions): Promise<InventoryReport> {
  const now = options.now ?? new Date();
  const repository = await openRepository(cwd, { all: true, ...(head !== undefined && { head }) });
  try {
    const { facts, project } = await study(repository, { ...options, cwd, now }, await loadRules());
    const unanalysed = project.unreadable.length + project.unresolved.length;
    return { head: repository.head.revision, now: now.toISOString(), unanalysed, ...inventoryOf(project, facts.flagUses.evaluations) };
  } finally {
    repository.close();
  }
}
