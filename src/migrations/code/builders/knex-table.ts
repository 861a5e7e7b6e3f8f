/**
 * The table builder that knex hands to the callback of `createTable` and `alterTable`: what is called on it becomes statements
 * when the callback is done, in knex's order. Source: knex 3 `lib/schema/tablecompiler.js`; the tests compare with it.
 */
import { type Builder, namesOf, unreadableCall } from '../builder.ts';
import {
  addColumn,
  addConstraint,
  alterTable,
  columnSql,
  createIndex,
  createTable,
  dropColumn,
  dropIndex,
  isMysql,
  quote,
  quoteAll,
  referencesSql,
  renameColumn,
  type TableName,
} from '../ddl.ts';
import type { Statement } from '../recorder.ts';
import { type Call, entry, flag, handle, native, type Place, stringOf, stringsOf, UNKNOWN, type Value } from '../value.ts';
import { columnHandle, columnOf, isColumnMethod, type KnexColumn, keyName, type Reference, setReference } from './knex-columns.ts';

interface Later {
  readonly place: Place;
  make(): Statement | readonly Statement[] | null;
}

export interface TableWork {
  readonly table: TableName;
  readonly columns: KnexColumn[];
  /** Primary keys and checks that stand in CREATE TABLE. */
  readonly clauses: string[];
  readonly later: Later[];
}

const tableIn = (text: string, home: TableName): TableName => {
  const dot = text.indexOf('.');
  return dot < 0 ? { schema: home.schema, name: text } : { schema: text.slice(0, dot), name: text.slice(dot + 1) };
};

const foreignKey = (builder: Builder, work: TableWork, columns: readonly string[], reference: Reference): Statement | null => {
  if (reference.table === null) return null;
  const name = reference.name ?? keyName(work.table, columns, 'foreign');
  const target = { ...reference, table: tableIn(reference.table, work.table) };
  return addConstraint(
    builder.dialect,
    work.table,
    name,
    `FOREIGN KEY (${quoteAll(builder.dialect, columns)}) ${referencesSql(builder.dialect, target)}`,
  );
};

const uniqueKey = ({ dialect }: Builder, { table }: TableWork, columns: readonly string[], name: string | null): Statement => {
  const own = name ?? keyName(table, columns, 'unique');
  if (isMysql(dialect)) return alterTable(dialect, table, `ADD UNIQUE ${quote(dialect, own)} (${quoteAll(dialect, columns)})`);
  return addConstraint(dialect, table, own, `UNIQUE (${quoteAll(dialect, columns)})`);
};

const plainIndex = ({ dialect }: Builder, { table }: TableWork, columns: readonly string[], name: string | null): Statement =>
  createIndex(dialect, table, { name: name ?? keyName(table, columns, 'index'), keys: columns.map((column) => quote(dialect, column)) });

/** What a column's own chain adds beside the column. */
const afterColumn = (builder: Builder, work: TableWork, column: KnexColumn): readonly Statement[] => {
  const key = column.reference ? foreignKey(builder, work, [column.name], column.reference) : null;
  return [
    ...column.uniques.map((name) => uniqueKey(builder, work, [column.name], name)),
    ...(key ? [key] : []),
    ...column.indexes.map((name) => plainIndex(builder, work, [column.name], name)),
  ];
};

const specSql = ({ dialect }: Builder, column: KnexColumn): string =>
  columnSql(dialect, {
    name: column.name,
    type: column.type,
    extra: column.extra,
    notNull: column.notNull,
    default: column.default,
  });

/** As knex alters: default and nullability are made anew around the type. */
const alterStatements = (builder: Builder, { table }: TableWork, column: KnexColumn): readonly Statement[] => {
  const { dialect } = builder;
  if (isMysql(dialect)) return [alterTable(dialect, table, `MODIFY ${specSql(builder, column)}`)];
  const target = `ALTER COLUMN ${quote(dialect, column.name)}`;
  const clauses = [
    `${target} DROP DEFAULT`,
    column.altersNull ? `${target} DROP NOT NULL` : '',
    column.altersType ? `${target} TYPE ${column.type} USING (${quote(dialect, column.name)}::${column.type})` : '',
    column.default === null ? '' : `${target} SET DEFAULT ${column.default}`,
    column.notNull && column.altersNull ? `${target} SET NOT NULL` : '',
  ];
  return clauses.filter((clause) => clause !== '').map((clause) => alterTable(dialect, table, clause));
};

const primaryClause = ({ dialect }: Builder, { table }: TableWork, columns: readonly string[], name: string | null): string =>
  isMysql(dialect)
    ? `PRIMARY KEY (${quoteAll(dialect, columns)})`
    : `CONSTRAINT ${quote(dialect, name ?? `${table.name}_pkey`)} PRIMARY KEY (${quoteAll(dialect, columns)})`;

const say = ({ recorder }: Builder, made: Statement | readonly Statement[] | null, place: Place): void => {
  for (const one of made === null ? [] : Array.isArray(made) ? made : [made as Statement]) recorder.statement(one, place);
};

/** Records a new table, then what belongs to it. */
export const recordCreate = (builder: Builder, work: TableWork, ifNotExists: boolean, place: Place): void => {
  const { dialect } = builder;
  const primaries = work.columns.filter((column) => column.primary);
  const body = [
    ...work.columns.map((column) => specSql(builder, column)),
    ...primaries.slice(0, 1).map((column) => primaryClause(builder, work, [column.name], column.primary?.name ?? null)),
    ...work.clauses,
  ];
  for (const { before } of work.columns) if (before) builder.recorder.statement({ sql: before }, place);
  const made = createTable(dialect, work.table, body, ifNotExists);
  builder.recorder.statement(made, place);
  const isNew = (one: Statement): Statement => ({ ...one, guarded: one.sql, ...(made.target && { target: made.target }) });
  for (const column of work.columns) say(builder, afterColumn(builder, work, column).map(isNew), column.place);
  for (const { make, place: own } of work.later) say(builder, [make() ?? []].flat().map(isNew), own);
};

/** Records the changes of a table: new columns first. */
export const recordAlter = (builder: Builder, work: TableWork): void => {
  const { dialect } = builder;
  for (const column of work.columns.filter((one) => !one.isAlter)) {
    if (column.before) builder.recorder.statement({ sql: column.before }, column.place);
    const primary = column.primary ? ' PRIMARY KEY' : '';
    builder.recorder.statement(addColumn(dialect, work.table, column.name, specSql(builder, column) + primary), column.place);
  }
  for (const column of work.columns.filter((one) => one.isAlter)) say(builder, alterStatements(builder, work, column), column.place);
  for (const { make, place } of work.later) say(builder, make(), place);
  for (const column of work.columns) say(builder, afterColumn(builder, work, column), column.place);
};

type Command = (builder: Builder, work: TableWork, call: Call) => boolean | Value;

const later = (work: TableWork, { place }: Call, make: Later['make']): true => {
  work.later.push({ place, make });
  return true;
};

const dropAll = ({ dialect }: Builder, work: TableWork, call: Call, names: readonly string[]): true =>
  later(work, call, () => names.map((name) => dropColumn(dialect, work.table, name)));

const dropColumns: Command = (builder, work, call) => {
  const names = call.args.flatMap((one) => stringsOf(one) ?? ['']);
  return names.includes('') || names.length === 0 ? false : dropAll(builder, work, call, names);
};

const dropKey =
  (suffix: string, mysqlWords: string): Command =>
  ({ dialect }, work, call) => {
    const columns = stringsOf(call.args[0]);
    const name = stringOf(call.args[1]) ?? (columns ? keyName(work.table, columns, suffix) : null);
    if (name === null) return false;
    if (suffix === 'index') return later(work, call, () => dropIndex(dialect, work.table, { name }));
    return later(work, call, () =>
      alterTable(dialect, work.table, `DROP ${isMysql(dialect) ? mysqlWords : 'CONSTRAINT'} ${quote(dialect, name)}`),
    );
  };

const nullability =
  (words: string): Command =>
  ({ dialect }, work, call) => {
    const name = stringOf(call.args[0]);
    if (name === null || isMysql(dialect)) return false;
    return later(work, call, () => alterTable(dialect, work.table, `ALTER COLUMN ${quote(dialect, name)} ${words}`));
  };

const foreign: Command = (builder, work, call) => {
  const columns = namesOf(call.args[0]);
  if (!columns) return false;
  const reference: Reference = { table: null, columns: [], onDelete: null, onUpdate: null, name: stringOf(call.args[1]) };
  later(work, call, () => foreignKey(builder, work, columns, reference));
  const set = (name: string, [value]: readonly Value[]): void => {
    if (name === 'references') setReference(reference, value);
    else if (name === 'inTable' || name === 'on') reference.table = stringOf(value);
    else if (name === 'onDelete' || name === 'onUpdate') reference[name] = stringOf(value);
    else if (name === 'withKeyName') reference.name = stringOf(value);
  };
  const self: Value = handle({
    name: 'foreign',
    get: (name) =>
      native(name, ({ args }) => {
        set(name, args);
        return self;
      }),
  });
  return self;
};

const unique: Command = (builder, work, call) => {
  const columns = namesOf(call.args[0]);
  if (!columns) return false;
  const [, options] = call.args;
  const name = stringOf(options) ?? stringOf(entry(options, 'indexName'));
  const isIndex = entry(options, 'predicate') !== undefined || flag(entry(options, 'useConstraint')) === false;
  const keys = columns.map((column) => quote(builder.dialect, column));
  const where = entry(options, 'predicate') === undefined ? null : 'true';
  return later(work, call, () =>
    isIndex && !isMysql(builder.dialect)
      ? createIndex(builder.dialect, work.table, { name: name ?? keyName(work.table, columns, 'unique'), keys, unique: true, where })
      : uniqueKey(builder, work, columns, name),
  );
};

const timestamps: Command = (builder, work, call) => {
  const [first, second, third] = call.args;
  const isCamel = flag(third) === true || flag(entry(first, 'useCamelCase')) === true;
  const hasDefault = flag(second) === true || flag(entry(first, 'defaultToNow')) === true;
  const type = !isMysql(builder.dialect)
    ? 'timestamp'
    : flag(first) === true || flag(entry(first, 'useTimestamps')) === true
      ? 'timestamp'
      : 'datetime';
  for (const name of isCamel ? ['createdAt', 'updatedAt'] : ['created_at', 'updated_at']) {
    const column = columnOf(builder, type, { ...call, args: [{ kind: 'text', pieces: [{ text: name, place: call.place, map: null }] }] });
    if (column) work.columns.push({ ...column, notNull: hasDefault, default: hasDefault ? 'CURRENT_TIMESTAMP' : null });
  }
  return true;
};

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['dropColumn', dropColumns],
  ['dropColumns', dropColumns],
  [
    'renameColumn',
    ({ dialect }, work, call) => {
      const [from, to] = [stringOf(call.args[0]), stringOf(call.args[1])];
      return from !== null && to !== null && later(work, call, () => renameColumn(dialect, work.table, from, to));
    },
  ],
  ['setNullable', nullability('DROP NOT NULL')],
  ['dropNullable', nullability('SET NOT NULL')],
  ['foreign', foreign],
  ['unique', unique],
  [
    'index',
    (builder, work, call) => {
      const columns = namesOf(call.args[0]);
      return columns !== null && later(work, call, () => plainIndex(builder, work, columns, stringOf(call.args[1])));
    },
  ],
  [
    'primary',
    (builder, work, call) => {
      const columns = namesOf(call.args[0]);
      const name = stringOf(call.args[1]) ?? stringOf(entry(call.args[1], 'constraintName'));
      if (columns) work.clauses.push(primaryClause(builder, work, columns, name));
      return columns !== null;
    },
  ],
  ['dropForeign', dropKey('foreign', 'FOREIGN KEY')],
  ['dropUnique', dropKey('unique', 'INDEX')],
  ['dropIndex', dropKey('index', 'INDEX')],
  [
    'dropPrimary',
    ({ dialect }, work, call) =>
      later(work, call, () =>
        alterTable(
          dialect,
          work.table,
          isMysql(dialect) ? 'DROP PRIMARY KEY' : `DROP CONSTRAINT ${quote(dialect, stringOf(call.args[0]) ?? `${work.table.name}_pkey`)}`,
        ),
      ),
  ],
  ['timestamps', timestamps],
  [
    'dropTimestamps',
    (builder, work, call) =>
      dropAll(builder, work, call, flag(call.args[0]) === true ? ['createdAt', 'updatedAt'] : ['created_at', 'updated_at']),
  ],
  [
    'dropChecks',
    ({ dialect }, work, call) => {
      const names = call.args.flatMap((one) => stringsOf(one) ?? ['']);
      return (
        !names.includes('') && later(work, call, () => names.map((name) => alterTable(dialect, work.table, `DROP CONSTRAINT ${name}`)))
      );
    },
  ],
]);

/** Comments, engines and checks change nothing that code can name. */
const HARMLESS = /^(?:comment|engine|charset|collate|inherits|check\w*|queryContext|then|catch)$/;

/** The `table` of a callback. */
export const tableHandle = (builder: Builder, work: TableWork): Value => {
  const { recorder } = builder;
  const outer = recorder.conditions.length;
  const self: Value = handle({
    name: 'table',
    isSchema: true,
    get: (method) =>
      native(method, (call) => {
        const about = (reason: string): Value => {
          unreadableCall(builder, `table.${method}`, call, reason);
          return columnHandle(builder, columnOf(builder, 'text', { ...call, args: [] }) ?? ({} as KnexColumn));
        };
        if (recorder.conditions.length > outer)
          return about(`it happens only under a condition that is known at run time: \`${recorder.conditions.at(-1)?.text}\``);
        if (isColumnMethod(method)) {
          const column = columnOf(builder, method, call);
          if (!column) return about('what it is given is only known at run time');
          work.columns.push(column);
          return columnHandle(builder, column);
        }
        const command = COMMANDS.get(method);
        if (!command) return HARMLESS.test(method) ? self : about(`\`table.${method}\` is not known`);
        const result = command(builder, work, call);
        if (result === false) return about('what it is given is only known at run time');
        return result === true ? self : (result ?? UNKNOWN);
      }),
  });
  return self;
};
