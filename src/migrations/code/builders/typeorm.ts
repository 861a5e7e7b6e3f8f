import { type Builder, builderHandle, type Catalogue, type Method, namesOf } from '../builder.ts';
import {
  addColumn,
  addConstraint,
  alterTable,
  type ColumnSpec,
  columnSql,
  createTable,
  dropColumn,
  dropIndex,
  dropTable,
  isMysql,
  plainTable,
  quote,
  quoteAll,
  quoteTable,
  renameColumn,
  renameTable,
  type TableName,
} from '../ddl.ts';
import { type Call, entry, flag, handle, native, type Place, plain, stringOf, stringsOf, UNKNOWN, type Value } from '../value.ts';
import { queryHandle } from './queries.ts';
import { transactionCall } from './sequelize.ts';
import { addIndex, columnOf, foreignKeyClause, itemsOf, named, tableArgument, uniqueClause, unwrapped } from './typeorm-parts.ts';

const createTableCall: Method = (builder, { args, place }) => {
  const given = unwrapped(args[0] ?? UNKNOWN);
  const table = tableArgument(given);
  const [columns, uniques] = [itemsOf(entry(given, 'columns')), itemsOf(entry(given, 'uniques'))];
  const [keys, indices, checks] = [itemsOf(entry(given, 'foreignKeys')), itemsOf(entry(given, 'indices')), itemsOf(entry(given, 'checks'))];
  if (!table || !columns || !uniques || !keys || !indices || !checks) return false;
  const { dialect } = builder;
  const reads = columns.map((column) => columnOf(builder, table, column));
  const foreign = keys.map((key) => foreignKeyClause(builder, table, key));
  if (!reads.every((one) => one !== null) || !foreign.every((one) => one !== null)) return false;
  const own = (name: string): readonly string[] =>
    columns.filter((column) => flag(entry(column, name)) === true).map((column) => stringOf(entry(column, 'name')) ?? '');
  const primary = own('isPrimary');
  const body = [
    ...reads.map(({ spec }) => columnSql(dialect, spec)),
    ...own('isUnique').map((column) => uniqueClause(builder, table, [column], null)),
    ...uniques.flatMap((one) => {
      const names = namesOf(entry(one, 'columnNames'));
      return names ? [uniqueClause(builder, table, names, stringOf(entry(one, 'name')))] : [];
    }),
    ...checks.map((one) => `CHECK (${stringOf(entry(one, 'expression')) ?? 'true'})`),
    ...foreign,
    ...(primary.length > 0
      ? [`CONSTRAINT ${quote(dialect, named('PK', table, primary))} PRIMARY KEY (${quoteAll(dialect, primary)})`]
      : []),
  ];
  for (const { before } of reads) if (before) builder.recorder.statement({ sql: before }, place);
  builder.recorder.statement(createTable(dialect, table, body, flag(args[1]) === true), place);
  return indices.every((index) => addIndex(builder, table, index, place)) ? undefined : false;
};

const addOne = (builder: Builder, table: TableName, given: Value, place: Place): boolean => {
  const { dialect, recorder } = builder;
  const read = columnOf(builder, table, given);
  if (!read) return false;
  const { name } = read.spec;
  if (read.before) recorder.statement({ sql: read.before }, place);
  recorder.statement(addColumn(dialect, table, name, columnSql(dialect, read.spec)), place);
  if (flag(entry(given, 'isUnique')) === true)
    recorder.statement(alterTable(dialect, table, `ADD ${uniqueClause(builder, table, [name], null)}`), place);
  return true;
};

const nameOf = (value: Value | undefined): string | null => stringOf(value) ?? stringOf(entry(value && unwrapped(value), 'name'));

const sameText = (a: Value, b: Value, key: string): boolean => (stringOf(entry(a, key)) ?? '') === (stringOf(entry(b, key)) ?? '');

/** Where TypeORM drops a column and makes it anew: `PostgresQueryRunner.changeColumn`, `MysqlQueryRunner.changeColumn`. */
const isRecreated = (old: Value, given: Value): boolean =>
  !sameText(old, given, 'type') ||
  !sameText(old, given, 'length') ||
  (flag(entry(old, 'isArray')) === true) !== (flag(entry(given, 'isArray')) === true) ||
  !sameText(old, given, 'asExpression');

const changedSql = ({ dialect }: Builder, from: string, spec: ColumnSpec, old: Value, given: Value): readonly string[] => {
  if (isMysql(dialect)) return [`CHANGE ${quote(dialect, from)} ${columnSql(dialect, spec)}`];
  const column = `ALTER COLUMN ${quote(dialect, spec.name)}`;
  const isResized = !sameText(old, given, 'precision') || !sameText(old, given, 'scale');
  return [
    ...(isResized ? [`${column} TYPE ${spec.type}`] : []),
    `${column} ${spec.notNull ? 'SET' : 'DROP'} NOT NULL`,
    spec.default == null ? `${column} DROP DEFAULT` : `${column} SET DEFAULT ${spec.default}`,
  ];
};

/** What becomes of a column depends on what it was: a migration that only names it does not say. */
const changeOne = (builder: Builder, table: TableName, written: Value, given: Value, place: Place): boolean => {
  const { dialect, recorder } = builder;
  const old = unwrapped(written);
  const from = nameOf(old);
  const read = columnOf(builder, table, given);
  if (from === null || !read) return false;
  if (old.kind !== 'record') {
    const reason = `TypeORM drops \`${table.name}.${from}\` and makes it anew where its type changes, and what it was is not said here`;
    recorder.problem(place, reason, `DROP ALTER ${table.name} ${from} ${read.spec.name}`);
    return true;
  }
  if (isRecreated(old, given)) return dropOne(builder, table, old, place) && addOne(builder, table, given, place);
  if (/enum$/.test(stringOf(entry(given, 'type')) ?? '') && !isMysql(dialect)) return false;
  if (from !== read.spec.name && !isMysql(dialect)) recorder.statement(renameColumn(dialect, table, from, read.spec.name), place);
  for (const clause of changedSql(builder, from, read.spec, old, given)) recorder.statement(alterTable(dialect, table, clause), place);
  return true;
};

/** A call about one table. */
const ofTable =
  (read: (builder: Builder, table: TableName, call: Call) => boolean): Method =>
  (builder, call) => {
    const table = tableArgument(call.args[0]);
    return table && read(builder, table, call) ? undefined : false;
  };

/** A call about one table and each of a list. */
const ofEach = (read: (builder: Builder, table: TableName, one: Value, place: Place) => boolean): Method =>
  ofTable((builder, table, { args, place }) => {
    const items = args[1]?.kind === 'list' ? itemsOf(args[1]) : args[1] ? [unwrapped(args[1])] : null;
    return items?.every((one) => read(builder, table, one, place)) ?? false;
  });

const changeAll = ofEach((builder, table, one, place) => {
  const [old, given] = [entry(one, 'oldColumn'), entry(one, 'newColumn')];
  return old !== undefined && given !== undefined && changeOne(builder, table, old, unwrapped(given), place);
});

const dropOne = ({ dialect, recorder }: Builder, table: TableName, one: Value, place: Place): boolean => {
  const name = nameOf(one);
  if (name !== null) recorder.statement(dropColumn(dialect, table, name), place);
  return name !== null;
};

const dropNamed = (prefix: string, words: string): Method =>
  ofEach(({ dialect, recorder }, table, one, place) => {
    const columns = stringsOf(entry(one, 'columnNames')) ?? [];
    const name = nameOf(one) ?? (columns.length > 0 ? named(prefix, table, columns) : null);
    if (name === null) return false;
    const clause = isMysql(dialect) ? words : 'CONSTRAINT';
    recorder.statement(
      prefix === 'IDX' ? dropIndex(dialect, table, { name }) : alterTable(dialect, table, `DROP ${clause} ${quote(dialect, name)}`),
      place,
    );
    return true;
  });

const addKey = ofEach((builder, table, one, place) => {
  const clause = foreignKeyClause(builder, table, one);
  if (clause !== null) builder.recorder.statement(alterTable(builder.dialect, table, `ADD ${clause}`), place);
  return clause !== null;
});

const addUnique = ofEach((builder, table, one, place) => {
  const columns = namesOf(entry(one, 'columnNames'));
  if (columns)
    builder.recorder.statement(
      alterTable(builder.dialect, table, `ADD ${uniqueClause(builder, table, columns, stringOf(entry(one, 'name')))}`),
      place,
    );
  return columns !== null;
});

const addCheck = ofEach(({ dialect, recorder }, table, one, place) => {
  const expression = stringOf(entry(one, 'expression'));
  if (expression === null) return false;
  const name = stringOf(entry(one, 'name')) ?? named('CHK', table, [expression]);
  recorder.statement(addConstraint(dialect, table, name, `CHECK (${expression})`), place);
  return true;
});

const checkOf = (table: TableName, column: string | null): Value => ({
  kind: 'check',
  check: { table: plainTable(table), column, exists: true },
});

const METHODS: Catalogue['methods'] = new Map<string, Method>([
  ['createTable', createTableCall],
  [
    'dropTable',
    ofTable(({ dialect, recorder }, table, { args, place }) => {
      recorder.statement(dropTable(dialect, table, flag(args[1]) === true), place);
      return true;
    }),
  ],
  [
    'renameTable',
    ofTable(({ dialect, recorder }, table, { args, place }) => {
      const to = tableArgument(args[1]);
      if (to) recorder.statement(renameTable(dialect, table, to), place);
      return to !== null;
    }),
  ],
  ['addColumn', ofEach(addOne)],
  ['addColumns', ofEach(addOne)],
  ['dropColumn', ofEach(dropOne)],
  ['dropColumns', ofEach(dropOne)],
  [
    'renameColumn',
    ofTable((builder, table, { args, place }) => {
      const [from, to] = [nameOf(args[1]), stringOf(args[2])];
      if (from !== null && to !== null) builder.recorder.statement(renameColumn(builder.dialect, table, from, to), place);
      else if (args[1] && args[2]) return changeOne(builder, table, args[1], unwrapped(args[2]), place);
      return from !== null && to !== null;
    }),
  ],
  [
    'changeColumn',
    ofTable((builder, table, { args, place }) => {
      const [, old, given] = args;
      return old !== undefined && given !== undefined && changeOne(builder, table, old, unwrapped(given), place);
    }),
  ],
  ['changeColumns', changeAll],
  [
    'createView',
    ({ dialect, recorder }, { args, place }) => {
      const given = unwrapped(args[0] ?? UNKNOWN);
      const [view, expression] = [tableArgument(given), stringOf(entry(given, 'expression'))];
      if (!view || expression === null) return false;
      const words = flag(entry(given, 'materialized')) === true ? 'MATERIALIZED VIEW' : 'VIEW';
      recorder.statement({ sql: `CREATE ${words} ${quoteTable(dialect, view)} AS ${expression}` }, place);
      return;
    },
  ],
  [
    'dropPrimaryKey',
    // PostgreSQL's needs the key's name, which only the database says.
    ofTable(({ dialect, recorder }, table, { place }) => {
      if (isMysql(dialect)) recorder.statement(alterTable(dialect, table, 'DROP PRIMARY KEY'), place);
      return isMysql(dialect);
    }),
  ],
  ['createIndex', ofEach(addIndex)],
  ['createIndices', ofEach(addIndex)],
  ['dropIndex', dropNamed('IDX', 'INDEX')],
  ['dropIndices', dropNamed('IDX', 'INDEX')],
  ['createForeignKey', addKey],
  ['createForeignKeys', addKey],
  ['dropForeignKey', dropNamed('FK', 'FOREIGN KEY')],
  ['dropForeignKeys', dropNamed('FK', 'FOREIGN KEY')],
  ['createUniqueConstraint', addUnique],
  ['createUniqueConstraints', addUnique],
  ['dropUniqueConstraint', dropNamed('UQ', 'INDEX')],
  ['createCheckConstraint', addCheck],
  ['dropCheckConstraint', dropNamed('CHK', 'CHECK')],
  [
    'createPrimaryKey',
    ofTable(({ dialect, recorder }, table, { args, place }) => {
      const columns = namesOf(args[1]);
      if (columns)
        recorder.statement(
          addConstraint(dialect, table, stringOf(args[2]) ?? named('PK', table, columns), `PRIMARY KEY (${quoteAll(dialect, columns)})`),
          place,
        );
      return columns !== null;
    }),
  ],
  [
    'createSchema',
    ofTable(({ dialect, recorder }, { name }, { args, place }) => {
      recorder.statement({ sql: `CREATE SCHEMA ${flag(args[1]) ? 'IF NOT EXISTS ' : ''}${quote(dialect, name)}` }, place);
      return true;
    }),
  ],
  [
    'dropSchema',
    ofTable(({ dialect, recorder }, { name }, { args, place }) => {
      recorder.statement(
        { sql: `DROP SCHEMA ${flag(args[1]) ? 'IF EXISTS ' : ''}${quote(dialect, name)}${flag(args[2]) ? ' CASCADE' : ''}` },
        place,
      );
      return true;
    }),
  ],
  [
    'hasTable',
    (_, { args }) => {
      const table = tableArgument(args[0]);
      return table ? checkOf(table, null) : UNKNOWN;
    },
  ],
  [
    'hasColumn',
    (_, { args }) => {
      const [table, column] = [tableArgument(args[0]), nameOf(args[1])];
      return table && column !== null ? checkOf(table, column) : UNKNOWN;
    },
  ],
  ['getTable', (_, { args }) => tableHandle(args[0])],
]);

/** What `getTable` gives: where its columns are asked for, a check. */
const tableHandle = (given: Value | undefined): Value => {
  const table = tableArgument(given);
  if (!table || !given) return UNKNOWN;
  return handle({
    name: 'table',
    data: given,
    get: (name) => {
      if (name !== 'findColumnByName') return null;
      return native(name, ({ args }) => {
        const column = stringOf(args[0]);
        return column === null ? UNKNOWN : checkOf(table, column);
      });
    },
  });
};

const CATALOGUE: Catalogue = {
  name: 'queryRunner',
  methods: METHODS,
  asks: /^(?:has\w+|get\w+)$/,
  harmless:
    /^(?:startTransaction|commitTransaction|rollbackTransaction|release|connect|get\w+|has\w+|isTransactionActive|isReleased|data|enableSqlMemory|disableSqlMemory|clearTable|stream|afterMigration|beforeMigration)$/,
};

/** `queryRunner`, the argument of `up`. */
export const typeormRunner = (builder: Builder): Value => {
  const type: Value = handle({
    name: 'options',
    get: (name) => (name === 'type' ? { kind: 'text', pieces: [{ text: builder.dialect, place: NOWHERE, map: null }] } : null),
  });
  const connection: Value = handle({ name: 'connection', isSchema: true, get: (name) => (name === 'options' ? type : null) });
  const query = native('query', ({ args, place }) => {
    builder.recorder.query(args[0], place, args[1]);
    return UNKNOWN;
  });
  const manager = queryHandle(builder, 'manager', (name) => (name === 'query' ? query : name === 'transaction' ? transactionCall : null));
  const members = new Map<string, Value>([
    ['query', query],
    ['manager', manager],
    ['connection', connection],
    ['dataSource', connection],
    ['isTransactionActive', plain(true)],
  ]);
  return builderHandle(builder, CATALOGUE, (name) => members.get(name) ?? null);
};

const NOWHERE = { start: 0, end: 0 } as Place;
