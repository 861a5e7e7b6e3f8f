/**
 * Sequelize's QueryInterface: calls → the SQL that it sends itself. Source: sequelize 6 `lib/dialects/abstract/query-generator.js`
 * and `lib/dialects/postgres/query-generator.js`; the tests compare with it.
 */
import { type Builder, builderHandle, type Catalogue, type Method, namesOf, tableOf, valueSql } from '../builder.ts';
import {
  addColumn,
  addConstraint,
  alterTable,
  type ColumnSpec,
  columnSql,
  createTable,
  dropColumn,
  dropTable,
  isMysql,
  literal,
  quote,
  quoteAll,
  renameColumn,
  renameTable,
  type TableName,
} from '../ddl.ts';
import { entry, flag, handle, isUndefined, madeText, native, type Place, record, stringOf, UNKNOWN, type Value } from '../value.ts';
import { addConstraintCall, addIndexCall, foreignKey, referenceOf, removeConstraintCall, removeIndexCall } from './sequelize-keys.ts';
import { enumValues, sequelizeMember, typeOf, typeSql } from './sequelize-types.ts';

const enumOf = (dialect: Builder['dialect'], table: TableName, column: string): string => {
  const name = quote(dialect, `enum_${table.name}_${column}`);
  return table.schema === null ? name : `${quote(dialect, table.schema)}.${name}`;
};

interface Read {
  readonly spec: ColumnSpec;
  /** What must happen first: the type of an enum. */
  readonly before: string | null;
  readonly given: Value;
}

const AUTO = new Set(['UUIDV1', 'UUIDV4', 'NOW']);

/** A column as its attribute describes it; null where its type is not known. */
const columnOf = (builder: Builder, table: TableName, name: string, attribute: Value): Read | null => {
  const { dialect } = builder;
  const given: Value = attribute.kind === 'record' ? attribute : record([['type', attribute]]);
  const field = stringOf(entry(given, 'field')) ?? name;
  const type = typeSql(dialect, entry(given, 'type'), enumOf(dialect, table, field));
  if (type === null) return null;
  const isAuto = flag(entry(given, 'autoIncrement')) === true || flag(entry(given, 'autoIncrementIdentity')) === true;
  const serial = isAuto && !isMysql(dialect) ? (/BIG/i.test(type) ? 'BIGSERIAL' : /SMALL/i.test(type) ? 'SMALLSERIAL' : 'SERIAL') : type;
  const own = entry(given, 'defaultValue');
  const hasDefault =
    own !== undefined &&
    !(own.kind === 'plain' && own.value === undefined) &&
    own.kind !== 'function' &&
    !AUTO.has(typeOf(own)?.type ?? '');
  const made = typeOf(entry(given, 'type'));
  const inner = made?.type === 'ARRAY' ? typeOf(made.args[0]) : made;
  const values = inner?.type === 'ENUM' && !isMysql(dialect) ? enumValues(inner) : [];
  if (values === null) return null;
  const reference = isUndefined(entry(given, 'references')) ? null : referenceOf(entry(given, 'references'), given);
  const spec: ColumnSpec = {
    name: field,
    type: serial,
    notNull: flag(entry(given, 'allowNull')) === false,
    unique: flag(entry(given, 'unique')) === true,
    default: hasDefault && !isAuto ? defaultSql(dialect, own, type) : null,
    extra: isAuto && isMysql(dialect) ? 'auto_increment' : '',
    ...(reference && { references: reference }),
  };
  const label = values.map((one) => `'${literal(dialect, one)}'`).join(', ');
  const before = values.length > 0 ? enumBlock(enumOf(dialect, table, field), label) : null;
  return { spec, before, given };
};

/** As Sequelize writes it: a type that is there already is left as it is. */
const enumBlock = (name: string, label: string): string =>
  `DO 'BEGIN CREATE TYPE ${name} AS ENUM(${label}); EXCEPTION WHEN duplicate_object THEN null; END'`;

const defaultSql = (dialect: Builder['dialect'], value: Value, type: string): string => {
  if (value.kind === 'list' && !isMysql(dialect)) {
    const items = value.items.map((one) => valueSql(dialect, one)).join(',');
    return `ARRAY[${items}]::${type}`;
  }
  return valueSql(dialect, value);
};

/** MySQL takes no notice of a reference that stands beside the column. */
const withoutKey = ({ references: _, ...spec }: ColumnSpec): ColumnSpec => spec;

const tableBody = (builder: Builder, table: TableName, reads: readonly Read[], options: Value | undefined): readonly string[] => {
  const { dialect } = builder;
  const keys = reads.filter(({ given }) => flag(entry(given, 'primaryKey')) === true).map(({ spec }) => spec.name);
  const named = new Map<string, string[]>();
  for (const { spec, given } of reads) {
    const unique = entry(given, 'unique');
    const name = stringOf(unique) ?? stringOf(entry(unique, 'name'));
    if (name !== null) named.set(name, [...(named.get(name) ?? []), spec.name]);
  }
  const uniqueKeys = entry(options, 'uniqueKeys');
  const uniques = uniqueKeys?.kind === 'record' ? [...uniqueKeys.entries] : [];
  return [
    ...reads.map(({ spec }) => columnSql(dialect, isMysql(dialect) ? withoutKey(spec) : spec)),
    ...uniques.flatMap(([name, one]) => {
      const fields = namesOf(entry(one, 'fields'));
      return fields ? [uniqueClause(builder, table, /^\d+$/.test(name) ? null : name, fields)] : [];
    }),
    ...(keys.length > 0 ? [`PRIMARY KEY (${quoteAll(dialect, keys)})`] : []),
    ...(isMysql(dialect) ? reads.flatMap(({ spec }) => (spec.references ? [foreignKey(builder, [spec.name], spec.references)] : [])) : []),
  ];
};

const uniqueClause = ({ dialect }: Builder, table: TableName, name: string | null, fields: readonly string[]): string =>
  isMysql(dialect)
    ? `UNIQUE ${quote(dialect, name ?? `uniq_${table.name}_${fields.join('_')}`)} (${quoteAll(dialect, fields)})`
    : `UNIQUE (${quoteAll(dialect, fields)})`;

const createTableCall: Method = (builder, { args, place }) => {
  const table = tableOf(args[0]);
  const attributes = args[1];
  if (!table || attributes?.kind !== 'record' || attributes.isOpen) return false;
  const own = { ...table, schema: table.schema ?? stringOf(entry(args[2], 'schema')) };
  const all = [...attributes.entries].filter(([, one]) => typeOf(entry(one, 'type') ?? one)?.type !== 'VIRTUAL');
  const reads = all.map(([name, attribute]) => columnOf(builder, own, name, attribute));
  if (!reads.every((one) => one !== null)) return false;
  for (const { before } of reads) if (before) builder.recorder.statement({ sql: before }, place);
  builder.recorder.statement(createTable(builder.dialect, own, tableBody(builder, own, reads, args[2]), true), place);
};

const addColumnCall: Method = (builder, { args, place }) => {
  const table = tableOf(args[0]);
  const name = stringOf(args[1]);
  if (!table || name === null || !args[2]) return false;
  const read = columnOf(builder, table, name, args[2]);
  if (!read) return false;
  if (read.before) builder.recorder.statement({ sql: read.before }, place);
  const spec = { ...read.spec, primaryKey: flag(entry(read.given, 'primaryKey')) === true };
  const ifNotExists = flag(entry(args[3], 'ifNotExists')) === true;
  if (isMysql(builder.dialect) && spec.references) {
    const key = `CONSTRAINT ${quote('mysql', `${table.name}_${spec.name}_foreign_idx`)} ${foreignKey(builder, [spec.name], spec.references)}`;
    builder.recorder.statement(addColumn('mysql', table, spec.name, `${columnSql('mysql', withoutKey(spec))}, ADD ${key}`), place);
    return;
  }
  builder.recorder.statement(addColumn(builder.dialect, table, spec.name, columnSql(builder.dialect, spec), ifNotExists), place);
};

const changeColumnCall: Method = (builder, { args, place }) => {
  const { dialect, recorder } = builder;
  const table = tableOf(args[0]);
  const name = stringOf(args[1]);
  const read = table && name !== null && args[2] ? columnOf(builder, table, name, args[2]) : null;
  if (!table || !read) return false;
  const { spec } = read;
  if (isMysql(dialect)) {
    if (!spec.references)
      recorder.statement(alterTable(dialect, table, `CHANGE ${quote(dialect, spec.name)} ${columnSql(dialect, spec)}`), place);
    if (spec.references) recorder.statement(addConstraint(dialect, table, null, foreignKey(builder, [spec.name], spec.references)), place);
    return;
  }
  const column = `ALTER COLUMN ${quote(dialect, spec.name)}`;
  const run = (clause: string): void => recorder.statement(alterTable(dialect, table, clause), place);
  run(`${column} ${spec.notNull ? 'SET' : 'DROP'} NOT NULL`);
  if (spec.references) {
    if (spec.default != null) run(`${column} SET DEFAULT ${spec.default}`);
    recorder.statement(addConstraint(dialect, table, null, foreignKey(builder, [spec.name], spec.references)), place);
    return;
  }
  run(spec.default == null ? `${column} DROP DEFAULT` : `${column} SET DEFAULT ${spec.default}`);
  if (read.before) recorder.statement({ sql: read.before }, place);
  if (spec.unique) run(`ADD UNIQUE (${quote(dialect, spec.name)})`);
  run(`${column} TYPE ${spec.type}${read.before ? ` USING (${quote(dialect, spec.name)}::${spec.type})` : ''}`);
};

/** A call that is given one table. */
const ofTable =
  (make: (builder: Builder, table: TableName, args: readonly Value[]) => Parameters<Builder['recorder']['statement']>[0] | null): Method =>
  (builder, { args, place }) => {
    const table = tableOf(args[0]);
    const statement = table && make(builder, table, args);
    if (!statement) return false;
    builder.recorder.statement(statement, place);
  };

const METHODS: Catalogue['methods'] = new Map<string, Method>([
  ['createTable', createTableCall],
  ['dropTable', ofTable(({ dialect }, table, args) => dropTable(dialect, table, true, flag(entry(args[1], 'cascade')) ? ' CASCADE' : ''))],
  [
    'renameTable',
    ofTable(({ dialect }, table, args) => {
      const to = tableOf(args[1]);
      return to && renameTable(dialect, table, to);
    }),
  ],
  ['addColumn', addColumnCall],
  ['changeColumn', changeColumnCall],
  [
    'removeColumn',
    ofTable(({ dialect }, table, args) => {
      const name = stringOf(args[1]);
      return name === null ? null : dropColumn(dialect, table, name, flag(entry(args[2], 'ifExists')) === true);
    }),
  ],
  [
    'renameColumn',
    ofTable(({ dialect }, table, args) => {
      const [from, to] = [stringOf(args[1]), stringOf(args[2])];
      return from === null || to === null ? null : renameColumn(dialect, table, from, to);
    }),
  ],
  ['addIndex', addIndexCall],
  ['removeIndex', removeIndexCall],
  ['addConstraint', addConstraintCall],
  ['removeConstraint', removeConstraintCall],
  [
    'createSchema',
    ofTable(({ dialect }, { name }) => ({ sql: `CREATE SCHEMA ${isMysql(dialect) ? 'IF NOT EXISTS ' : ''}${quote(dialect, name)}` })),
  ],
  [
    'dropSchema',
    ofTable(({ dialect }, { name }) => ({ sql: `DROP SCHEMA IF EXISTS ${quote(dialect, name)}${isMysql(dialect) ? '' : ' CASCADE'}` })),
  ],
  ['dropEnum', ofTable(({ dialect }, { name }) => ({ sql: `DROP TYPE IF EXISTS ${quote(dialect, name)}` }))],
  [
    'describeTable',
    (_, { args }) => {
      const table = tableOf(args[0]);
      if (!table) return;
      const name = table.schema === null ? table.name : `${table.schema}.${table.name}`;
      return handle({ name: 'columns', get: (column) => ({ kind: 'check', check: { table: name, column, exists: true } }) });
    },
  ],
  [
    'tableExists',
    (_, { args }) => {
      const table = tableOf(args[0]);
      return table ? { kind: 'check', check: { table: table.name, column: null, exists: true } } : undefined;
    },
  ],
]);

const CATALOGUE: Catalogue = {
  name: 'queryInterface',
  methods: METHODS,
  asks: /^(?:describeTable|tableExists)$/,
  harmless:
    /^(?:bulkInsert|bulkUpdate|bulkDelete|insert|upsert|update|delete|increment|decrement|select|rawSelect|show\w*|get\w*|describe\w*|databaseVersion|startTransaction|commitTransaction|rollbackTransaction|setIsolationLevel|deferConstraints|quote\w*|escape|create(?:Function|Trigger|Database)?Savepoint|sequelize|queryGenerator|logging|on|emit)$/,
};

/** `transaction(async (t) => …)`, `transaction({}, async (t) => …)`: reads through the callback. */
export const transactionCall = native('transaction', ({ args, invoke }) => {
  const callback = args.find((one) => one.kind === 'function');
  return callback ? invoke(callback, [handle({ name: 'transaction' })]) : handle({ name: 'transaction' });
});

/** `queryInterface`. */
export const sequelizeInterface = (builder: Builder): Value => {
  const query = native('query', ({ args, place }) => {
    const [first] = args;
    builder.recorder.query(first?.kind === 'record' ? entry(first, 'query') : first, place, entry(args[1], 'replacements'));
    return UNKNOWN;
  });
  const dialect = native('getDialect', ({ place }) => madeText(builder.dialect, place));
  const options = handle({ name: 'options', get: (name) => (name === 'dialect' ? madeText(builder.dialect, NOWHERE) : null) });
  const table = builderHandle(builder, CATALOGUE, (name) => (name === 'sequelize' ? connection : null));
  const connection: Value = handle({
    name: 'sequelize',
    isSchema: true,
    get: (name) => {
      if (name === 'query') return query;
      if (name === 'getDialect') return dialect;
      if (name === 'options') return options;
      if (name === 'transaction') return transactionCall;
      if (name === 'getQueryInterface') return native(name, () => table);
      return sequelizeMember(name);
    },
  });
  return table;
};

/** What the runner says stands nowhere in a file. */
const NOWHERE = { start: 0, end: 0 } as Place;
