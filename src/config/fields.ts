/**
 * What each field of the config may hold. A field's reader takes the value as written and gives the value as used, or
 * fails with the path and what was expected. schema.json says the same to editors; a test keeps them in step.
 */
import { UsageError } from '../parse/errors.ts';
import { didYouMean } from './nearest.ts';
import type { Config, EvaluatorConfig, TransitionConfig } from './types.ts';

/** Where a value stands: the file, and the path in it: `evaluators[0].call`. */
export interface Place {
  readonly file: string;
  readonly path: string;
}

type Reader<Value> = (value: unknown, place: Place) => Value;
type Fields<Record> = { readonly [Key in keyof Record]-?: Reader<Exclude<Record[Key], undefined>> };

export const severities = ['error', 'warning', 'note', 'off'] as const;

const evaluatorFields: Fields<EvaluatorConfig> = {
  call: text,
  from: text,
  key: index,
  context: index,
  flag: text,
};

const transitionFields: Fields<TransitionConfig> = { from: column, to: column };

/** Every field but `file`, which is ours. */
export const configFields: Fields<Omit<Config, 'file'>> = {
  migrations: list(path),
  dialect: nullable(oneOf(['postgres', 'mysql'])),
  deploy: oneOf(['migrate-first', 'code-first']),
  deployed: nullable(text),
  soakDays: days,
  flags: oneOrMore(path),
  criticalEnvironments: list(text),
  deadDays: days,
  minimumAgeDays: nullable(days),
  evaluationCounts: nullable(path),
  environmentFlags: list(variableGlob),
  evaluators: list(evaluator),
  transitions: list(transition),
  permanentFlags: list(text),
  policy: oneOf(['evidence', 'gate-all']),
  rules: ruleSeverities,
  ignore: list(glob),
};

/** The record of a JSON object, read field by field; keys that are not fields are errors. */
export function readFields<Record>(fields: Fields<Record>, value: unknown, place: Place): Partial<Record> {
  const entries: [string, unknown][] = [];
  for (const [key, content] of objectEntries(value, place)) {
    if (key === '$schema' && place.path === '') continue;
    if (!Object.hasOwn(fields, key)) fail(inside(place, key), `is not a known key.${didYouMean(key, Object.keys(fields))}`);
    entries.push([key, fields[key as keyof Record](content, inside(place, key))]);
  }
  return Object.fromEntries(entries) as Partial<Record>;
}

export function fail({ file, path }: Place, problem: string): never {
  throw new UsageError(
    path === '' ? `${file}: ${problem}` : `${file}: \`${path}\` ${problem}`,
    `Correct ${file}; every key is described in schema.json and in the README.`,
  );
}

function inside({ file, path }: Place, key: string | number): Place {
  if (typeof key === 'number') return { file, path: `${path}[${key}]` };
  return { file, path: path === '' ? key : `${path}.${key}` };
}

function objectEntries(value: unknown, place: Place): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(place, 'must be an object.');
  return Object.entries(value);
}

function text(value: unknown, place: Place): string {
  if (typeof value !== 'string' || value.trim() === '') return fail(place, 'must be a text that is not empty.');
  return value;
}

function index(value: unknown, place: Place): number {
  if (!Number.isSafeInteger(value) || Number(value) < 0) return fail(place, 'must be the index of an argument: 0, 1, 2, ….');
  return Number(value);
}

function days(value: unknown, place: Place): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return fail(place, 'must be a number of days, 0 or more.');
  return value;
}

function oneOf<const Value extends string>(values: readonly Value[]): Reader<Value> {
  return (value, place) => {
    const found = values.find((allowed) => allowed === value);
    if (found !== undefined) return found;
    const hint = typeof value === 'string' ? didYouMean(value, values) : '';
    return fail(place, `must be ${values.map((allowed) => `\`${allowed}\``).join(' or ')}.${hint}`);
  };
}

function nullable<Value>(read: Reader<Value>): Reader<Value | null> {
  return (value, place) => (value === null ? null : read(value, place));
}

function list<Value>(read: Reader<Value>): Reader<readonly Value[]> {
  return (value, place) => {
    if (!Array.isArray(value)) return fail(place, 'must be a list.');
    return value.map((item: unknown, position) => read(item, inside(place, position)));
  };
}

function oneOrMore<Value>(read: Reader<Value>): Reader<readonly Value[]> {
  const several = list(read);
  return (value, place) => (Array.isArray(value) ? several(value, place) : [read(value, place)]);
}

/** The name of an environment variable, with `*` for any part of it. */
function variableGlob(value: unknown, place: Place): string {
  const written = text(value, place);
  return /^[\w*]+$/.test(written) && written.length <= 200
    ? written
    : fail(place, 'must be the name of a variable; `*` stands for any part.');
}

/** A path inside the repository, relative to its root, with forward slashes. */
function path(value: unknown, place: Place): string {
  const written = text(value, place);
  const escapes = /^[/\\~]|^[A-Za-z]:|\\|\0/.test(written) || decoded(written).split('/').includes('..');
  if (escapes) return fail(place, 'must be a path inside the repository, relative to its root, with forward slashes.');
  return written.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '') || '.';
}

function decoded(written: string): string {
  return written.replace(/%2e/gi, '.').replace(/%2f/gi, '/');
}

/** A glob; its size is bounded, because matching time grows with it. */
function glob(value: unknown, place: Place): string {
  const written = text(value, place);
  const braces = written.split('{').length - 1;
  const stars = written.split('**').length - 1;
  if (written.length > 300 || braces > 4 || stars > 4)
    return fail(place, 'is too long a glob: at most 300 characters, 4 braces and 4 `**`.');
  if (/^[/\\]|\\/.test(written) || written.split('/').includes('..')) return fail(place, 'must be a glob inside the repository.');
  return written;
}

function evaluator(value: unknown, place: Place): EvaluatorConfig {
  const { call, ...rest } = readFields(evaluatorFields, value, place);
  if (call === undefined) return fail(inside(place, 'call'), 'is missing: the name of the function that evaluates a flag.');
  return { call, ...rest };
}

/** `table.column`, with the schema before it where it is not the default one. */
function column(value: unknown, place: Place): string {
  const written = text(value, place);
  return written.split('.').length > 1 ? written : fail(place, 'must name a column as `table.column`.');
}

function transition(value: unknown, place: Place): TransitionConfig {
  const { from, to } = readFields(transitionFields, value, place);
  if (from === undefined || to === undefined) return fail(place, 'needs both `from`, the legacy column, and `to`, the new one.');
  return { from, to };
}

function ruleSeverities(value: unknown, place: Place): Config['rules'] {
  const read = oneOf(severities);
  return new Map(objectEntries(value, place).map(([rule, severity]) => [rule, read(severity, inside(place, rule))]));
}
