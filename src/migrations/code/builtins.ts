/**
 * What the language itself brings: methods of lists, texts and promises, a few globals, and the packages that migrations
 * use around their queries (fs, path, async).
 */
import { fits, MAX_ITEMS, textOf } from './bounds.ts';
import { copied, distinct, LIST_METHODS, type Method } from './lists.ts';
import type { Run } from './run.ts';
import {
  type Call,
  handle,
  isUndefined,
  jsonOf,
  list,
  madeText,
  native,
  type Piece,
  plain,
  stringOf,
  UNDEFINED,
  UNKNOWN,
  type Value,
} from './value.ts';

type Text = Extract<Value, { kind: 'text' }>;

const text =
  (change: (own: string, args: readonly string[]) => string | boolean | readonly string[] | null): Method<Text> =>
  (owner, { args, place }) => {
    const own = stringOf(owner);
    const given = args.map((one) => stringOf(one));
    if (own === null || !given.every((one) => one !== null)) return UNKNOWN;
    const result = change(own, given);
    if (result === null) return UNKNOWN;
    if (typeof result === 'boolean') return plain(result);
    if (typeof result === 'string') return madeText(result, place);
    return result.length > MAX_ITEMS ? list([], true) : list(result.map((one) => madeText(one, place)));
  };

/** Spaces at the ends, as far as its first and last pieces are written as they are. */
const trimmed = (owner: Text, start: RegExp, end: RegExp): Text => {
  const own = stringOf(owner);
  if (own === null) return owner;
  const from = start.exec(own)?.[0].length ?? 0;
  const to = own.length - (end.exec(own.slice(from))?.[0].length ?? 0);
  let at = 0;
  const pieces = owner.pieces.map((piece): Piece => {
    const whole = piece.text ?? '';
    const [a, b] = [Math.min(Math.max(from - at, 0), whole.length), Math.max(Math.min(to - at, whole.length), 0)];
    at += whole.length;
    if (a === 0 && b === whole.length) return piece;
    const { map, place } = piece;
    if (map === null) return { ...piece, text: whole.slice(a, b) };
    const offsets = map === 'same' ? Array.from({ length: whole.length }, (_, i) => i) : map;
    return { text: whole.slice(a, b), place, map: offsets.slice(a, b) };
  });
  return { kind: 'text', pieces };
};

const TEXT_METHODS: ReadonlyMap<string, Method<Text>> = new Map<string, Method<Text>>([
  ['trim', (owner) => trimmed(owner, /^\s*/, /\s*$/)],
  ['trimStart', (owner) => trimmed(owner, /^\s*/, /$/)],
  ['trimEnd', (owner) => trimmed(owner, /^/, /\s*$/)],
  ['toString', (owner) => owner],
  [
    'concat',
    (owner, { args, place }) =>
      textOf([owner, ...args].map((one) => (one.kind === 'text' ? one.pieces : [{ text: stringOf(one), place, map: null }]))),
  ],
  ['toUpperCase', text((own) => own.toUpperCase())],
  ['toLowerCase', text((own) => own.toLowerCase())],
  ['split', text((own, [by = '']) => own.split(by))],
  ['replace', text((own, [a = '', b = '']) => own.replace(a, () => b))],
  ['replaceAll', text((own, [a = '', b = '']) => (fits(own.length + 1, b.length + 1) ? own.replaceAll(a, () => b) : null))],
  ['slice', text((own, [a, b]) => own.slice(Number(a ?? 0), b === undefined ? undefined : Number(b)))],
  ['substring', text((own, [a, b]) => own.substring(Number(a ?? 0), b === undefined ? undefined : Number(b)))],
  ['startsWith', text((own, [a = '']) => own.startsWith(a))],
  ['endsWith', text((own, [a = '']) => own.endsWith(a))],
  ['includes', text((own, [a = '']) => own.includes(a))],
]);

/** `f.bind(self, a)(b)`, `f.call(self, a)`, `f.apply(self, [a])`. */
const functionMethod = (owner: Value, name: string): Value | null => {
  if (name === 'bind')
    return native('bound', ({ args, place }) => ({
      kind: 'handle',
      handle: { name: 'bound', call: (later) => later.invoke(owner, [...args.slice(1), ...later.args]), data: place },
    }));
  if (name === 'call') return native('call', ({ args, invoke }) => invoke(owner, args.slice(1)));
  return name === 'apply'
    ? native('apply', ({ args, invoke }) => invoke(owner, args[1]?.kind === 'list' ? args[1].items : [UNKNOWN]))
    : null;
};

const PROMISE_METHODS: ReadonlyMap<string, Method<Value>> = new Map<string, Method<Value>>([
  ['then', (owner, { args, invoke }) => (args[0] && !isUndefined(args[0]) ? invoke(args[0], [owner]) : owner)],
  ['catch', (owner) => owner],
  ['finally', (owner, { args, invoke }) => (args[0] ? list([invoke(args[0], []), owner]) : owner)],
]);

/** A method that the language gives a value; null where it gives none of that name. */
export const methodOf = (owner: Value, name: string): Value | null => {
  const bound = <T extends Value>(method: Method<T> | undefined): Value | null =>
    method ? native(name, (call) => method(owner as T, call)) : null;
  const own = owner.kind === 'list' ? bound(LIST_METHODS.get(name)) : owner.kind === 'text' ? bound(TEXT_METHODS.get(name)) : null;
  if (own) return own;
  const isCallable = owner.kind === 'function' || (owner.kind === 'handle' && owner.handle.call);
  const ofFunction = isCallable ? functionMethod(owner, name) : null;
  if (ofFunction) return ofFunction;
  const hasOwn = (owner.kind === 'record' && owner.entries.has(name)) || (owner.kind === 'handle' && owner.handle.get?.(name));
  return hasOwn ? null : bound(PROMISE_METHODS.get(name));
};

const namespace = (name: string, members: Readonly<Record<string, (call: Call) => Value>>): Value =>
  handle({ name, get: (member) => (Object.hasOwn(members, member) ? native(member, members[member] as (call: Call) => Value) : null) });

const entriesOf = (value: Value | undefined, make: (key: string, one: Value) => Value): Value =>
  value?.kind === 'record'
    ? list(
        [...value.entries].map(([key, one]) => make(key, one)),
        value.isOpen,
      )
    : UNKNOWN;

const OBJECT = namespace('Object', {
  keys: ({ args, place }) => entriesOf(args[0], (key) => madeText(key, place)),
  values: ({ args }) => entriesOf(args[0], (_, one) => one),
  entries: ({ args, place }) => entriesOf(args[0], (key, one) => list([madeText(key, place), one])),
  freeze: ({ args }) => args[0] ?? UNKNOWN,
  assign: ({ args: [target, ...others], isConditional }) => {
    if (target?.kind !== 'record') return UNKNOWN;
    for (const other of others) {
      if (other.kind !== 'record' || other.isOpen || isConditional) target.isOpen = true;
      if (other.kind !== 'record') for (const key of target.entries.keys()) target.entries.set(key, UNKNOWN);
      else for (const [key, value] of other.entries) target.entries.set(key, isConditional ? UNKNOWN : value);
    }
    return target;
  },
});

const firstArgument = ({ args }: Call): Value => args[0] ?? UNDEFINED;
const callAll = ({ args, invoke }: Call): Value => {
  const tasks = args[0]?.kind === 'list' ? args[0].items : args[0]?.kind === 'record' ? [...args[0].entries.values()] : [];
  for (const task of tasks) invoke(task, [NOTHING]);
  return args[1] ? invoke(args[1], []) : UNDEFINED;
};
const overList = ({ args, invoke, maybe }: Call): Value => {
  if (args[0]?.kind !== 'list' || args[0].isOpen) {
    if (args[1]) maybe(args[1]);
    return UNKNOWN;
  }
  for (const item of args[0].items) invoke(args[1] ?? UNKNOWN, [item, NOTHING]);
  return args[2] ? invoke(args[2], []) : UNDEFINED;
};

/** A callback or logger: calling it does nothing. */
export const NOTHING: Value = handle({ name: 'callback', get: () => NOTHING, call: () => UNDEFINED });

/** `new Promise((resolve, reject) => …)` is what `resolve` is given. */
const PROMISE: Value = handle({
  name: 'Promise',
  call: ({ args, invoke }) => {
    let result: Value = UNKNOWN;
    const resolve = native('resolve', (call) => {
      result = call.args[0] ?? UNDEFINED;
      return UNDEFINED;
    });
    if (args[0]) invoke(args[0], [resolve, NOTHING]);
    return result;
  },
  get: (name) => {
    if (/^(?:all|allSettled|resolve|race)$/.test(name)) return native(name, firstArgument);
    return /^(?:each|map|mapSeries)$/.test(name) ? native(name, overList) : null;
  },
});

export const GLOBALS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['undefined', UNDEFINED],
  ['Object', OBJECT],
  ['Promise', PROMISE],
  [
    'JSON',
    namespace('JSON', {
      stringify: ({ args, place }) => {
        const value = args[0] ? jsonOf(args[0]) : undefined;
        return value === undefined ? UNKNOWN : madeText(JSON.stringify(value), place);
      },
    }),
  ],
  ['Array', namespace('Array', { from: copied, of: ({ args }) => list(args) })],
  ['String', native('String', ({ args, place }) => (stringOf(args[0]) === null ? UNKNOWN : madeText(stringOf(args[0]) ?? '', place)))],
  ['Set', native('Set', ({ args }) => (args[0] ? distinct(args[0]) : list([])))],
  ['console', NOTHING],
]);

const pathText = (args: readonly Value[], place: Call['place']): Value => {
  const parts = args.map((one) => stringOf(one));
  if (!parts.every((part) => part !== null)) return UNKNOWN;
  const made: string[] = [];
  for (const segment of parts.join('/').split('/')) {
    if (segment === '..') made.pop();
    else if (segment !== '' && segment !== '.') made.push(segment);
  }
  return madeText(`/${made.join('/')}`, place);
};

const fileText = (run: Run, { args, place }: Call): Value => {
  const path = stringOf(args[0]);
  const found = path === null ? undefined : run.texts.get(path.replace(/^\/+/, ''));
  if (found === undefined) return UNKNOWN;
  const lines = { path: path?.replace(/^\/+/, '') ?? '', text: found };
  return { kind: 'text', pieces: [{ text: found, place: { module: fileModule(lines, place), start: 0, end: found.length }, map: 'same' }] };
};

const fileModule = ({ path, text: whole }: { path: string; text: string }, { module }: Call['place']): typeof module => ({
  ...module,
  path,
  text: whole,
  span: ({ start, end }) => spanIn(whole, start, end),
});

const spanIn = (whole: string, start: number, end: number): ReturnType<Call['place']['module']['span']> => {
  const at = (offset: number): readonly [number, number] => {
    const before = whole.slice(0, offset);
    return [before.split('\n').length, offset - before.lastIndexOf('\n')];
  };
  const [[line, column], [endLine, endColumn]] = [at(start), at(end)];
  return { line, column, endLine, endColumn };
};

/** Members of packages that migrations use around their queries. */
export const commonPackage = (run: Run, source: string, imported: string): Value | null => {
  const read = native('readFileSync', (call) => fileText(run, call));
  const readBack = native('readFile', (call) => {
    const last = call.args.at(-1);
    const found = fileText(run, call);
    return last?.kind === 'function' || last?.kind === 'handle' ? call.invoke(last, [plain(null), found]) : found;
  });
  switch (source.replace(/^node:/, '')) {
    case 'fs':
    case 'fs/promises':
    case 'fs-extra': {
      const fs = handle({ name: 'fs', get: (name) => (name === 'readFileSync' ? read : name === 'readFile' ? readBack : null) });
      if (imported === '*' || imported === 'default' || imported === 'promises') return fs;
      return imported === 'readFileSync' ? read : imported === 'readFile' ? readBack : null;
    }
    case 'path': {
      const join = native('join', ({ args, place }) => pathText(args, place));
      if (imported === '*' || imported === 'default')
        return handle({ name: 'path', get: (name) => (/^(?:join|resolve)$/.test(name) ? join : null) });
      return /^(?:join|resolve)$/.test(imported) ? join : null;
    }
    case 'async':
      return asyncMember(imported);
    case 'bluebird':
      return GLOBALS.get('Promise') ?? null;
    default:
      return null;
  }
};

const asyncMember = (imported: string): Value | null => {
  const members = namespace('async', {
    series: callAll,
    parallel: callAll,
    waterfall: callAll,
    each: overList,
    eachSeries: overList,
    forEach: overList,
    mapSeries: overList,
  });
  if (imported === '*' || imported === 'default') return members;
  return members.kind === 'handle' ? (members.handle.get?.(imported) ?? null) : null;
};
