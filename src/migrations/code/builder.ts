/**
 * What all schema builders share: methods as a table, values as SQL, and what is said where a call cannot be read.
 */
import type { Dialect } from '../types.ts';
import { literal, type TableName } from './ddl.ts';
import { doubtIn } from './doubt.ts';
import type { Recorder } from './recorder.ts';
import { type Call, entry, handle, jsonOf, list, native, seenText, stringOf, stringsOf, UNKNOWN, type Value } from './value.ts';

/** What a builder's methods need. */
export interface Builder {
  readonly recorder: Recorder;
  readonly dialect: Dialect;
}

/** A method: what its call does. `false`: the call cannot be read. */
export type Method = (builder: Builder, call: Call) => Value | false | undefined;

/** How a builder is known: its name in messages, its methods, and those that change no schema. */
export interface Catalogue {
  readonly name: string;
  readonly methods: ReadonlyMap<string, Method>;
  readonly harmless: RegExp;
  /** Methods that see for themselves to what they are given: queries and questions. */
  readonly asks?: RegExp;
}

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/drop|remove|truncate/i, 'DROP'],
  [/rename/i, 'RENAME'],
  [/change|alter|add|table/i, 'ALTER'],
];

/** What a call that cannot be read may be about, as SQL would say it: its destructive word and every text it is given. */
const aboutOf = (name: string, args: readonly Value[]): string => {
  const word = WORDS.find(([pattern]) => pattern.test(name))?.[1] ?? '';
  return `${word} ${textsIn(list(args))}`;
};

/** Each list and record once, wherever it stands. */
const textsIn = (value: Value, seen = new Set<Value>()): string => {
  if (seen.has(value)) return '';
  if (value.kind === 'list' || value.kind === 'record') seen.add(value);
  if (value.kind === 'list') return value.items.map((item) => textsIn(item, seen)).join(' ');
  if (value.kind === 'record')
    return [...value.entries]
      .map(([key, one]) => `${key} ${one.kind === 'text' || one.kind === 'list' ? textsIn(one, seen) : ''}`)
      .join(' ');
  return seenText(value);
};

/** Says that a call cannot be read. */
export const unreadableCall = ({ recorder }: Builder, name: string, { args, place }: Call, reason: string): void =>
  recorder.problem(place, reason, aboutOf(name, args));

/** The object that a migration gets from its runner. */
export const builderHandle = (builder: Builder, catalogue: Catalogue, more: (name: string) => Value | null = () => null): Value => {
  const methods = new Map<string, Value>();
  const methodFor = (name: string): Value => {
    const read = catalogue.methods.get(name);
    if (!read && catalogue.harmless.test(name)) return native(name, () => UNKNOWN);
    return native(name, (call) => {
      const doubt = read && !catalogue.asks?.test(name) ? doubtIn(call.args) : null;
      const result = doubt === null ? read?.(builder, call) : false;
      if (!read || result === false) {
        const reason = read ? (doubt ?? 'what it is given is only known at run time') : `\`${catalogue.name}.${name}\` is not known`;
        unreadableCall(builder, name, call, reason);
      }
      return result || UNKNOWN;
    });
  };
  return handle({
    name: catalogue.name,
    isSchema: true,
    get: (name) => {
      const known = methods.get(name) ?? more(name) ?? methodFor(name);
      methods.set(name, known);
      return known;
    },
  });
};

/** `t`, `s.t`, `{ tableName, schema }`, `{ schema, name }`. */
export const tableOf = (value: Value | undefined, isDotted = false): TableName | null => {
  if (value?.kind === 'record') {
    const name = stringOf(entry(value, 'tableName') ?? entry(value, 'name'));
    return name === null ? null : { schema: stringOf(entry(value, 'schema')), name };
  }
  const text = stringOf(value);
  if (text === null || text === '') return null;
  const dot = isDotted ? text.indexOf('.') : -1;
  return dot < 0 ? { schema: null, name: text } : { schema: text.slice(0, dot), name: text.slice(dot + 1) };
};

/** SQL put in as it is: `Sequelize.literal('now()')`, `knex.raw('…')`. */
export interface RawSql {
  readonly raw: string;
}

export const rawSql = (raw: string): Value => handle({ name: 'raw SQL', data: { raw } satisfies RawSql });

export const rawOf = (value: Value | undefined): string | null => {
  const data = value?.kind === 'handle' ? (value.handle.data as Partial<RawSql> | undefined) : undefined;
  return typeof data?.raw === 'string' ? data.raw : null;
};

/** A value as SQL writes it; holes of a text, which the callers let through for a default only, stand as `…`. */
export const valueSql = (dialect: Dialect, value: Value): string => {
  const raw = rawOf(value);
  if (raw !== null) return raw;
  if (value.kind === 'plain') {
    if (value.value === null || value.value === undefined) return 'NULL';
    return String(value.value);
  }
  const json = value.kind === 'text' ? seenText(value, '…') : jsonOf(value);
  return literal(dialect, typeof json === 'string' ? json : JSON.stringify(json ?? ''));
};

export const namesOf = (value: Value | undefined): readonly string[] | null => {
  const names = stringsOf(value);
  return names && names.length > 0 ? names : null;
};
