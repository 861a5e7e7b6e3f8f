/** DROP of every kind of object → the draft, and an operation per object. */
import { type Body, isTrue, listOf, nameParts, textOf, untag } from '../../parse/sql/ast.ts';
import { forgetTable, keepFirstKey, removeOwned } from '../cascade.ts';
import { ownerOf } from '../draft.ts';
import { unqualify } from '../names.ts';
import { act, isTemporary, nameOf, type PgStep, record, refuse, relationExists, tableObject } from '../step.ts';
import { objectKey, type Routine, type SchemaObject } from '../types.ts';
import { dropOwned, dropSchema } from './drop-owned.ts';
import { type Drop, isGone, refuseGone } from './drop-target.ts';
import { isDoubtful, takeOrRefuse } from './known.ts';
import { concurrentDrop } from './safe-sql.ts';
import { formatType, quoteName } from './type-names.ts';

const relationKind = (step: PgStep, name: string): 'table' | 'view' | 'materialized-view' | null => {
  if (step.draft.tables.has(name)) return 'table';
  if (step.draft.routines.has(`view ${name}`)) return 'view';
  return step.draft.routines.has(`materialized-view ${name}`) ? 'materialized-view' : null;
};

const refuseOtherKind = ({ step }: Drop, name: string, wanted: string): boolean => {
  const kind = relationKind(step, name);
  return (
    kind !== null &&
    kind !== wanted &&
    refuse(step, `"${unqualify(name).bare}" is not a ${wanted.replace('-', ' ')}`, !isDoubtful(step, name))
  );
};

const dropTable = (drop: Drop): void => {
  const { step } = drop;
  const name = nameOf(step, drop.parts, (candidate) => relationExists(step, candidate));
  if (isTemporary(step, name)) {
    step.session.temporary.delete(name);
    return;
  }
  const object = tableObject(name);
  const exists = step.draft.tables.has(name);
  if (isGone(drop, object, exists) || refuseOtherKind(drop, name, 'table') || refuseGone(drop, object, exists, 'table')) return;
  record(step, { type: 'drop', object, implied: false });
  if (takeOrRefuse(step, { kind: 'relation', name }, drop.isCascade, drop.among)) return;
  forgetTable(step, name);
};

const dropView =
  (kind: 'view' | 'materialized-view') =>
  (drop: Drop): void => {
    const { step } = drop;
    const name = nameOf(step, drop.parts, (candidate) => relationExists(step, candidate));
    if (isTemporary(step, name)) return;
    const object: SchemaObject = { kind, table: null, name };
    const exists = step.draft.routines.has(objectKey(object));
    if (isGone(drop, object, exists) || refuseOtherKind(drop, name, kind) || refuseGone(drop, object, exists, kind.replace('-', ' ')))
      return;
    record(step, { type: 'drop', object, implied: false });
    if (takeOrRefuse(step, { kind: 'relation', name }, drop.isCascade, drop.among)) return;
    step.draft.routines.delete(objectKey(object));
    removeOwned(step, name);
  };

const dropIndex = (drop: Drop): void => {
  const { step } = drop;
  const name = nameOf(step, drop.parts, (candidate) => ownerOf(step.draft, 'indexes', candidate) !== null);
  const bare = drop.parts.at(-1) ?? name;
  const owner = ownerOf(step.draft, 'indexes', name);
  const object: SchemaObject = { kind: 'index', table: owner?.name ?? null, name: bare };
  if (isGone(drop, object, owner !== null) || (drop.ifExists && !owner && wasDropped(step, bare))) return;
  if (refuseIndex(drop, name, owner?.name ?? null)) return;
  if (drop.isConcurrent && step.session.inTransaction) act(step, 'pg-concurrently-in-transaction', owner?.name ?? name, { object });
  else if (!drop.isConcurrent && owner) act(step, 'pg-drop-index', owner.name, { object, instead: concurrentDrop(name) });
  const parent = `${owner?.name}.${bare}`;
  owner?.indexes.delete(bare);
  record(step, { type: 'drop', object, implied: false });
  forgetBelow(step, parent);
};

/** A partitioned index goes with its parts. */
const forgetBelow = (step: PgStep, parent: string): void => {
  const { indexParents } = step.draft.catalogue;
  for (const [child, upper] of [...indexParents]) {
    if (upper !== parent || !indexParents.delete(child)) continue;
    for (const table of step.draft.tables.values()) {
      if (!child.startsWith(`${table.name}.`)) continue;
      table.indexes.delete(child.slice(table.name.length + 1));
      table.constraints.delete(child.slice(table.name.length + 1));
    }
    forgetBelow(step, child);
  }
};

/** Whether a constraint of a partition has adopted a part of the index. */
const hasKeyBelow = (step: PgStep, parent: string): boolean =>
  [...step.draft.catalogue.indexParents].some(([child, upper]) => {
    if (upper !== parent) return false;
    const owner = [...step.draft.tables.values()].find(
      ({ name, constraints }) => child.startsWith(`${name}.`) && constraints.has(child.slice(name.length + 1)),
    );
    return owner !== undefined || hasKeyBelow(step, child);
  });

const refuseIndex = (drop: Drop, name: string, table: string | null): boolean => {
  const { step, isCascade } = drop;
  const bare = drop.parts.at(-1) ?? name;
  const backed = table === null ? ownerOf(step.draft, 'constraints', name) : null;
  const isKey = ['primary-key', 'unique', 'exclude'].includes(backed?.constraints.get(bare)?.kind ?? '');
  if (backed && isKey)
    return refuse(
      step,
      `cannot drop index ${bare} because constraint ${bare} on table ${backed.name} requires it`,
      !isDoubtful(step, backed.name),
    );
  if (table === null)
    return !drop.ifExists && refuse(step, `index "${bare}" does not exist`, wasDropped(step, bare) && !isDoubtful(step, bare));
  if (step.draft.catalogue.indexParents.has(`${table}.${bare}`)) {
    if (refuse(step, `cannot drop index ${bare} because an index of the parent table requires it`, !isDoubtful(step, table))) return true;
  }
  if (!isCascade && hasKeyBelow(step, `${table}.${bare}`)) {
    if (refuse(step, `cannot drop index ${bare} because other objects depend on it`, !isDoubtful(step, table))) return true;
  }
  const index = step.draft.tables.get(table)?.indexes.get(bare);
  return index?.unique === true && takeOrRefuse(step, { kind: 'key', table, columns: index.columns, name: bare }, isCascade);
};

const wasDropped = (step: PgStep, index: string): boolean => {
  for (const key of step.draft.dropped) if (key.startsWith('index ') && key.endsWith(`.${index}`)) return true;
  return false;
};

const forgetType = (step: PgStep, name: string): void => {
  step.draft.otherTypes.delete(name);
  step.draft.catalogue.domains.delete(name);
  step.draft.catalogue.composites.delete(name);
};

const dropType =
  (isDomain: boolean) =>
  (drop: Drop): void => {
    const { step } = drop;
    const name = nameOf(step, drop.parts, (candidate) => step.draft.enums.has(candidate) || step.draft.otherTypes.has(candidate));
    const spelled = name.split('.').map(quoteName).join('.');
    const isOther = step.draft.otherTypes.has(name);
    const object: SchemaObject = { kind: 'enum', table: null, name };
    const exists = isOther || step.draft.enums.has(name);
    if (isGone(drop, object, exists) || refuseGone(drop, object, exists, 'type')) return;
    if (isDomain && exists && !step.draft.catalogue.domains.has(name) && refuse(step, `"${name}" is not a domain`, true)) return;
    if (!isOther) record(step, { type: 'drop', object, implied: false });
    else step.draft.dropped.add(objectKey(object));
    if (takeOrRefuse(step, { kind: 'need', key: `type ${name}`, spelled }, drop.isCascade, drop.among)) return;
    step.draft.enums.delete(name);
    forgetType(step, name);
  };

const dropSequence = (drop: Drop): void => {
  const { step } = drop;
  const { sequences } = step.draft.catalogue;
  const name = nameOf(step, drop.parts, (candidate) => sequences.has(candidate));
  const known = sequences.get(name);
  if (!known) {
    if (!drop.ifExists)
      refuse(step, `sequence "${name}" does not exist`, step.draft.dropped.has(`sequence ${name}`) && !isDoubtful(step, name));
    return;
  }
  if (
    known.isIdentity &&
    refuse(step, `cannot drop sequence ${name} because column ${known.owner?.column} of table ${known.owner?.table} requires it`, true)
  )
    return;
  if (takeOrRefuse(step, { kind: 'need', key: `sequence ${name}` }, drop.isCascade, drop.among)) return;
  sequences.delete(name);
  step.draft.dropped.add(`sequence ${name}`);
};

/** The overload that a DROP means: the only one, or the one with these types. */
const chosen = ({ step, signature }: Drop, name: string): readonly [string, Routine][] => {
  const all = [...step.draft.routines].filter(([, routine]) => routine.kind === 'function' && routine.name === name);
  return signature === null ? all : all.filter(([, routine]) => (routine.signature ?? signature) === signature);
};

const dropFunction = (drop: Drop): void => {
  const { step, isCascade } = drop;
  const name = nameOf(step, drop.parts, (candidate) => step.draft.routines.has(`function ${candidate}`));
  const object: SchemaObject = { kind: 'function', table: null, name };
  const found = chosen(drop, name);
  if (isGone(drop, object, found.length > 0)) return;
  const overloads = [...step.draft.routines.values()].filter((routine) => routine.kind === 'function' && routine.name === name).length;
  if (found.length === 0 && overloads > 0 && drop.ifExists) return;
  if (found.length === 0 && !drop.ifExists) {
    const isSure = overloads > 0 || step.draft.dropped.has(objectKey(object));
    if (refuse(step, `function ${name}(${drop.signature ?? ''}) does not exist`, isSure && !isDoubtful(step, name))) return;
  }
  if (found.length > 1 && refuse(step, `function name "${name}" is not unique`, !isDoubtful(step, name))) return;
  if (overloads < 2 || !isCascade)
    if (takeOrRefuse(step, { kind: 'need', key: `function ${name}` }, isCascade && overloads < 2, drop.among) && overloads < 2) return;
  for (const [key] of found) step.draft.routines.delete(key);
  keepFirstKey(step, name);
  if (overloads < 2 || found.length === overloads) record(step, { type: 'drop', object, implied: false });
};

/** By kind; kinds not listed (extensions, operators) are objects that code does not name. */
const DROPS: ReadonlyMap<string, (drop: Drop) => void> = new Map([
  ['OBJECT_TABLE', dropTable],
  ['OBJECT_FOREIGN_TABLE', dropTable],
  ['OBJECT_VIEW', dropView('view')],
  ['OBJECT_MATVIEW', dropView('materialized-view')],
  ['OBJECT_INDEX', dropIndex],
  ['OBJECT_TYPE', dropType(false)],
  ['OBJECT_DOMAIN', dropType(true)],
  ['OBJECT_SEQUENCE', dropSequence],
  ['OBJECT_FUNCTION', dropFunction],
  ['OBJECT_PROCEDURE', dropFunction],
  ['OBJECT_ROUTINE', dropFunction],
  ['OBJECT_TRIGGER', dropOwned('trigger')],
  ['OBJECT_POLICY', dropOwned('policy')],
  ['OBJECT_RULE', dropOwned('rule')],
  ['OBJECT_SCHEMA', dropSchema],
]);

const signatureIn = (item: unknown): string | null => {
  const node = untag(item);
  if (node?.type !== 'ObjectWithArgs' || isTrue(node.body, 'args_unspecified')) return null;
  return listOf(node.body, 'objargs')
    .map((type) => formatType(untag(type)?.body ?? {}))
    .join(',');
};

const LABELS: ReadonlyMap<string, string> = new Map([
  ['OBJECT_TABLE', 'table'],
  ['OBJECT_VIEW', 'view'],
  ['OBJECT_MATVIEW', 'materialized-view'],
  ['OBJECT_FUNCTION', 'function'],
]);

export const dropObjects = (step: PgStep, body: Body): void => {
  const kind = textOf(body, 'removeType') ?? '';
  const apply = DROPS.get(kind);
  if (!apply) return;
  const label = LABELS.get(kind);
  const items = listOf(body, 'objects').map((item) => ({ parts: nameParts(item), signature: signatureIn(item) }));
  const common = {
    step,
    isCascade: textOf(body, 'behavior') === 'DROP_CASCADE',
    isConcurrent: isTrue(body, 'concurrent'),
    ifExists: isTrue(body, 'missing_ok'),
  };
  const among = new Set(items.map(({ parts }) => `${label} ${nameOf(step, parts, (candidate) => relationExists(step, candidate))}`));
  for (const { parts, signature } of items) apply({ ...common, parts, signature, among });
};
