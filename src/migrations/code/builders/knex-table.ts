/**
 * The table builder that knex hands to the callback of `createTable` and `alterTable`: what is called on it becomes statements
 * when the callback is done, in knex's order. Source: knex 3 `lib/schema/tablecompiler.js`; the tests compare with it.
 */
import { type Builder, unreadableCall } from '../builder.ts';
import { NOTHING } from '../builtins.ts';
import { addColumn, alterTable, columnSql, createTable, isMysql, quote } from '../ddl.ts';
import { doubtOf } from '../doubt.ts';
import type { Statement } from '../recorder.ts';
import { handle, list, madeText, native, type Place, UNKNOWN, type Value } from '../value.ts';
import { columnHandle, columnOf, isColumnMethod, type KnexColumn } from './knex-columns.ts';
import { COMMANDS } from './knex-commands.ts';
import { foreignKey, plainIndex, primaryClause, type TableWork, uniqueKey } from './knex-keys.ts';

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
    type: column.isUnsigned && isMysql(dialect) ? `${column.type} unsigned` : column.type,
    extra: [column.extra, ...column.checks.map(({ name, sql }) => `${name === null ? '' : `constraint ${name} `}check (${sql})`)]
      .filter(Boolean)
      .join(' '),
    notNull: column.notNull,
    default: column.default,
  });

/** As knex alters: default and nullability are made anew around the type. */
const alterStatements = (builder: Builder, { table }: TableWork, column: KnexColumn): readonly Statement[] => {
  const { dialect } = builder;
  if (isMysql(dialect)) return [alterTable(dialect, table, `MODIFY ${specSql(builder, column)}${column.position}`)];
  const target = `ALTER COLUMN ${quote(dialect, column.name)}`;
  const clauses = [
    `${target} DROP DEFAULT`,
    column.altersNull ? `${target} DROP NOT NULL` : '',
    column.altersType ? `${target} TYPE ${column.type} USING (${quote(dialect, column.name)}::${column.type})` : '',
    column.default === null ? '' : `${target} SET DEFAULT ${column.default}`,
    column.notNull && column.altersNull ? `${target} SET NOT NULL` : '',
    ...column.checks.map(({ name, sql }, i) => `ADD CONSTRAINT ${name ?? `${table.name}_${column.name}_${i + 1}`} CHECK (${sql})`),
  ];
  return clauses.filter((clause) => clause !== '').map((clause) => alterTable(dialect, table, clause));
};

const say = ({ recorder }: Builder, made: Statement | readonly Statement[] | null, place: Place): void => {
  for (const one of made === null ? [] : Array.isArray(made) ? made : [made as Statement]) recorder.statement(one, place);
};

/** What could not be read of a column has been said. */
const dropDoubtful = (work: TableWork): void => {
  const known = work.columns.filter((column) => !column.isDoubtful);
  work.columns.splice(0, work.columns.length, ...known);
};

/** Records a new table, then what belongs to it. */
export const recordCreate = (builder: Builder, work: TableWork, ifNotExists: boolean, place: Place): void => {
  const { dialect } = builder;
  dropDoubtful(work);
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
  dropDoubtful(work);
  for (const column of work.columns.filter((one) => !one.isAlter)) {
    if (column.before) builder.recorder.statement({ sql: column.before }, column.place);
    const primary = column.primary ? ' PRIMARY KEY' : '';
    builder.recorder.statement(
      addColumn(dialect, work.table, column.name, specSql(builder, column) + primary + (isMysql(dialect) ? column.position : '')),
      column.place,
    );
  }
  for (const column of work.columns.filter((one) => one.isAlter)) say(builder, alterStatements(builder, work, column), column.place);
  for (const { make, place } of work.later) say(builder, make(), place);
  for (const column of work.columns) say(builder, afterColumn(builder, work, column), column.place);
};

/** Comments and engines change nothing that code can name. */
const HARMLESS = /^(?:comment|engine|charset|collate|queryContext|then|catch)$/;

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
          unreadableCall(builder, `table.${method}`, { ...call, args: [madeText(work.table.name, call.place), ...call.args] }, reason);
          return NOTHING;
        };
        if (recorder.conditions.length > outer)
          return about(`it happens only under a condition that is known at run time: \`${recorder.conditions.at(-1)?.text}\``);
        const doubt = HARMLESS.test(method) ? null : doubtOf(list(call.args.filter((one) => one.kind !== 'function')));
        if (doubt !== null) return about(`what \`table.${method}\` of \`${work.table.name}\` is given is only known at run time`);
        if (isColumnMethod(method)) {
          const column = columnOf(builder, method, call);
          if (!column) return about('what it is given is only known at run time');
          work.columns.push(column);
          return columnHandle(builder, column, work.table);
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
