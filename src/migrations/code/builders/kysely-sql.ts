/**
 * Kysely's `sql` tag in migrations: text that stands where it is put, and a statement of its own where it is executed.
 */
import { type Builder, rawSql, valueSql } from '../builder.ts';
import { quote } from '../ddl.ts';
import { handle, native, stringOf, UNKNOWN, type Value } from '../value.ts';

/** `sql`: SQL that stands where it is put, and is a statement of its own where it is executed. */
export const kyselySql = (builder: Builder): Value => {
  const made = (text: Value): Value => {
    const known = stringOf(text);
    return handle({
      name: 'sql',
      data: known === null ? 'outside' : { raw: known },
      get: (name) =>
        name === 'execute'
          ? native(name, ({ place }) => {
              builder.recorder.query(text, place);
              return UNKNOWN;
            })
          : null,
    });
  };
  const name = native('ref', ({ args }) => {
    const text = stringOf(args[0]);
    return text === null
      ? UNKNOWN
      : rawSql(
          text
            .split('.')
            .map((part) => quote(builder.dialect, part))
            .join('.'),
        );
  });
  return handle({
    name: 'sql',
    call: ({ args }) => made(args[0] ?? UNKNOWN),
    get: (member) => {
      if (/^(?:ref|table|id)$/.test(member)) return name;
      if (member === 'raw') return native(member, ({ args }) => made(args[0] ?? UNKNOWN));
      return /^(?:lit|literal|val)$/.test(member)
        ? native(member, ({ args }) => rawSql(args[0] ? valueSql(builder.dialect, args[0]) : 'NULL'))
        : null;
    },
  });
};
