/** RENAME CONSTRAINT and ALTER INDEX … RENAME: a key and its index go by one name, children follow their parents. */
import { type Body, childOf, isTrue, textOf } from '../../parse/sql/ast.ts';
import { type DraftTable, ownerOf, renameKey, sibling } from '../draft.ts';
import { renameKeyUses } from '../keys.ts';
import { unqualify } from '../names.ts';
import { childrenOf, nameOf, type PgStep, record, refuse, relationOf } from '../step.ts';
import { isDoubtful, refuseTaken } from './known.ts';

const IS_KEY: ReadonlySet<string> = new Set(['primary-key', 'unique', 'exclude']);

const refuseRename = (step: PgStep, table: DraftTable, from: string, to: string): boolean => {
  const bare = unqualify(table.name).bare;
  const isSure = !isDoubtful(step, table.name);
  const known = table.constraints.get(from);
  if (!known) {
    // PostgreSQL 18 names every NOT NULL; the older ones know none.
    const isNotNull = [...table.columns.values()].some((column) => !column.nullable && `${bare}_${column.name}_not_null` === from);
    return !isNotNull && refuse(step, `constraint "${from}" for table "${bare}" does not exist`, isSure);
  }
  if (table.constraints.has(to) && refuse(step, `constraint "${to}" for relation "${bare}" already exists`, isSure)) return true;
  if (IS_KEY.has(known.kind) && refuseTaken(step, sibling(table.name, to))) return true;
  const parents = [...step.draft.children]
    .filter(([, children]) => children.has(table.name))
    .map(([parent]) => step.draft.tables.get(parent));
  // Which NOT NULL a child's is made from goes by the column, and each has a name of its own.
  const hasFamily = parents.length > 0 || childrenOf(step, table.name).length > 0;
  if (known.kind === 'not-null' && hasFamily) refuse(step, `cannot rename inherited constraint "${from}"`, false);
  const isFromParent = known.kind === 'check' && parents.some((parent) => parent?.constraints.has(from));
  return isFromParent && refuse(step, `cannot rename inherited constraint "${from}"`, isSure);
};

/** CHECKs of children go by their parent's name. */
const renameInherited = (step: PgStep, table: DraftTable, from: string, to: string): void => {
  const { indexParents, local } = step.draft.catalogue;
  const move = (key: string): string => (key === `${table.name}.${from}` ? `${table.name}.${to}` : key);
  for (const [child, parent] of [...indexParents]) {
    if (move(child) === child && move(parent) === parent) continue;
    indexParents.delete(child);
    indexParents.set(move(child), move(parent));
  }
  if (table.constraints.get(to)?.kind !== 'check') return;
  for (const child of childrenOf(step, table.name)) {
    if (!child.constraints.has(from)) continue;
    renameKey(child.constraints, from, to, (constraint) => ({ ...constraint, name: to }));
    if (local.delete(`${child.name}#${from}`)) local.add(`${child.name}#${to}`);
    renameInherited(step, child, from, to);
  }
};

export const renameConstraint = (step: PgStep, body: Body, to: string): void => {
  const range = childOf(body, 'relation');
  const from = textOf(body, 'subname');
  if (!range || from === null) return;
  const owner = relationOf(step, range);
  const table = step.draft.tables.get(owner);
  if (table && refuseRename(step, table, from, to)) return;
  if (table && !table.constraints.has(from)) return;
  if (table) renameKey(table.constraints, from, to, (constraint) => ({ ...constraint, name: to }));
  if (table) renameInherited(step, table, from, to);
  if (table) renameKeyUses(step.draft, owner, from, to);
  record(step, { type: 'rename', object: { kind: 'constraint', table: owner, name: from }, to });
};

/** An index' new name is that of the constraint it backs as well. */
export const renameIndex = (step: PgStep, body: Body, to: string): void => {
  const range = childOf(body, 'relation');
  if (!range) return;
  const name = nameOf(
    step,
    [textOf(range, 'schemaname') ?? '', textOf(range, 'relname') ?? ''].filter((part) => part !== ''),
    (candidate) => ownerOf(step.draft, 'indexes', candidate) !== null || ownerOf(step.draft, 'constraints', candidate) !== null,
  );
  const bare = textOf(range, 'relname') ?? name;
  const owner = ownerOf(step.draft, 'indexes', name);
  const backed = owner ? null : ownerOf(step.draft, 'constraints', name);
  const isIndex = owner !== null || IS_KEY.has(backed?.constraints.get(bare)?.kind ?? '');
  if (!isIndex && !isTrue(body, 'missing_ok')) {
    const wasThere = [...step.draft.dropped].some((key) => key.startsWith('index ') && key.endsWith(`.${bare}`));
    if (refuse(step, `relation "${bare}" does not exist`, wasThere && !isDoubtful(step, bare))) return;
  }
  const place = owner ?? backed;
  if (place && refuseTaken(step, sibling(place.name, to))) return;
  if (place) renameKeyUses(step.draft, place.name, bare, to);
  if (place) moveIndexKey(step, `${place.name}.${bare}`, `${place.name}.${to}`);
  if (owner) renameKey(owner.indexes, bare, to, (index) => ({ ...index, name: to }));
  if (backed) renameKey(backed.constraints, bare, to, (constraint) => ({ ...constraint, name: to }));
  const kind = backed ? 'constraint' : 'index';
  record(step, { type: 'rename', object: { kind, table: (owner ?? backed)?.name ?? null, name: bare }, to });
};

const moveIndexKey = (step: PgStep, from: string, to: string): void => {
  const { indexParents } = step.draft.catalogue;
  for (const [child, parent] of [...indexParents]) {
    if (child !== from && parent !== from) continue;
    indexParents.delete(child);
    indexParents.set(child === from ? to : child, parent === from ? to : parent);
  }
};
