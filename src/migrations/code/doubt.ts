/**
 * What a builder's call is given that is only known at run time: found before the call is read, so that no option is taken
 * for absent because it is not known.
 * Invariants: a default whose text has holes is still a default; options that change no schema are not asked for.
 */
import { entry, stringOf, type Value } from './value.ts';

/** Options that say nothing of the schema. */
const IGNORED =
  /^(?:transaction|logging|benchmark|comment|comments|validate|get|set|hooks|searchPath|replacements|bind|raw|onError|callback|validations)$/;
const DEFAULTS = /^(?:default|defaultValue)$/;
const MAX_DEPTH = 6;

const nameIn = (value: Value): string | null => stringOf(entry(value, 'name'));

const joinPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

const inList = (value: Extract<Value, { kind: 'list' }>, path: string, depth: number, seen: Set<Value>): string | null => {
  for (const [i, item] of value.items.entries()) {
    const found = doubtOf(item, joinPath(path, nameIn(item) ?? String(i)), depth - 1, seen);
    if (found !== null) return found;
  }
  return value.isOpen ? joinPath(path, '…') : null;
};

const inRecord = (value: Extract<Value, { kind: 'record' }>, path: string, depth: number, seen: Set<Value>): string | null => {
  for (const [key, one] of value.entries) {
    if (IGNORED.test(key)) continue;
    // Sequelize calls a function for each new row itself: the column has no default.
    const isDefault = (DEFAULTS.test(key) && one.kind === 'text') || (key === 'defaultValue' && one.kind === 'function');
    const found = isDefault ? null : one.kind === 'function' ? joinPath(path, key) : doubtOf(one, joinPath(path, key), depth - 1, seen);
    if (found !== null) return found;
  }
  return value.isOpen ? joinPath(path, '…') : null;
};

/** Where in a value something is only known at run time: `email.allowNull`; null where all of it is known. */
export const doubtOf = (value: Value, path = '', depth = MAX_DEPTH, seen = new Set<Value>()): string | null => {
  // What stands in several places is looked at once: lists that hold each other would take for ever.
  if (depth <= 0 || seen.has(value)) return null;
  if (value.kind === 'list' || value.kind === 'record') seen.add(value);
  switch (value.kind) {
    case 'unknown':
      return path;
    case 'text':
      return stringOf(value) === null ? path : null;
    case 'handle':
      return value.handle.data === 'outside' ? path : null;
    case 'list':
      return inList(value, path, depth, seen);
    case 'record':
      return inRecord(value, path, depth, seen);
    default:
      return null;
  }
};

/** What is said of a call of which something is only known at run time; null where all is known. */
export const doubtIn = (args: readonly Value[]): string | null => {
  for (const arg of args) {
    const path = doubtOf(arg);
    if (path === null) continue;
    if (path === '') return 'what it is given is only known at run time';
    const [first] = args;
    const table = stringOf(first) ?? (first ? (stringOf(entry(first, 'tableName')) ?? nameIn(first)) : null);
    return `\`${path}\`${table === null ? '' : ` of \`${table}\``} is only known at run time`;
  }
  return null;
};
