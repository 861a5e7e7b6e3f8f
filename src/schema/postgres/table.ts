/** CREATE TABLE in all its forms (LIKE, INHERITS, PARTITION OF, AS SELECT), CREATE INDEX → the draft. */
import { type Body, childOf, isTrue, listOf, nodesOf, numberOf, stringOf, textOf } from '../../parse/sql/ast.ts';
import { elementEnd, trimEnd } from '../../parse/sql/lexer.ts';
import { chooseName, type DraftTable, emptyTable, isNameTaken, isRelationName } from '../draft.ts';
import { nextAge } from '../keys.ts';
import { unqualify } from '../names.ts';
import { outputColumns, references } from '../references.ts';
import { columnObject, newRelation, type PgStep, record, refuse, relationOf, tableObject } from '../step.ts';
import type { Column } from '../types.ts';
import { refuseConstraint } from './constraint-checks.ts';
import { columnFrom, constraintFrom, definedConstraints, putConstraint } from './definitions.ts';
import { UNKNOWN } from './expression-types.ts';
import { isDoubtful, refuseMissing, refuseTaken, refuseTypeTaken, refuseUnknownColumns } from './known.ts';
import { needsField } from './needs.ts';
import { becomePartition } from './partitions.ts';
import { outputTypes } from './query-types.ts';
import { addSequence, columnSequence } from './sequences.ts';

const LIKE = { constraints: 1 << 2, defaults: 1 << 3, generated: 1 << 4, identity: 1 << 5, indexes: 1 << 6 } as const;

/** The step narrowed to one element of the table's list. */
const at = (step: PgStep, location: number): PgStep => {
  const start = step.source.toUtf16(location);
  const end = trimEnd(step.source.text, start, elementEnd(step.source.text, start, step.end));
  return { ...step, location: step.source.locate(start, end) };
};

const addColumn = (step: PgStep, table: DraftTable, column: Column): void => {
  table.columns.set(column.name, column);
  record(step, { type: 'create', object: columnObject(table.name, column.name), column });
};

/** A column of the table's own list; one that comes from a parent too is merged. */
const ownColumn = (step: PgStep, table: DraftTable, definition: Body): void => {
  const column = columnFrom(step, table.name, definition);
  const known = table.columns.get(column.name);
  const { local } = step.draft.catalogue;
  const key = `${table.name}.${column.name}`;
  if (known && (!isFromParent(step, table.name, column.name) || local.has(key))) {
    if (refuse(step, `column "${column.name}" specified more than once`, true)) return;
  }
  if (known && column.type !== 'unknown' && known.type !== column.type) {
    if (refuse(step, `column "${column.name}" has a type conflict`, !isDoubtful(step, table.name))) return;
  }
  if (isChild(step, table.name)) local.add(key);
  if (!column.nullable) step.draft.catalogue.inherited.delete(key);
  addColumn(
    step,
    table,
    known ? { ...column, type: known.type, nullable: known.nullable && column.nullable, default: column.default ?? known.default } : column,
  );
  addSequence(step, table.name, definition, table.columns.get(column.name) ?? column);
};

const isChild = (step: PgStep, table: string): boolean => [...step.draft.children.values()].some((children) => children.has(table));

const isFromParent = (step: PgStep, table: string, column: string): boolean =>
  [...step.draft.children].some(([parent, children]) => children.has(table) && step.draft.tables.get(parent)?.columns.has(column) === true);

const copyLike = (step: PgStep, table: DraftTable, clause: Body): void => {
  const range = childOf(clause, 'relation');
  const source = range ? step.draft.tables.get(relationOf(step, range)) : undefined;
  if (!source) {
    if (range) refuseMissing(step, relationOf(step, range));
    return;
  }
  const options = numberOf(clause, 'options');
  const has = (flag: number): boolean => (options & flag) !== 0;
  for (const column of source.columns.values()) {
    const isIdentity = column.default?.startsWith('generated ') === true;
    const keeps = column.generated ? has(LIKE.generated) : isIdentity ? has(LIKE.identity) : has(LIKE.defaults);
    const { needs: _, ...plain } = column;
    addColumn(step, table, keeps ? column : { ...plain, default: null, generated: false });
    if (keeps && isIdentity) columnSequence(step, table.name, column.name, true);
  }
  for (const constraint of source.constraints.values()) {
    const isKey = constraint.kind === 'primary-key' || constraint.kind === 'unique' || constraint.kind === 'exclude';
    if (!has(isKey ? LIKE.indexes : LIKE.constraints) || constraint.kind === 'foreign-key') continue;
    const inName = constraint.kind === 'primary-key' ? [] : (constraint.parts ?? constraint.columns);
    const suffix = constraint.kind === 'primary-key' ? 'pkey' : constraint.kind === 'exclude' ? 'excl' : 'key';
    const name = isKey ? chooseName(table.name, inName, suffix, isNameTaken(step.draft, table, 'key')) : constraint.name;
    table.constraints.set(name, { ...constraint, name, validated: true, ...(isKey ? { age: nextAge(step.draft) } : {}) });
  }
  if (!has(LIKE.indexes)) return;
  for (const index of source.indexes.values()) {
    const name = chooseName(table.name, index.parts ?? index.columns, 'idx', isNameTaken(step.draft, table, 'index'));
    table.indexes.set(name, { ...index, name, age: nextAge(step.draft) });
  }
};

/** A column that several parents have. */
const merge = (step: PgStep, own: Column, other: Column): Column => {
  const isOther = other.default !== null && own.default !== null && other.default !== own.default;
  if (isOther) refuse(step, `column "${own.name}" inherits conflicting default values`, false);
  const filled = own.default === null && other.default !== null ? { default: other.default, ...needsField(other.needs ?? []) } : {};
  return { ...own, ...filled, nullable: own.nullable && other.nullable };
};

const inheritFrom = (step: PgStep, table: DraftTable, range: Body, isPartition: boolean): void => {
  const parent = relationOf(step, range);
  if (refuseMissing(step, parent)) return;
  const { partitioned } = step.draft.catalogue;
  const isWrong = step.draft.tables.has(parent) && partitioned.has(parent) !== isPartition;
  if (
    isWrong &&
    refuse(
      step,
      isPartition ? `"${parent}" is not partitioned` : `cannot inherit from partitioned table "${parent}"`,
      !isDoubtful(step, parent),
    )
  )
    return;
  const isOfPart = !isPartition && step.draft.catalogue.partitions.has(parent);
  if (isOfPart && refuse(step, `cannot inherit from partition "${parent}"`, !isDoubtful(step, parent))) return;
  const children = step.draft.children.get(parent) ?? new Set();
  const isTwice = children.has(table.name);
  if (isTwice && refuse(step, `relation "${unqualify(parent).bare}" would be inherited from more than once`, true)) return;
  step.draft.children.set(parent, children.add(table.name));
  const known = step.draft.tables.get(parent);
  for (const column of known?.columns.values() ?? []) {
    const own = table.columns.get(column.name);
    const isIdentity = column.default?.startsWith('generated ') === true && !column.generated;
    if (!column.nullable && own?.nullable !== false) step.draft.catalogue.inherited.add(`${table.name}.${column.name}`);
    if (!own) addColumn(step, table, isIdentity && !isPartition ? { ...column, default: null } : column);
    else if (own.generated !== column.generated)
      refuse(step, `inherited column "${column.name}" has a generation conflict`, !isDoubtful(step, parent));
    else if (own.type !== column.type) refuse(step, `inherited column "${column.name}" has a type conflict`, !isDoubtful(step, parent));
    else table.columns.set(column.name, merge(step, own, isIdentity ? { ...column, default: null } : column));
  }
  if (isPartition) return;
  for (const constraint of known?.constraints.values() ?? [])
    if (constraint.kind === 'check' && constraint.isLocal !== true)
      table.constraints.set(constraint.name, { ...constraint, validated: true });
};

const TURNS: ReadonlyMap<string, number> = new Map([
  ['CONSTR_PRIMARY', 0],
  ['CONSTR_FOREIGN', 2],
]);

/** Keys first, then what may stand on them; each is checked before it is put. */
const putAll = (step: PgStep, table: DraftTable, definitions: readonly { readonly body: Body; readonly column: string | null }[]): void => {
  for (const turn of [0, 1, 2]) {
    for (const { body, column } of definitions) {
      if (turn !== (TURNS.get(textOf(body, 'contype') ?? '') ?? 1)) continue;
      const written = constraintFrom(step, table, body, column);
      if (!written) continue;
      // A new table has no rows: NOT VALID says nothing there.
      const constraint = { ...written, validated: written.validated || isTrue(body, 'is_enforced') };
      const isMerged = constraint.kind === 'check' && isChild(step, table.name) && table.constraints.has(constraint.name);
      if (!isMerged && refuseConstraint(step, table, body, constraint, true)) return;
      putConstraint(table, constraint, null);
      if (isChild(step, table.name)) step.draft.catalogue.local.add(`${table.name}#${constraint.name}`);
    }
  }
};

const elements = (step: PgStep, table: DraftTable, body: Body): void => {
  const nodes = nodesOf(body, 'tableElts');
  for (const node of nodes) {
    if (node.type === 'ColumnDef') ownColumn(at(step, numberOf(node.body, 'location')), table, node.body);
    else if (node.type === 'TableLikeClause') copyLike(step, table, node.body);
  }
  // Constraints after columns: a CHECK may name a column further down.
  putAll(
    step,
    table,
    nodes.flatMap((node) => {
      if (node.type === 'ColumnDef') return definedConstraints(node.body);
      return node.type === 'Constraint' ? [{ body: node.body, column: null }] : [];
    }),
  );
};

/** A new table; null where it exists already or is temporary. */
const begin = (step: PgStep, range: Body, ifNotExists: boolean): DraftTable | null => {
  const name = newRelation(step, range);
  if (textOf(range, 'relpersistence') === 't') {
    step.session.temporary.add(name);
    return null;
  }
  if (ifNotExists && (isRelationName(step.draft, name) || isNameTaken(step.draft, emptyTable(name), 'index')(unqualify(name).bare)))
    return null;
  if (refuseTaken(step, name) || refuseTypeTaken(step, name)) return null;
  // Where it is there already, it may look otherwise.
  if (ifNotExists || step.isConditional) step.draft.catalogue.doubtful.add(unqualify(name).bare);
  const table = emptyTable(name);
  step.draft.tables.set(name, table);
  record(step, { type: 'create', object: tableObject(name) });
  return table;
};

const partitionKey = (body: Body): readonly string[] | null => {
  const spec = childOf(body, 'partspec');
  if (!spec) return null;
  return nodesOf(spec, 'partParams').flatMap(({ body: part }) => textOf(part, 'name') ?? []);
};

export const createTable = (step: PgStep, body: Body): void => {
  const range = childOf(body, 'relation');
  const table = range ? begin(step, range, isTrue(body, 'if_not_exists')) : null;
  if (!table) return;
  const isPartition = childOf(body, 'partbound') !== null;
  const key = partitionKey(body);
  if (key) step.draft.catalogue.partitioned.set(table.name, key);
  const parents = nodesOf(body, 'inhRelations').map((node) => node.body);
  for (const parent of parents) inheritFrom(step, table, parent, isPartition);
  elements(step, table, body);
  const missing = key?.find((column) => !table.columns.has(column));
  if (missing !== undefined && refuse(step, `column "${missing}" named in partition key does not exist`, true)) return;
  const parent = isPartition && parents[0] ? step.draft.tables.get(relationOf(step, parents[0])) : undefined;
  if (parent) becomePartition(step, parent, table);
  // It has no rows that a parent's constraint could still be unsure about.
  for (const [name, own] of parent ? table.constraints : [])
    if (own.kind === 'check' && !own.validated) table.constraints.set(name, { ...own, validated: true });
};

/** CREATE TABLE … AS and SELECT … INTO. */
export const createTableAs = (step: PgStep, into: Body, query: unknown, ifNotExists: boolean): void => {
  const range = childOf(into, 'rel');
  const table = range ? begin(step, range, ifNotExists) : null;
  if (!table) return;
  const names = outputColumns(query, step.draft, { toUtf16: step.source.toUtf16, searchPath: step.session.path }) ?? [];
  if (refuseUnknownColumns(step, references([query], step.draft, { toUtf16: step.source.toUtf16, searchPath: step.session.path }))) return;
  const twice = names.find((name) => name.includes('\0'))?.split('\0')[0];
  if (twice !== undefined && refuse(step, `column "${twice}" specified more than once`, false)) return;
  const types = outputTypes(step, query);
  const given = listOf(into, 'colNames').map(stringOf);
  names.forEach((output, i) => {
    addColumn(step, table, {
      name: given[i] ?? output,
      type: (types.length === names.length ? types[i] : undefined) ?? UNKNOWN,
      nullable: true,
      default: null,
      generated: false,
    });
  });
};
