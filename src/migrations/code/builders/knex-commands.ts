/** Methods of knex's table builder besides its columns: what is dropped, renamed, and keyed. */
import { type Builder, namesOf, rawOf } from '../builder.ts';
import { alterTable, createIndex, dropColumn, dropIndex, isMysql, quote, renameColumn } from '../ddl.ts';
import { type Call, entry, flag, handle, isUndefined, native, stringOf, stringsOf, type Value } from '../value.ts';
import { columnOf, keyName, type Reference, setReference } from './knex-columns.ts';
import { foreignKey, type Later, plainIndex, primaryClause, type TableWork, uniqueKey } from './knex-keys.ts';
import { predicateSql } from './knex-predicate.ts';

/** What a method of the table does; false: it cannot be read. */
export type Command = (builder: Builder, work: TableWork, call: Call) => boolean | Value;

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
  const predicate = entry(options, 'predicate');
  const where = predicate && !isUndefined(predicate) ? predicateSql(builder, predicate) : '';
  if (where === null) return false;
  return later(work, call, () =>
    isIndex && !isMysql(builder.dialect)
      ? createIndex(builder.dialect, work.table, {
          name: name ?? keyName(work.table, columns, 'unique'),
          keys,
          unique: true,
          where: where === '' ? null : where,
        })
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

const check: Command = (builder, work, call) => {
  const [text, bindings, second] = call.args;
  const [sql, name] = [stringOf(text) ?? rawOf(text), stringOf(second)];
  const isBound = !isUndefined(bindings) && !(bindings?.kind === 'list' && !bindings.isOpen && bindings.items.length === 0);
  if (sql === null || isBound) return false;
  if (work.isNew) {
    work.clauses.push(`${name === null ? '' : `constraint ${name} `}check (${sql})`);
    return true;
  }
  return name !== null && later(work, call, () => alterTable(builder.dialect, work.table, `ADD CONSTRAINT ${name} CHECK (${sql})`));
};

export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['check', check],
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
      const [, , options] = call.args;
      const predicate = entry(options, 'predicate');
      const where = predicate && !isUndefined(predicate) ? predicateSql(builder, predicate) : '';
      if (!columns || where === null) return false;
      const using = stringOf(options) ?? stringOf(entry(options, 'indexType'));
      return later(work, call, () =>
        plainIndex(builder, work, columns, stringOf(call.args[1]), { using, where: where === '' ? null : where }),
      );
    },
  ],
  [
    'primary',
    (builder, work, call) => {
      const columns = namesOf(call.args[0]);
      const name = stringOf(call.args[1]) ?? stringOf(entry(call.args[1], 'constraintName'));
      if (!columns) return false;
      const clause = primaryClause(builder, work, columns, name);
      if (!work.isNew) return later(work, call, () => alterTable(builder.dialect, work.table, `ADD ${clause}`));
      work.clauses.push(clause);
      return true;
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
