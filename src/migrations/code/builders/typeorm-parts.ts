/** Columns, keys and indexes as TypeORM describes them, with the names of its DefaultNamingStrategy. */
import { createHash } from 'node:crypto';
import { type Builder, namesOf, tableOf } from '../builder.ts';
import { type ColumnSpec, createIndex, isMysql, literal, quote, quoteAll, quoteTable, referencesSql, type TableName } from '../ddl.ts';
import { entry, flag, native, type Place, stringOf, stringsOf, UNKNOWN, type Value } from '../value.ts';

export const named = (prefix: string, { name }: TableName, columns: readonly string[], more = ''): string => {
  const key = `${name}_${[...columns].sort().join('_')}${more}`;
  const length = prefix === 'IDX' || prefix === 'CHK' ? 26 : 27;
  return `${prefix}_${createHash('sha1').update(key).digest('hex').slice(0, length)}`;
};

/** `'users'`, `'public.users'`, a `Table`. */
export const tableArgument = (value: Value | undefined): TableName | null => {
  const own = value?.kind === 'handle' ? (value.handle.data as Value | undefined) : value;
  const table = tableOf(own?.kind === 'record' ? entry(own, 'name') : own, true);
  return table?.schema === 'public' ? { schema: null, name: table.name } : table;
};

export interface Column {
  readonly spec: ColumnSpec;
  readonly before: string | null;
}

export const columnOf = ({ dialect }: Builder, table: TableName, given: Value): Column | null => {
  const [name, type] = [stringOf(entry(given, 'name')), stringOf(entry(given, 'type'))];
  if (name === null || type === null) return null;
  const values = /^(?:simple-)?enum$/.test(type) ? stringsOf(entry(given, 'enum')) : [];
  if (values === null) return null;
  const enumName = stringOf(entry(given, 'enumName')) ?? `${table.name}_${name}_enum`;
  const labels = values.map((one) => literal(dialect, one)).join(',');
  const size =
    stringOf(entry(given, 'length')) ??
    [entry(given, 'precision'), entry(given, 'scale')]
      .map((one) => stringOf(one))
      .filter((one) => one !== null)
      .join(',');
  const sized = size === '' || /enum|uuid/.test(type) ? type : type.replace(/^(\w+)/, `$1(${size})`);
  const base =
    values.length === 0 ? sized : isMysql(dialect) ? `enum(${labels})` : quoteTable(dialect, { schema: table.schema, name: enumName });
  const generated = flag(entry(given, 'isGenerated')) === true ? (stringOf(entry(given, 'generationStrategy')) ?? 'increment') : null;
  const serial = generated === 'increment' && !isMysql(dialect) ? (/^(?:big|int8)/i.test(type) ? 'BIGSERIAL' : 'SERIAL') : null;
  const uuid = generated === 'uuid' && !isMysql(dialect) ? 'uuid_generate_v4()' : null;
  return {
    spec: {
      name,
      type:
        serial ??
        `${base}${isMysql(dialect) && flag(entry(given, 'unsigned')) === true ? ' unsigned' : ''}${flag(entry(given, 'isArray')) === true ? ' array' : ''}`,
      notNull: flag(entry(given, 'isNullable')) !== true,
      default: stringOf(entry(given, 'default')) ?? uuid,
      extra: generated === 'increment' && isMysql(dialect) ? 'AUTO_INCREMENT' : '',
    },
    before: values.length > 0 && !isMysql(dialect) ? `CREATE TYPE ${base} AS ENUM(${labels})` : null,
  };
};

export const uniqueClause = ({ dialect }: Builder, table: TableName, columns: readonly string[], name: string | null): string =>
  `CONSTRAINT ${quote(dialect, name ?? named('UQ', table, columns))} UNIQUE (${quoteAll(dialect, columns)})`;

export const foreignKeyClause = ({ dialect }: Builder, table: TableName, given: Value): string | null => {
  const columns = namesOf(entry(given, 'columnNames'));
  const target = tableArgument(entry(given, 'referencedTableName'));
  if (!columns || !target) return null;
  const reference = {
    table: target,
    columns: stringsOf(entry(given, 'referencedColumnNames')) ?? [],
    onDelete: stringOf(entry(given, 'onDelete')),
    onUpdate: stringOf(entry(given, 'onUpdate')),
  };
  const name = stringOf(entry(given, 'name')) ?? named('FK', table, columns);
  return `CONSTRAINT ${quote(dialect, name)} FOREIGN KEY (${quoteAll(dialect, columns)}) ${referencesSql(dialect, reference)}`;
};

export const addIndex = ({ dialect, recorder }: Builder, table: TableName, given: Value, place: Place): boolean => {
  const columns = namesOf(entry(given, 'columnNames'));
  if (!columns) return false;
  const where = stringOf(entry(given, 'where'));
  const name = stringOf(entry(given, 'name')) ?? named('IDX', table, columns, where === null ? '' : `_${where}`);
  const keys = columns.map((column) => quote(dialect, column));
  recorder.statement(createIndex(dialect, table, { name, keys, unique: flag(entry(given, 'isUnique')) === true, where }), place);
  return true;
};

export const itemsOf = (value: Value | undefined): readonly Value[] | null =>
  value === undefined ? [] : value.kind === 'list' && !value.isOpen ? value.items.map(unwrapped) : null;

/** `new TableColumn({ … })` is what it is given. */
export const unwrapped = (value: Value): Value => (value.kind === 'handle' && value.handle.data ? (value.handle.data as Value) : value);

const OBJECTS = /^(?:View|Table(?:Column|Index|ForeignKey|Unique|Check|Exclusion)?)$/;

/** `new Table({ … })`, `new TableColumn({ … })`: what they are given. */
export const typeormPackage = (source: string, imported: string): Value | null =>
  source === 'typeorm' && OBJECTS.test(imported) ? native(imported, ({ args }) => args[0] ?? UNKNOWN) : null;
