/**
 * The rows that Prisma queries write: which columns an INSERT fills, those that the client adds by itself included.
 * Input: a query's argument and its model. Output: row writes in the recorder, one per object of data that is written down.
 * The client sends static and generated defaults of the schema (`@default("x")`, `cuid()`, `now()`, `@updatedAt`); the database's own
 * are `autoincrement()`, `dbgenerated()` and `sequence()`.
 */
import { type PrismaField, type PrismaModel, relationColumns } from '../../parse/prisma.ts';
import type { Conflict } from '../../schema/row-writes.ts';
import type { RowWrite } from '../types.ts';
import { type Entry, elementsOf, entriesOf, type Source } from '../values.ts';
import type { Visit } from './arguments.ts';
import { constantsIn } from './constants.ts';

interface Rows {
  readonly statement: RowWrite['statement'];
  readonly conflict: Conflict | null;
  /** Columns that a nested write gets from the row it hangs on. */
  readonly given: readonly string[];
  /** Whether more is put into the argument after it was written down. */
  readonly isOpen?: boolean;
}

const INSERT: Rows = { statement: 'INSERT', conflict: null, given: [] };
const UPDATE: Rows = { statement: 'UPDATE', conflict: null, given: [] };
const MAX_DEPTH = 12;

/** Keys of a query under which rows stand. */
const TOP: ReadonlyMap<string, Rows['statement']> = new Map([
  ['create', 'INSERT'],
  ['update', 'UPDATE'],
]);

/** Keys of a nested write: what they hold rows of, directly or under a key of their own. */
const NESTED: ReadonlyMap<string, readonly (readonly [key: string | null, rows: Rows])[]> = new Map([
  ['create', [[null, INSERT]]],
  ['createMany', [['data', INSERT]]],
  ['connectOrCreate', [['create', INSERT]]],
  ['update', [['data', UPDATE]]],
  ['updateMany', [['data', UPDATE]]],
  [
    'upsert',
    [
      ['create', INSERT],
      ['update', UPDATE],
    ],
  ],
]);

/** Records the rows of one query; `method` is `create`, `upsert`, … */
export function addRowWrites(visit: Visit, model: PrismaModel, method: string, args: Source | null): void {
  if (!args || visit.kind !== 'write') return;
  const { entries } = entriesOf(args, visit.context.modules);
  const isOpen = isFilledLater(args);
  const conflict = method === 'upsert' ? uniqueKey(model, entries, visit) : null;
  for (const { key, value } of entries) {
    const statement = key === 'data' ? (method.startsWith('create') ? 'INSERT' : 'UPDATE') : method === 'upsert' ? TOP.get(key) : undefined;
    if (statement) addRows(visit, model, value, { statement, conflict: statement === 'INSERT' ? conflict : null, given: [], isOpen }, 0);
  }
}

/** `args.data.team = …` after `const args = { data: { … } }`. */
function isFilledLater({ node, module }: Source): boolean {
  if (node.type !== 'Identifier') return false;
  return module.references(node).some((reference) => {
    const member = module.parent(reference);
    const inner = member?.type === 'MemberExpression' && member.object === reference ? module.parent(member) : null;
    const assignment = inner?.type === 'MemberExpression' && inner.object === member ? module.parent(inner) : null;
    return assignment?.type === 'AssignmentExpression' && assignment.left === inner;
  });
}

/** The unique key that an upsert looks its row up by. */
function uniqueKey(model: PrismaModel, entries: readonly Entry[], visit: Visit): Conflict | null {
  const where = entries.find((entry) => entry.key === 'where');
  const keys = where ? entriesOf(where.value, visit.context.modules).entries.map((entry) => entry.key) : [];
  const fields = keys.flatMap((key) => model.compounds.get(key) ?? [key]);
  const columns = fields.flatMap((field) => model.fields.get(field)?.column ?? []);
  return columns.length > 0 ? { kind: 'columns', columns } : null;
}

function addRows(visit: Visit, model: PrismaModel, data: Source, rows: Rows, depth: number): void {
  if (depth > MAX_DEPTH) return;
  const { elements } = elementsOf(data, visit.context.modules);
  for (const element of elements.length > 0 ? elements : [data]) addRow(visit, model, element, rows, depth);
}

const isLeftOut = ({ value: { node } }: Entry): boolean => node.type === 'Identifier' && node.name === 'undefined';

function addRow(visit: Visit, model: PrismaModel, element: Source, rows: Rows, depth: number): void {
  const { entries, complete } = entriesOf(element, visit.context.modules);
  const columns = new Set(rows.given);
  const constants: { column: string; value: string | null }[] = [];
  for (const entry of entries) {
    const field = model.fields.get(entry.key);
    if (!field || isLeftOut(entry)) continue;
    if (field.kind === 'relation') addNested(visit, model, field, entry, columns, depth);
    else {
      columns.add(field.column);
      for (const value of constantsIn(entry.value, field, visit.schema, visit.context.modules))
        constants.push({ column: field.column, value });
    }
  }
  if (rows.statement === 'INSERT') for (const field of model.fields.values()) if (field.filledByClient) columns.add(field.column);
  const { database, operation, confidence } = visit;
  visit.recorder.addRows(
    {
      database,
      table: model.table,
      statement: rows.statement,
      columns: [...columns],
      isComplete: complete && !rows.isOpen,
      isPositional: false,
      constants,
      conflict: rows.conflict,
      confidence,
      operation,
    },
    element,
    visit.call,
  );
}

/** `author: { connect: … }` fills the foreign key here; `posts: { create: [ … ] }` writes rows of the other model. */
function addNested(visit: Visit, model: PrismaModel, field: PrismaField, entry: Entry, columns: Set<string>, depth: number): void {
  const behind = relationColumns(visit.schema, model, field);
  for (const { table, column } of behind) if (table === model.table && field.relation?.fields.length) columns.add(column);
  const other = visit.schema.models.get(field.type);
  if (!other) return;
  const given = behind.filter(({ table }) => table === other.table).map(({ column }) => column);
  for (const nested of entriesOf(entry.value, visit.context.modules).entries) {
    for (const [key, rows] of NESTED.get(nested.key) ?? []) {
      for (const data of key === null ? [nested.value] : valuesUnder(nested.value, key, visit))
        addRows(visit, other, data, { ...rows, given }, depth + 1);
    }
  }
}

const valuesUnder = (value: Source, key: string, visit: Visit): Source[] =>
  elementsOf(value, visit.context.modules).elements.flatMap((element) =>
    entriesOf(element, visit.context.modules)
      .entries.filter((entry) => entry.key === key)
      .map((entry) => entry.value),
  );
