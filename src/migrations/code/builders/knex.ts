/** Knex: `knex.schema`, `knex.raw` and transactions. Source: knex 3 `lib/schema/compiler.js`; the tests compare with it. */
import { type Builder, builderHandle, type Catalogue, type Method, rawOf, rawSql, tableOf } from '../builder.ts';
import { dropTable, plainTable, quote, quoteTable, renameTable, type TableName } from '../ddl.ts';
import type { Statement } from '../recorder.ts';
import { type Call, entry, handle, madeText, native, stringOf, UNKNOWN, type Value } from '../value.ts';
import type { TableWork } from './knex-keys.ts';
import { type Link, MAX_LINKS, type QueryLinks } from './knex-predicate.ts';
import { recordAlter, recordCreate, tableHandle } from './knex-table.ts';

const STATEMENT =
  /^\s*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*(?:CREATE|ALTER|DROP|RENAME|INSERT|UPDATE|DELETE|MERGE|WITH|SELECT|DO|SET|TRUNCATE|COMMENT|GRANT|REVOKE|REFRESH|REINDEX|VACUUM|ANALYZE|LOCK|CALL|COPY|BEGIN|COMMIT|PRAGMA|USE|REPLACE)\b/i;

/** `??` and `:name:` are names, `?` and `:name` are values. */
const bound = ({ dialect }: Builder, { args, place }: Call): Value => {
  const text = stringOf(args[0]);
  const bindings = args[1];
  if (text === null || bindings === undefined) return args[0] ?? UNKNOWN;
  const list = bindings.kind === 'list' ? bindings.items : [bindings];
  let at = 0;
  let isKnown = true;
  const nameSql = (value: Value | undefined): string => {
    const name = stringOf(value);
    if (name === null) isKnown = false;
    return (name ?? '')
      .split('.')
      .map((part) => quote(dialect, part))
      .join('.');
  };
  const made = text.replace(/\\\?|\?\??|:(\w+):|(?<!:):([a-z]\w*)/gi, (found, name?: string, value?: string) => {
    if (found === '\\?') return '?';
    if (found === '??') return nameSql(list[at++]);
    if (found === '?') return rawOf(list[at++]) ?? '0';
    if (name !== undefined) return nameSql(entry(bindings, name));
    return value !== undefined && entry(bindings, value) !== undefined ? '0' : found;
  });
  return isKnown
    ? madeText(made, place)
    : {
        kind: 'text',
        pieces: [
          { text: made.slice(0, 60), place, map: null },
          { text: null, place, map: null },
        ],
      };
};

interface Home {
  readonly schema: string | null;
}

const tableHere = (value: Value | undefined, { schema }: Home): TableName | null => {
  const table = tableOf(value, true);
  return table && table.schema === null ? { ...table, schema } : table;
};

const withCallback =
  (home: Home, isNew: boolean, record: (builder: Builder, work: TableWork, call: Call) => void): Method =>
  (builder, call) => {
    const table = tableHere(call.args[0], home);
    const callback = call.args.at(-1);
    if (!table || callback?.kind !== 'function') return false;
    const work: TableWork = { table, isNew, columns: [], clauses: [], later: [] };
    call.invoke(callback, [tableHandle(builder, work)]);
    record(builder, work, call);
  };

const methodsOf = (home: Home): ReadonlyMap<string, Method> => {
  const ofTable =
    (make: (builder: Builder, table: TableName, args: readonly Value[]) => Statement | null): Method =>
    (builder, { args, place }) => {
      const table = tableHere(args[0], home);
      const made = table && make(builder, table, args);
      if (!made) return false;
      builder.recorder.statement(made, place);
    };
  const ofSchema = (words: string, after = ''): Method =>
    ofTable(({ dialect }, { name }) => ({ sql: `${words} ${quote(dialect, name)}${after}` }));
  const ofView = (words: string): Method => ofTable(({ dialect }, table) => ({ sql: `${words} ${quoteTable(dialect, table)}` }));
  const check: Method = (_, { args }) => {
    const table = tableHere(args[0], home);
    const column = args[1] ? stringOf(args[1]) : null;
    return table && !(args[1] && column === null) ? { kind: 'check', check: { table: plainTable(table), column, exists: true } } : UNKNOWN;
  };
  return new Map<string, Method>([
    ['createTable', withCallback(home, true, (builder, work, { place }) => recordCreate(builder, work, false, place))],
    ['createTableIfNotExists', withCallback(home, true, (builder, work, { place }) => recordCreate(builder, work, true, place))],
    ['table', withCallback(home, false, recordAlter)],
    ['alterTable', withCallback(home, false, recordAlter)],
    ['dropTable', ofTable(({ dialect }, table) => dropTable(dialect, table))],
    ['dropTableIfExists', ofTable(({ dialect }, table) => dropTable(dialect, table, true))],
    [
      'renameTable',
      ofTable(({ dialect }, table, args) => {
        const to = tableHere(args[1], home);
        return to && renameTable(dialect, table, to);
      }),
    ],
    [
      'createTableLike',
      ofTable(({ dialect }, table, args) => {
        const other = tableHere(args[1], home);
        return other && { sql: `CREATE TABLE ${quoteTable(dialect, table)} (LIKE ${quoteTable(dialect, other)} INCLUDING ALL)` };
      }),
    ],
    ['dropView', ofView('DROP VIEW')],
    ['dropViewIfExists', ofView('DROP VIEW IF EXISTS')],
    ['dropMaterializedView', ofView('DROP MATERIALIZED VIEW')],
    ['dropMaterializedViewIfExists', ofView('DROP MATERIALIZED VIEW IF EXISTS')],
    ['createSchema', ofSchema('CREATE SCHEMA')],
    ['createSchemaIfNotExists', ofSchema('CREATE SCHEMA IF NOT EXISTS')],
    ['dropSchema', ofSchema('DROP SCHEMA')],
    ['dropSchemaIfExists', ofSchema('DROP SCHEMA IF EXISTS')],
    ['hasTable', check],
    ['hasColumn', check],
    [
      'raw',
      (builder, call) => {
        builder.recorder.query(bound(builder, call), call.place);
      },
    ],
  ]);
};

const HARMLESS =
  /^(?:refreshMaterializedView|createExtension\w*|dropExtension\w*|queryContext|then|catch|toString|toSQL|toQuery|on|generateDdlCommands)$/;

/** `knex.schema`: every method gives it back. */
const schemaHandle = (builder: Builder, home: Home): Value => {
  const methods = methodsOf(home);
  const chained = [...methods].map(([name, method]): [string, Method] => [
    name,
    (own, call) => {
      const result = method(own, call);
      return result === undefined ? self : result;
    },
  ]);
  const catalogue: Catalogue = { name: 'knex.schema', methods: new Map(chained), harmless: HARMLESS, asks: /^(?:raw|has\w+)$/ };
  const self: Value = builderHandle(builder, catalogue, (name) => {
    if (name === 'withSchema') return native(name, ({ args }) => schemaHandle(builder, { schema: stringOf(args[0]) }));
    return null;
  });
  return self;
};

/** A query that is put together: data work, whatever is chained to it. */
const queryChain = (links: readonly Link[]): Value =>
  handle({
    name: 'query',
    isMaybe: true,
    data: { links } satisfies QueryLinks,
    get: (name) =>
      /^(?:then|catch|finally)$/.test(name) ? null : native(name, ({ args }) => queryChain([...links, { name, args }].slice(0, MAX_LINKS))),
  });

/** `knex`, the argument of `up`. */
export const knexHandle = (builder: Builder): Value => {
  const schema = schemaHandle(builder, { schema: null });
  const raw = native('raw', (call) => {
    const made = bound(builder, call);
    const text = stringOf(made);
    if (text === null || STATEMENT.test(text)) builder.recorder.query(made, call.place);
    return text === null ? UNKNOWN : rawSql(text);
  });
  const transaction = native('transaction', ({ args, invoke }) => (args[0]?.kind === 'function' ? invoke(args[0], [self]) : self));
  const now = handle({
    name: 'fn',
    get: (name) => native(name, () => rawSql(name === 'now' ? 'CURRENT_TIMESTAMP' : name === 'uuid' ? 'gen_random_uuid()' : 'NULL')),
  });
  const dialect: Value = handle({
    name: 'client',
    get: (name) => (/^(?:dialect|client|driverName)$/.test(name) ? native(name, () => UNKNOWN) : name === 'config' ? dialect : null),
  });
  const members = new Map<string, Value>([
    ['schema', schema],
    ['raw', raw],
    ['transaction', transaction],
    ['fn', now],
    ['client', dialect],
  ]);
  const self: Value = handle({
    name: 'knex',
    isSchema: true,
    call: () => queryChain([]),
    get: (name) =>
      members.get(name) ?? (/^(?:then|catch|finally)$/.test(name) ? null : native(name, ({ args }) => queryChain([{ name, args }]))),
  });
  return self;
};
