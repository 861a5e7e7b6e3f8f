/**
 * The proof that a written contract does what it says: read by Dropgate's own reader on top of the history, it takes away
 * exactly the objects, and nothing else.
 * Input: the repository's head, the new files. Output: null, or why it is not so in plain words, without a full stop.
 */
import type { Config } from '../../config/types.ts';
import type { Tree } from '../../discover/tree.ts';
import { type DatabaseHistory, readHistories } from '../../extract/history.ts';
import { loadEngine } from '../../schema/engines.ts';
import { objectKey, type SchemaChange, type SchemaObject } from '../../schema/types.ts';
import { isSame, takenAlong } from './drop-order.ts';
import { overlaid } from './overlay.ts';

export async function whyNotExact(
  head: Tree,
  files: ReadonlyMap<string, string>,
  database: string,
  objects: readonly SchemaObject[],
  config: Config,
): Promise<string | null> {
  const histories = await readHistories(head, overlaid(head, files), config, loadEngine);
  const own = histories.find(({ id }) => id === database);
  if (own === undefined) return 'the new migration is not read as one of this database';
  const others = histories.filter(({ id, added, edited }) => id !== database && (added.length > 0 || edited.length > 0));
  if (others.length > 0) return `the new migration is read as one of \`${others[0]?.id}\` too`;
  return whyNotAdded(own) ?? whyNotDropped(own, objects);
}

function whyNotAdded({ added, edited, unreadable, refusals }: DatabaseHistory): string | null {
  if (added.length === 0) return 'the runner of this layout would not apply the new migration';
  if (added.length > 1 || edited.length > 0) return 'the new migration changes how others are read';
  const [problem] = unreadable;
  if (problem) return `a statement of it cannot be read: ${problem.reason}`;
  const [refusal] = refusals;
  return refusal ? `the database would refuse a statement of it: ${refusal.reason}` : null;
}

/** Exactly the drops, and what goes with them by their nature. */
function whyNotDropped({ base, changes }: DatabaseHistory, objects: readonly SchemaObject[]): string | null {
  if (!base) return 'there is no history before it';
  const takes = objects.flatMap((object) => takenAlong(object, base.schema));
  const isTaken = (change: SchemaChange): boolean =>
    takes.some((taken) => isSame(taken, change.object)) ||
    objects.some(({ kind, name }) => kind === 'table' && change.object.table === name) ||
    (change.type === 'drop' && change.implied && (change.object.kind === 'index' || change.object.kind === 'constraint'));
  for (const object of objects) {
    if (!changes.some((c) => c.type === 'drop' && isSame(c.object, object))) return `it does not drop the ${objectKey(object)}`;
  }
  const more = changes.find((c) => !(c.type === 'drop' && (objects.some((o) => isSame(o, c.object)) || isTaken(c))));
  return more === undefined ? null : `it does more than that: ${more.type} of the ${objectKey(more.object)}`;
}
