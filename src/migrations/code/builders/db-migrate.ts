/** db-migrate's `db`: calls → SQL. Source: db-migrate-base `index.js`, db-migrate-pg and db-migrate-mysql `index.js`. */
import { type Builder, builderHandle, type Catalogue, type Method, namesOf, tableOf, valueSql } from '../builder.ts';
import {
  addColumn,
  addConstraint,
  alterTable,
  type ColumnSpec,
  columnSql,
  createIndex,
  createTable,
  dropColumn,
  dropIndex,
  dropTable,
  isMysql,
  quote,
  quoteAll,
  referencesSql,
  renameColumn,
  renameTable,
  type TableName,
} from '../ddl.ts';
import type { Statement } from '../recorder.ts';
import { type Call, entry, flag, isUndefined, plain, record, stringOf, UNKNOWN, type Value } from '../value.ts';

const TYPES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['string', ['VARCHAR', 'VARCHAR']],
  ['int', ['INTEGER', 'INTEGER']],
  ['bigint', ['BIGINT', 'BIGINT']],
  ['datetime', ['TIMESTAMP', 'DATETIME']],
  ['blob', ['BYTEA', 'BLOB']],
  ['binary', ['BYTEA', 'BINARY']],
]);

const SERIALS: ReadonlyMap<string, string> = new Map([
  ['BIGINT', 'BIGSERIAL'],
  ['SMALLINT', 'SMALLSERIAL'],
]);

interface Column {
  readonly spec: ColumnSpec;
  readonly foreignKey: Value | undefined;
}

/** `'string'` or `{ type: 'string', length: 255, notNull: true, … }`. */
const columnOf = ({ dialect }: Builder, name: string, given: Value): Column | null => {
  const own = given.kind === 'record' ? given : record([['type', given]]);
  const type = stringOf(entry(own, 'type'));
  if (type === null) return null;
  const full = TYPES.get(type)?.[isMysql(dialect) ? 1 : 0] ?? type.toUpperCase();
  const length = stringOf(entry(own, 'length')) ?? (isMysql(dialect) && full === 'VARCHAR' ? '255' : null);
  const isAuto = flag(entry(own, 'autoIncrement')) === true;
  const value = entry(own, 'defaultValue');
  const timezone = /^TIMESTAMP$/.test(full) && flag(entry(own, 'timezone')) === true ? ' WITH TIME ZONE' : '';
  const sized = length === null ? full : `${full}(${length})`;
  return {
    spec: {
      name,
      type: isAuto && !isMysql(dialect) ? (SERIALS.get(full) ?? 'SERIAL') : `${sized}${timezone}`,
      notNull: flag(entry(own, 'notNull')) === true,
      unique: flag(entry(own, 'unique')) === true,
      primaryKey: flag(entry(own, 'primaryKey')) === true,
      default: isUndefined(value) ? null : valueSql(dialect, value ?? UNKNOWN),
      extra: isAuto && isMysql(dialect) ? 'AUTO_INCREMENT' : '',
    },
    foreignKey: entry(own, 'foreignKey'),
  };
};

/** `{ name, table, mapping, rules: { onDelete, onUpdate } }`. */
const foreignKeyOf = (builder: Builder, table: TableName, column: string, given: Value | undefined): Statement | null => {
  const target = tableOf(entry(given, 'table'));
  if (!target) return null;
  const mapping = entry(given, 'mapping');
  const pairs =
    mapping?.kind === 'record'
      ? [...mapping.entries].map(([own, one]) => [own, stringOf(one)] as const)
      : [[column, stringOf(mapping)] as const];
  if (pairs.some(([, one]) => one === null)) return null;
  return foreignKey(
    builder,
    table,
    target,
    stringOf(entry(given, 'name')),
    pairs as readonly (readonly [string, string])[],
    entry(given, 'rules'),
  );
};

const foreignKey = (
  { dialect }: Builder,
  table: TableName,
  target: TableName,
  name: string | null,
  pairs: readonly (readonly [string, string])[],
  rules: Value | undefined,
): Statement => {
  const reference = {
    table: target,
    columns: pairs.map(([, other]) => other),
    onDelete: stringOf(entry(rules, 'onDelete')),
    onUpdate: stringOf(entry(rules, 'onUpdate')),
  };
  const own = quoteAll(
    dialect,
    pairs.map(([one]) => one),
  );
  return addConstraint(dialect, table, name, `FOREIGN KEY (${own}) ${referencesSql(dialect, reference)}`);
};

const createTableCall: Method = (builder, { args, place }) => {
  const table = tableOf(args[0]);
  const inner = entry(args[1], 'columns');
  const columns = inner?.kind === 'record' && !stringOf(entry(inner, 'type')) ? inner : args[1];
  if (!table || columns?.kind !== 'record' || columns.isOpen) return false;
  const reads = [...columns.entries].map(([name, given]) => columnOf(builder, name, given));
  if (!reads.every((one) => one !== null)) return false;
  const keys = reads.filter(({ spec }) => spec.primaryKey).map(({ spec }) => spec.name);
  const body = reads.map(({ spec }) => columnSql(builder.dialect, { ...spec, primaryKey: spec.primaryKey === true && keys.length === 1 }));
  if (keys.length > 1) body.push(`PRIMARY KEY (${quoteAll(builder.dialect, keys)})`);
  const ifNotExists = columns !== inner || flag(entry(args[1], 'ifNotExists')) !== false;
  builder.recorder.statement(createTable(builder.dialect, table, body, ifNotExists), place);
  for (const { spec, foreignKey: given } of reads) {
    const statement = given && foreignKeyOf(builder, table, spec.name, given);
    if (statement) builder.recorder.statement(statement, place);
  }
};

const addColumnCall: Method = (builder, { args, place }) => {
  const table = tableOf(args[0]);
  const name = stringOf(args[1]);
  const read = name !== null && args[2] ? columnOf(builder, name, args[2]) : null;
  if (!table || name === null || !read) return false;
  builder.recorder.statement(addColumn(builder.dialect, table, name, columnSql(builder.dialect, read.spec)), place);
  const statement = read.foreignKey && foreignKeyOf(builder, table, name, read.foreignKey);
  if (statement) builder.recorder.statement(statement, place);
};

const changeColumnCall: Method = (builder, { args, place }) => {
  const { dialect, recorder } = builder;
  const table = tableOf(args[0]);
  const name = stringOf(args[1]);
  if (!table || name === null || args[2]?.kind !== 'record') return false;
  const read = columnOf(builder, name, args[2]);
  if (isMysql(dialect)) {
    if (!read) return false;
    recorder.statement(alterTable(dialect, table, `CHANGE COLUMN ${quote(dialect, name)} ${columnSql(dialect, read.spec)}`), place);
    return;
  }
  const column = `ALTER COLUMN ${quote(dialect, name)}`;
  const clauses: string[] = [];
  if (read)
    clauses.push(
      `${column} TYPE ${read.spec.type}${stringOf(entry(args[2], 'using')) === null ? '' : ` ${stringOf(entry(args[2], 'using'))}`}`,
    );
  const notNull = flag(entry(args[2], 'notNull'));
  if (notNull !== null) clauses.push(`${column} ${notNull ? 'SET' : 'DROP'} NOT NULL`);
  const value = entry(args[2], 'defaultValue');
  if (value) clauses.push(isUndefined(value) ? `${column} DROP DEFAULT` : `${column} SET DEFAULT ${valueSql(dialect, value)}`);
  if (flag(entry(args[2], 'unique')) === true)
    clauses.push(`ADD CONSTRAINT ${quote(dialect, `${table.name}_${name}_key`)} UNIQUE (${quote(dialect, name)})`);
  for (const clause of clauses) recorder.statement(alterTable(dialect, table, clause), place);
};

const addIndexCall: Method = ({ dialect, recorder }, { args, place }) => {
  const table = tableOf(args[0]);
  const name = stringOf(args[1]);
  const columns = namesOf(args[2]);
  if (!table || name === null || !columns) return false;
  const keys = columns.map((column) => quote(dialect, column));
  recorder.statement(createIndex(dialect, table, { name, keys, unique: flag(args[3]) === true }), place);
};

/** `removeIndex(table, name)`, `removeIndex(name)`. */
const removeIndexCall: Method = ({ dialect, recorder }, { args, place }) => {
  const [first, second] = [tableOf(args[0]), stringOf(args[1])];
  if (!first || (second === null && isMysql(dialect))) return false;
  recorder.statement(dropIndex(dialect, second === null ? { schema: null, name: '' } : first, { name: second ?? first.name }), place);
};

const addForeignKeyCall: Method = (builder, { args, place }) => {
  const [table, target, name] = [tableOf(args[0]), tableOf(args[1]), stringOf(args[2])];
  const mapping = args[3]?.kind === 'record' ? [...args[3].entries].map(([own, one]) => [own, stringOf(one) ?? ''] as const) : [];
  if (!table || !target || mapping.length === 0) return false;
  builder.recorder.statement(foreignKey(builder, table, target, name, mapping, args[4]), place);
};

const ofTable =
  (make: (builder: Builder, table: TableName, args: readonly Value[]) => Statement | null): Method =>
  (builder, { args, place }) => {
    const table = tableOf(args[0]);
    const statement = table && make(builder, table, args);
    if (!statement) return false;
    builder.recorder.statement(statement, place);
  };

const query: Method = ({ recorder }, { args, place }) => {
  recorder.query(args[0], place, args[1]);
};

const METHODS = new Map<string, Method>([
  ['runSql', query],
  ['all', query],
  ['createTable', createTableCall],
  ['dropTable', ofTable(({ dialect }, table, args) => dropTable(dialect, table, flag(entry(args[1], 'ifExists')) === true))],
  [
    'renameTable',
    ofTable(({ dialect }, table, args) => {
      const to = tableOf(args[1]);
      return to && renameTable(dialect, table, to);
    }),
  ],
  ['addColumn', addColumnCall],
  [
    'removeColumn',
    ofTable(({ dialect }, table, args) => {
      const name = stringOf(args[1]);
      return name === null ? null : dropColumn(dialect, table, name);
    }),
  ],
  [
    'renameColumn',
    ofTable(({ dialect }, table, args) => {
      const [from, to] = [stringOf(args[1]), stringOf(args[2])];
      return from === null || to === null ? null : renameColumn(dialect, table, from, to);
    }),
  ],
  ['changeColumn', changeColumnCall],
  ['addIndex', addIndexCall],
  ['removeIndex', removeIndexCall],
  ['addForeignKey', addForeignKeyCall],
  [
    'removeForeignKey',
    ofTable(({ dialect }, table, args) => {
      const name = stringOf(args[1]);
      return name === null
        ? null
        : alterTable(dialect, table, `DROP ${isMysql(dialect) ? 'FOREIGN KEY' : 'CONSTRAINT'} ${quote(dialect, name)}`);
    }),
  ],
]);

/** Every method ends in a callback, which is called when it is done. */
const withCallback =
  (method: Method): Method =>
  (builder, call) => {
    const callback = call.args.at(-1);
    const isCallback = call.args.length > 1 && (callback?.kind === 'function' || callback?.kind === 'handle');
    const result = method(builder, isCallback ? ({ ...call, args: call.args.slice(0, -1) } as Call) : call);
    if (isCallback && callback) call.invoke(callback, [plain(null), UNKNOWN]);
    return result;
  };

const CATALOGUE: Catalogue = {
  name: 'db',
  methods: new Map([...METHODS].map(([name, method]) => [name, withCallback(method)])),
  asks: /^(?:runSql|all)$/,
  harmless: /^(?:insert|update|delete|select|startMigration|endMigration|log|close|truncate)$/,
};

/** `db`, the first argument of `up`. */
export const dbMigrate = (builder: Builder): Value => builderHandle(builder, CATALOGUE);
