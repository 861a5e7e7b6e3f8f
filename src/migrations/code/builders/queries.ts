/** A connection that a runner hands to a migration: only its queries matter (slonik, postgres.js, umzug with pg, MikroORM's `execute`). */
import type { Builder } from '../builder.ts';
import { entry, handle, native, type Value } from '../value.ts';

const QUERIES =
  /^(?:query|raw|sql|execute|exec|run|unsafe|none|any|many|one|oneOrNone|manyOrNone|oneFirst|maybeOne|none|runSql|addSql|\$executeRawUnsafe|\$executeRaw|\$queryRaw|\$queryRawUnsafe)$/;
const TRANSACTIONS = /^(?:transaction|\$transaction|begin|connect|tx|withTransaction)$/;

/** An object whose query methods take SQL as their first argument, tagged or not. */
export const queryHandle = (builder: Builder, name: string, more: (member: string) => Value | null = () => null): Value => {
  const self: Value = handle({
    name,
    isSchema: true,
    call: ({ args, place }) => {
      builder.recorder.query(args[0], place);
      return self;
    },
    get: (member) => {
      const own = more(member);
      if (own) return own;
      if (QUERIES.test(member)) {
        return native(member, ({ args, place }) => {
          const [first] = args;
          builder.recorder.query(first?.kind === 'record' ? (entry(first, 'sql') ?? entry(first, 'text')) : first, place);
          return { kind: 'unknown' };
        });
      }
      if (TRANSACTIONS.test(member)) {
        return native(member, ({ args, invoke }) => {
          const callback = args.find((one) => one.kind === 'function');
          return callback ? invoke(callback, [self]) : self;
        });
      }
      return null;
    },
  });
  return self;
};

/** A tag that gives its template as SQL: slonik's `sql`, `sql.unsafe`, `sql.fragment`. */
export const sqlTag = (): Value => {
  const tag: Value = handle({
    name: 'sql',
    call: ({ args }) => args[0] ?? { kind: 'unknown' },
    get: (member) => (/^(?:unsafe|fragment|raw|typeAlias|type)$/.test(member) ? tag : null),
  });
  return tag;
};
