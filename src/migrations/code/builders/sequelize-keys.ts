/** Sequelize's indexes and constraints, with the names it gives them itself. */
import { type Builder, type Method, namesOf, rawOf, tableOf, valueSql } from '../builder.ts';
import { addConstraint, alterTable, createIndex, dropIndex, quote, quoteAll, type Reference, referencesSql } from '../ddl.ts';
import { type Call, entry, flag, isUndefined, stringOf, stringsOf, UNKNOWN, type Value } from '../value.ts';

const underscored = (text: string): string =>
  text
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .toLowerCase();

/** `{ model, key }` or a table's name. */
export const referenceOf = (given: Value | undefined, attribute: Value): Reference | null => {
  const own = given?.kind === 'record';
  const table = tableOf(own ? (entry(given, 'model') ?? entry(given, 'table')) : given);
  if (!table) return null;
  const key = stringOf(own ? (entry(given, 'key') ?? entry(given, 'field')) : undefined) ?? 'id';
  return { table, columns: [key], onDelete: stringOf(entry(attribute, 'onDelete')), onUpdate: stringOf(entry(attribute, 'onUpdate')) };
};

export const foreignKey = ({ dialect }: Builder, fields: readonly string[], reference: Reference): string =>
  `FOREIGN KEY (${quoteAll(dialect, fields)}) ${referencesSql(dialect, reference)}`;

/** `[attributes, options]`: the attributes stand beside the table or among the options. */
const indexArguments = ({ args }: Call): { readonly fields: Value | undefined; readonly options: Value | undefined } =>
  args[1]?.kind === 'list'
    ? { fields: args[1], options: args[2] }
    : { fields: entry(args[1], 'fields') ?? entry(args[2], 'fields'), options: args[1] };

interface Key {
  readonly name: string;
  readonly sql: string;
}

const keyOf = ({ dialect }: Builder, value: Value): Key | null => {
  const raw = rawOf(value);
  if (raw !== null) return { name: raw, sql: /^[\w"]+$/.test(raw) ? raw : `(${raw})` };
  const name = stringOf(value) ?? stringOf(entry(value, 'name') ?? entry(value, 'attribute'));
  if (name === null) return null;
  const words = [stringOf(entry(value, 'operator')), stringOf(entry(value, 'order'))].filter((word) => word !== null);
  const collate = stringOf(entry(value, 'collate'));
  return {
    name,
    sql: [quote(dialect, name), collate === null ? '' : `COLLATE ${quote(dialect, collate)}`, ...words].filter(Boolean).join(' '),
  };
};

export const addIndexCall: Method = (builder, call) => {
  const table = tableOf(call.args[0]);
  const { fields, options } = indexArguments(call);
  const keys = fields?.kind === 'list' && !fields.isOpen ? fields.items.map((one) => keyOf(builder, one)) : [];
  if (!table || keys.length === 0 || !keys.every((key) => key !== null)) return false;
  const given = entry(options, 'name');
  const name = given && !isUndefined(given) ? stringOf(given) : underscored(`${table.name}_${keys.map((key) => key.name).join('_')}`);
  if (name === null) return false;
  const condition = entry(options, 'where');
  const where = isUndefined(condition) ? '' : whereSql(builder, condition);
  if (where === null) return false;
  builder.recorder.statement(
    createIndex(builder.dialect, table, {
      name,
      keys: keys.map((key) => key.sql),
      unique: flag(entry(options, 'unique')) === true || /unique/i.test(stringOf(entry(options, 'type')) ?? ''),
      concurrently: flag(entry(options, 'concurrently')) === true,
      using: stringOf(entry(options, 'using')),
      where: where === '' ? null : where,
    }),
    call.place,
  );
};

/** A condition on columns; null where it says more than equality, lists and NULL. */
const whereSql = ({ dialect }: Builder, value: Value | undefined): string | null => {
  const raw = rawOf(value);
  if (raw !== null) return raw;
  const parts = value?.kind === 'record' && !value.isOpen ? [...value.entries] : [];
  const conditions = parts.map(([name, one]) => {
    if (name.startsWith('$') || one.kind === 'function') return null;
    if (one.kind === 'list') return `${quote(dialect, name)} IN (${one.items.map((item) => valueSql(dialect, item)).join(', ')})`;
    if (one.kind === 'plain' && one.value == null) return `${quote(dialect, name)} IS NULL`;
    return one.kind === 'record' ? operatorSql(dialect, name, one) : `${quote(dialect, name)} = ${valueSql(dialect, one)}`;
  });
  return conditions.length > 0 && conditions.every((one) => one !== null) ? conditions.join(' AND ') : null;
};

const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['is', '='],
  ['not', '!='],
  ['ne', '!='],
  ['eq', '='],
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
]);

/** `{ [Op.ne]: null }`. */
const operatorSql = (dialect: Builder['dialect'], name: string, { entries, isOpen }: Extract<Value, { kind: 'record' }>): string | null => {
  const [[key, one] = ['', undefined]] = entries;
  const word = OPERATORS.get(key.replace(/^\$/, ''));
  if (isOpen || entries.size !== 1 || !one || !word || /^(?:list|record|function)$/.test(one.kind)) return null;
  const isNull = one.kind === 'plain' && one.value == null;
  if (isNull) return `${quote(dialect, name)} IS ${word === '=' ? '' : 'NOT '}NULL`;
  return `${quote(dialect, name)} ${word} ${valueSql(dialect, one)}`;
};

export const removeIndexCall: Method = (builder, { args, place }) => {
  const table = tableOf(args[0]);
  const names = namesOf(args[1]);
  if (!table || !names) return false;
  const name = args[1]?.kind === 'list' ? underscored(`${table.name}_${names.join('_')}`) : (names[0] ?? '');
  const concurrently = flag(entry(args[2], 'concurrently')) === true;
  builder.recorder.statement(dropIndex(builder.dialect, table, { name, ifExists: true, concurrently }), place);
};

const SUFFIX: ReadonlyMap<string, string> = new Map([
  ['UNIQUE', 'uk'],
  ['PRIMARY KEY', 'pk'],
  ['FOREIGN KEY', 'fk'],
  ['CHECK', 'ck'],
]);

const constraintBody = (builder: Builder, kind: string, fields: readonly string[], options: Value): string | null => {
  const columns = quoteAll(builder.dialect, fields);
  switch (kind) {
    case 'UNIQUE':
    case 'PRIMARY KEY':
      return `${kind} (${columns})`;
    case 'CHECK': {
      const where = whereSql(builder, entry(options, 'where'));
      return where === null ? null : `CHECK (${where})`;
    }
    case 'FOREIGN KEY': {
      const references = entry(options, 'references');
      const reference = referenceOf(references, options);
      const several = stringsOf(entry(references, 'fields'));
      return reference && foreignKey(builder, fields, several ? { ...reference, columns: several } : reference);
    }
    default:
      return null;
  }
};

/** `addConstraint(table, options)`, and `addConstraint(table, fields, options)` of Sequelize 4. */
export const addConstraintCall: Method = (builder, { args, place }) => {
  const table = tableOf(args[0]);
  const options = (args[1]?.kind === 'record' ? args[1] : args[2]) ?? UNKNOWN;
  const fields = stringsOf(args[1]?.kind === 'list' ? args[1] : entry(options, 'fields')) ?? [];
  const kind = (stringOf(entry(options, 'type')) ?? '').toUpperCase();
  const body = table ? constraintBody(builder, kind, fields, options) : null;
  if (!table || body === null) return false;
  const target = kind === 'FOREIGN KEY' ? `${(tableOf(entry(entry(options, 'references'), 'table')) ?? { name: '' }).name}_` : '';
  const name = stringOf(entry(options, 'name')) ?? underscored(`${table.name}_${fields.join('_')}_${target}${SUFFIX.get(kind)}`);
  builder.recorder.statement(addConstraint(builder.dialect, table, name, body), place);
};

export const removeConstraintCall: Method = ({ dialect, recorder }, { args, place }) => {
  const table = tableOf(args[0]);
  const name = stringOf(args[1]);
  if (!table || name === null) return false;
  recorder.statement(alterTable(dialect, table, `DROP CONSTRAINT ${quote(dialect, name)}`), place);
};
