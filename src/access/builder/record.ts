/**
 * What query builders record: columns named in a scope, rows that are written, whole rows that are read or computed.
 * Input: names and rows as code gives them, with the scope of their query. Output: accesses in the recorder.
 */
import { unwrapAwait } from '../../code/syntax.ts';
import type { Conflict } from '../../schema/row-writes.ts';
import type { Recorder } from '../recorder.ts';
import { literalOf } from '../sql/constants.ts';
import type { AccessContext, Confidence, SchemaAccess } from '../types.ts';
import { type Entry, elementsOf, entriesOf, type Source } from '../values.ts';
import { type ColumnUse, columnsMeant, type Relation, type Scope, tablesIn } from './scope.ts';
import { columnNamed, columnsOf, type KnownTable } from './tables.ts';
import type { Text } from './texts.ts';

export interface Recording {
  readonly context: AccessContext;
  readonly recorder: Recorder;
}

/** Where and how names are used: the query they belong to, its tables, what it is called for people. */
export interface Usage {
  readonly scope: Scope;
  readonly call: Source;
  readonly operation: string;
  readonly kind: SchemaAccess['kind'];
}

type Constants = readonly (string | null)[];

function addUse({ recorder }: Recording, { kind, operation, call }: Usage, use: ColumnUse, at: Source, constants: Constants): void {
  const { table, column, confidence } = use;
  recorder.add(
    {
      database: table.view.id,
      kind,
      table: table.table,
      column,
      how: 'named',
      confidence,
      operation,
      ...(constants.length > 0 ? { constants } : {}),
    },
    at,
    call,
  );
}

/** Records columns that are named; `constants` are what each is compared with. */
export function addNamed(recording: Recording, usage: Usage, texts: readonly Text[], constants: Constants = []): void {
  for (const { text, at } of texts)
    for (const use of columnsMeant(text, usage.scope, at.module, recording.context)) addUse(recording, usage, use, at, constants);
}

/** Records the tables themselves. */
export function addTables({ recorder }: Recording, { kind, operation, call }: Usage, relations: readonly Relation[], at: Source): void {
  for (const { table, isCertain } of relations) {
    if (!table) continue;
    const confidence: Confidence = isCertain ? 'high' : 'medium';
    recorder.add({ database: table.view.id, kind, table: table.table, column: null, how: 'named', confidence, operation }, at, call);
  }
}

/** The constant an expression is, as a list of one; empty for what is computed. */
export function constantOf(source: Source, { context }: Recording): Constants {
  const node = unwrapAwait(source.node);
  if (node.type === 'ArrayExpression')
    return elementsOf(source, context.modules).elements.flatMap((e) => constantOf(e, { context } as Recording));
  const value = literalOf(source, context.modules);
  return value === undefined ? [] : [value];
}

/** Records the keys of an object as columns: conditions, or what an UPDATE sets. */
export function addKeys(recording: Recording, usage: Usage, object: Source): void {
  const { entries, complete } = entriesOf(object, recording.context.modules);
  for (const { key, value, at } of entries) addNamed(recording, usage, [{ text: key, at }], constantOf(value, recording));
  if (!complete) addWhole(recording, usage, object);
}

/** Records that a computed object decides which columns are used. */
export function addWhole({ recorder }: Recording, { scope, kind, operation, call }: Usage, at: Source): void {
  for (const { view, table } of tablesIn(scope.relations))
    recorder.add(
      {
        database: view.id,
        kind,
        table,
        column: null,
        columns: columnsOf({ view, table }),
        how: 'whole-row',
        confidence: 'low',
        operation,
      },
      at,
      call,
    );
}

/** What a statement that writes rows says of them. */
export interface RowsGiven {
  readonly statement: 'INSERT' | 'UPDATE';
  readonly rows: Source;
  readonly conflict: Conflict | null;
}

/** Records rows that are inserted or set: every key as a written column, and each row as one fact. */
export function addRows(recording: Recording, usage: Usage, { statement, rows, conflict }: RowsGiven): void {
  const { elements, complete } = elementsOf(rows, recording.context.modules);
  const given = elements.length > 0 ? elements : [rows];
  for (const row of given) addRow(recording, usage, row, statement, conflict, complete || elements.length > 0);
}

function addRow(
  recording: Recording,
  usage: Usage,
  row: Source,
  statement: RowsGiven['statement'],
  conflict: Conflict | null,
  isWhole: boolean,
): void {
  const { modules } = recording.context;
  const { entries, complete } = entriesOf(row, modules);
  for (const { key, value, at } of entries) addNamed(recording, usage, [{ text: key, at }], constantOf(value, recording));
  if (!complete) addWhole(recording, usage, row);
  for (const relation of usage.scope.relations) {
    const { table, isCertain } = relation;
    if (!table) continue;
    const filled = entries.flatMap((entry) => filledBy(entry, table, recording));
    recording.recorder.addRows(
      {
        database: table.view.id,
        table: table.table,
        statement,
        columns: [...new Set(filled.filter((f) => f.isSent).map((f) => f.column))],
        isComplete: complete && isWhole,
        isPositional: false,
        constants: filled.flatMap(({ column, constants }) => constants.map((value) => ({ column, value }))),
        conflict,
        confidence: isCertain ? 'high' : 'medium',
        operation: usage.operation,
      },
      row,
      usage.call,
    );
  }
}

interface Filled {
  readonly column: string;
  readonly constants: Constants;
  /** `undefined` leaves the column to its default. */
  readonly isSent: boolean;
}

function filledBy({ key, value }: Entry, table: KnownTable, recording: Recording): Filled[] {
  const column = columnNamed(key.slice(key.lastIndexOf('.') + 1), table, recording.context);
  if (column === null) return [];
  const node = unwrapAwait(value.node);
  const isSent = !(node.type === 'Identifier' && node.name === 'undefined');
  return [{ column, constants: constantOf(value, recording), isSent }];
}

/** Records that whole rows are read: the columns are sent unasked, and used where `fields` finds them read from the rows. */
export function addStar(
  { context, recorder }: Recording,
  usage: Usage,
  relations: readonly Relation[],
  fields: ReadonlyMap<string, Source>,
): void {
  const { call, operation } = usage;
  const tables = tablesIn(relations);
  for (const known of tables) {
    const base = { database: known.view.id, kind: 'read', table: known.table, operation } as const;
    recorder.add({ ...base, column: null, columns: columnsOf(known), how: 'implicit', confidence: 'low' }, call, call);
    for (const [name, at] of fields) {
      const column = columnNamed(name, known, context);
      // Of two tables with such a column the row holds one, and nothing says which.
      const isOther = tables.some((other) => other !== known && columnNamed(name, other, context) !== null);
      if (column !== null && !isOther) recorder.add({ ...base, column, how: 'field', confidence: 'medium' }, at, call);
    }
  }
}
