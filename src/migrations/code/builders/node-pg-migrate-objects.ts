/**
 * Functions, triggers, domains, sequences and what becomes of views, as node-pg-migrate writes them.
 * Source: node-pg-migrate 9 `operations/{functions,triggers,domains,sequences,views}`; the tests compare with it.
 */
import { rawOf, tableOf, valueSql } from '../builder.ts';
import { literal, quote, quoteTable, type TableName } from '../ddl.ts';
import type { Statement } from '../recorder.ts';
import { entry, flag, isMissing, isUndefined, stringOf, stringsOf, type Value } from '../value.ts';

/** Makes the statements of a call about one object; null where it cannot be read. */
export type Make = (table: TableName, args: readonly Value[]) => Statement | readonly Statement[] | null;

const PG = 'postgres';
const ifExists = (options: Value | undefined): string => (flag(entry(options, 'ifExists')) === true ? 'IF EXISTS ' : '');
const cascade = (options: Value | undefined): string => (flag(entry(options, 'cascade')) === true ? ' CASCADE' : '');

const parameterSql = (value: Value): string | null => {
  const text = stringOf(value);
  if (text !== null) return text;
  const type = stringOf(entry(value, 'type'));
  const name = stringOf(entry(value, 'name'));
  if (type === null) return null;
  const given = entry(value, 'default');
  const words = [stringOf(entry(value, 'mode')) ?? '', name === null ? '' : quote(PG, name), type];
  return [...words, given ? `DEFAULT ${valueSql(PG, given)}` : ''].filter((word) => word !== '').join(' ');
};

const parametersSql = (value: Value | undefined, hasDefaults: boolean): string | null => {
  if (isMissing(value)) return '()';
  if (value?.kind !== 'list') return null;
  const all = value.items.map(parameterSql);
  if (!all.every((one) => one !== null)) return null;
  return `(${all.map((one) => (hasDefaults ? one : one.replace(/ DEFAULT .*$/s, ''))).join(', ')})`;
};

const functionSql = (
  name: TableName,
  parameters: string,
  options: Value | undefined,
  definition: string,
  returns: string,
): Statement | null => {
  const language = stringOf(entry(options, 'language'));
  if (language === null) return null;
  const replace = flag(entry(options, 'replace')) === true ? ' OR REPLACE' : '';
  const behavior = stringOf(entry(options, 'behavior')) ?? 'VOLATILE';
  const security = stringOf(entry(options, 'security')) === 'DEFINER' ? ' SECURITY DEFINER' : '';
  return {
    sql: `CREATE${replace} FUNCTION ${quoteTable(PG, name)}${parameters} RETURNS ${returns} AS ${literal(PG, definition)} ${behavior} LANGUAGE ${language}${security}`,
  };
};

const createFunction: Make = (name, [, parameters, options, body]) => {
  const [given, definition] = [parametersSql(parameters, true), stringOf(body) ?? rawOf(body)];
  return given === null || definition === null
    ? null
    : functionSql(name, given, options, definition, stringOf(entry(options, 'returns')) ?? 'void');
};

const dropFunction: Make = (name, [, parameters, options]) => {
  const given = parametersSql(parameters, false);
  return given === null ? null : { sql: `DROP FUNCTION ${ifExists(options)}${quoteTable(PG, name)}${given}${cascade(options)}` };
};

const triggerFunction = (trigger: string, options: Value | undefined, hasBody: boolean): TableName | null => {
  const own = entry(options, 'function');
  if (own && !isUndefined(own)) return tableOf(own);
  return hasBody ? { schema: null, name: trigger } : null;
};

const createTrigger: Make = (table, [, second, options, body]) => {
  const [name, definition] = [stringOf(second), stringOf(body)];
  const operations = stringsOf(entry(options, 'operation'));
  const isConstraint = flag(entry(options, 'constraint')) === true;
  const when = isConstraint ? 'AFTER' : stringOf(entry(options, 'when'));
  const target = name === null ? null : triggerFunction(name, options, definition !== null);
  if (name === null || !target || !operations || when === null || (body && !isUndefined(body) && definition === null)) return null;
  const level = /instead\s+of/i.test(when) ? 'ROW' : (stringOf(entry(options, 'level')) ?? 'STATEMENT');
  const parameters = entry(options, 'functionParams');
  const given = parameters?.kind === 'list' ? parameters.items.map((one) => valueSql(PG, one)).join(', ') : '';
  const condition = stringOf(entry(options, 'condition'));
  const words = [
    `CREATE${isConstraint ? ' CONSTRAINT' : ''} TRIGGER ${quote(PG, name)} ${when} ${operations.join(' OR ')} ON ${quoteTable(PG, table)}`,
    isConstraint && flag(entry(options, 'deferrable')) === true
      ? `DEFERRABLE INITIALLY ${flag(entry(options, 'deferred')) === true ? 'DEFERRED' : 'IMMEDIATE'}`
      : '',
    `FOR EACH ${level}`,
    condition === null ? '' : `WHEN (${condition})`,
    `EXECUTE PROCEDURE ${quoteTable(PG, target)}(${given})`,
  ];
  const trigger = { sql: words.filter((word) => word !== '').join(' ') };
  if (definition === null) return trigger;
  const made = functionSql(target, '()', options, definition, 'trigger');
  return made && [made, trigger];
};

const dropTrigger: Make = (table, [, second, options]) => {
  const name = stringOf(second);
  return name === null
    ? null
    : { sql: `DROP TRIGGER ${ifExists(options)}${quote(PG, name)} ON ${quoteTable(PG, table)}${cascade(options)}` };
};

const createDomain: Make = (name, [, second, options]) => {
  const type = stringOf(second) ?? stringOf(entry(second, 'type'));
  const given = entry(options, 'default');
  const check = stringOf(entry(options, 'check'));
  const own = stringOf(entry(options, 'constraintName'));
  const isNotNull = flag(entry(options, 'notNull')) === true;
  if (type === null) return null;
  const words = [
    `CREATE DOMAIN ${quoteTable(PG, name)} AS ${type}`,
    given ? `DEFAULT ${rawOf(given) ?? valueSql(PG, given)}` : '',
    own !== null && (isNotNull || check !== null) ? `CONSTRAINT ${quote(PG, own)}` : '',
    isNotNull ? 'NOT NULL' : check === null ? '' : `CHECK (${check})`,
  ];
  return { sql: words.filter((word) => word !== '').join(' ') };
};

const SEQUENCE: readonly (readonly [string, string])[] = [
  ['type', 'AS'],
  ['increment', 'INCREMENT BY'],
  ['minvalue', 'MINVALUE'],
  ['maxvalue', 'MAXVALUE'],
  ['start', 'START WITH'],
  ['cache', 'CACHE'],
  ['owner', 'OWNED BY'],
];

const createSequence: Make = (name, [, options]) => {
  const words = SEQUENCE.map(([key, word]) => {
    const value = stringOf(entry(options, key));
    return value === null ? '' : ` ${word} ${value}`;
  });
  const isCyclic = flag(entry(options, 'cycle')) === true ? ' CYCLE' : '';
  return {
    sql: `CREATE SEQUENCE ${flag(entry(options, 'ifNotExists')) === true ? 'IF NOT EXISTS ' : ''}${quoteTable(PG, name)}${words.join('')}${isCyclic}`,
  };
};

const dropped =
  (words: string): Make =>
  (name, [, options]) => ({ sql: `DROP ${words} ${ifExists(options)}${quoteTable(PG, name)}${cascade(options)}` });

const renamed =
  (words: string): Make =>
  (name, [, second]) => {
    const to = tableOf(second);
    return to && { sql: `ALTER ${words} ${quoteTable(PG, name)} RENAME TO ${quote(PG, to.name)}` };
  };

export const OBJECTS: readonly (readonly [readonly string[], Make])[] = [
  [['createFunction'], createFunction],
  [['dropFunction'], dropFunction],
  [['createTrigger'], createTrigger],
  [['dropTrigger'], dropTrigger],
  [['createDomain'], createDomain],
  [['dropDomain'], dropped('DOMAIN')],
  [['renameDomain'], renamed('DOMAIN')],
  [['createSequence'], createSequence],
  [['dropSequence'], dropped('SEQUENCE')],
  [['renameSequence'], renamed('SEQUENCE')],
  [['renameView'], renamed('VIEW')],
  [['renameMaterializedView'], renamed('MATERIALIZED VIEW')],
];
