/**
 * Reads `flags.yaml`, the flag state a repository keeps in itself.
 * Input: the file's text and path. Output: a record per flag, or the first problem with its place.
 * Invariants: never throws; strict (an unknown key is a problem, not a default); keys go into Maps; aliases are counted.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import { didYouMean } from '../../config/nearest.ts';
import { isTooDeep } from '../../parse/text.ts';
import type { EnvironmentState, FlagRecord } from '../types.ts';
import { environmentState, flagRecord } from './record.ts';

export interface Problem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export type FlagFile = { readonly ok: true; readonly flags: readonly FlagRecord[] } | { readonly ok: false; readonly problem: Problem };

interface Source {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly file: string;
}

/** A problem on its way out; the only thing thrown here, and caught in `readFlags`. */
interface Found {
  readonly message: string;
  readonly at: number;
}

const maxAliases = 100;
const tooDeep = 'It is nested too deeply to be a flag file.';

/** Reads the flag states of a file. */
export function readFlags(text: string, file: string): FlagFile {
  const lines = new LineCounter();
  const fail = (message: string, at: number): FlagFile => {
    const { line, col } = lines.linePos(at);
    return { ok: false, problem: { message, line: Math.max(1, line), column: Math.max(1, col) } };
  };
  if (isTooDeep(text)) return fail(tooDeep, 0);
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      version: '1.2',
      schema: 'core',
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      strict: true,
    });
    const error = document.errors[0];
    if (error !== undefined) return fail(problemOf(error.message), error.pos[0]);
    const repeated = repeatedKey(document);
    if (repeated !== null) return fail(`\`${String(repeated.value)}\` is there twice; keep one.`, startOf(repeated));
    return { ok: true, flags: readDocument({ document, lines, file }) };
  } catch (error) {
    if (isFound(error)) return fail(error.message, error.at);
    return fail(error instanceof RangeError ? tooDeep : 'It is not valid YAML.', 0);
  }
}

/** The first key that a mapping has twice; null: none has. Linear, which the parser's own check is not. */
export function repeatedKey(document: Document.Parsed): Scalar | null {
  let repeated: Scalar | null = null;
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const text = String(key.value);
        if (seen.has(text)) {
          repeated = key;
          return visit.BREAK;
        }
        seen.add(text);
      }
      return undefined;
    },
  });
  return repeated;
}

/** The parser's words, without advice meant for programmers. */
function problemOf(message: string): string {
  if (/call stack/.test(message)) return tooDeep;
  return /parseAllDocuments/.test(message) ? 'It holds several documents; keep one.' : sentence(message);
}

function readDocument(source: Source): readonly FlagRecord[] {
  const { contents } = source.document;
  if (contents === null || (isScalar(contents) && contents.value === null))
    throw found('It is empty: name each flag and what it serves, or delete the file.', 0);
  if (!isMap(contents)) throw found('It must map flag keys to their state.', startOf(contents));
  let aliases = 0;
  visit(source.document, {
    Alias: (_, node) => {
      if (++aliases > maxAliases) throw found(`It has more than ${maxAliases} aliases.`, startOf(node));
    },
  });
  const flags = new Map<string, FlagRecord>();
  for (const pair of contents.items) {
    const key = keyText(pair);
    flags.set(key, readFlag(key, pair, source));
  }
  return [...flags.values()];
}

const allowed = ['default', 'rollout', 'contexts', 'since', 'archived', 'permanent', 'enabled', 'description', 'owner'];

function readFlag(key: string, pair: Pair, source: Source): FlagRecord {
  const value = resolved(pair.value, source);
  const at = startOf(pair.key);
  const location = locationOf(pair, source);
  if (isScalar(value) && typeof value.value === 'boolean') return recordOf(key, {}, { percentage: value.value ? 100 : 0, location });
  if (!isMap(value))
    throw found(`\`${key}\` must be true, false, or a mapping with \`default\`, \`rollout\`, \`contexts\` or \`since\`.`, at);
  const fields = fieldsOf(value, key, allowed, source);
  for (const name of ['description', 'owner']) textField(fields, name, key);
  const fallback = booleanField(fields, 'default', key);
  const enabled = booleanField(fields, 'enabled', key);
  const archived = booleanField(fields, 'archived', key) ?? false;
  const rollout = readRollout(fields.get('rollout'), key, source);
  if (fallback === null && enabled === null && rollout === null && !archived) {
    throw found(`\`${key}\` does not say what it serves; give \`default\` or \`rollout: { by, percentage }\`.`, at);
  }
  const since = readSince(fields, key);
  const percentage =
    archived || enabled === false ? (archived && fallback === true ? 100 : 0) : (rollout?.percentage ?? ((enabled ?? fallback) ? 100 : 0));
  return recordOf(
    key,
    { fallback, archived, permanent: booleanField(fields, 'permanent', key) ?? false },
    {
      percentage,
      by: archived ? null : (rollout?.by ?? null),
      contexts: archived ? new Map() : readContexts(fields.get('contexts'), key, source),
      since,
      sinceFrom: since === null ? null : 'file',
      location,
    },
  );
}

/** A record of the one environment a flag file speaks of. */
function recordOf(
  key: string,
  traits: Partial<FlagRecord>,
  served: Partial<EnvironmentState> & Pick<EnvironmentState, 'location'> & { readonly percentage: number },
): FlagRecord {
  const { percentage, by = null } = served;
  const everyone = percentage === 100 ? true : percentage === 0 ? false : null;
  const blockers = everyone === null ? [{ kind: 'rollout' as const, detail: `${percentage} %${by === null ? '' : ` by ${by}`}` }] : [];
  return flagRecord(key, 'flags.yaml', [environmentState('', { everyone, blockers, ...served })], traits);
}

function readRollout(node: Node | null | undefined, key: string, source: Source): { by: string | null; percentage: number } | null {
  if (node === undefined) return null;
  if (!isMap(node)) throw found(`\`rollout\` of \`${key}\` must be a mapping with \`by\` and \`percentage\`.`, startOf(node));
  const fields = fieldsOf(node, `${key}.rollout`, ['by', 'percentage'], source);
  const share = fields.get('percentage');
  const percentage = isScalar(share) ? share.value : undefined;
  if (typeof percentage !== 'number' || !(percentage >= 0 && percentage <= 100)) {
    const given = isScalar(share) ? `is \`${String(share.value)}\`` : 'is missing';
    throw found(`\`rollout.percentage\` of \`${key}\` ${given}; give a number from 0 to 100.`, startOf(share ?? node));
  }
  return { by: textField(fields, 'by', `${key}.rollout`), percentage };
}

function readContexts(node: Node | null | undefined, key: string, source: Source): Map<string, boolean> {
  const contexts = new Map<string, boolean>();
  if (node === undefined) return contexts;
  if (!isMap(node)) throw found(`\`contexts\` of \`${key}\` must map context names to true or false.`, startOf(node));
  for (const [name, value] of fieldsOf(node, `${key}.contexts`, null, source)) {
    if (!isScalar(value) || typeof value.value !== 'boolean')
      throw found(`Context \`${name}\` of \`${key}\` must be true or false.`, startOf(value ?? node));
    contexts.set(name, value.value);
  }
  return contexts;
}

const instant = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** An ISO date or instant; without a zone it is UTC. */
function readSince(fields: ReadonlyMap<string, Node | null>, key: string): string | null {
  const text = textField(fields, 'since', key);
  if (text === null) return null;
  const zoned = /T|\s/.test(text) && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : text;
  const time = instant.test(text) ? Date.parse(zoned.replace(' ', 'T')) : Number.NaN;
  const day = Number(text.slice(8, 10));
  const isReal = !Number.isNaN(time) && day <= new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
  if (!isReal) throw found(`\`since\` of \`${key}\` is \`${text}\`; give a date such as 2026-01-31.`, startOf(fields.get('since')));
  return new Date(time).toISOString();
}

/** The entries of a mapping; a name outside `names` is a problem. */
function fieldsOf(map: YAMLMap, owner: string, names: readonly string[] | null, source: Source): Map<string, Node | null> {
  const fields = new Map<string, Node | null>();
  for (const pair of map.items) {
    const name = keyText(pair);
    if (names !== null && !names.includes(name)) {
      throw found(
        `\`${name}\` of \`${owner}\` is not a known key.${didYouMean(name, names) || ` Known: ${names.join(', ')}.`}`,
        startOf(pair.key),
      );
    }
    fields.set(name, resolved(pair.value, source));
  }
  return fields;
}

function booleanField(fields: ReadonlyMap<string, Node | null>, name: string, key: string): boolean | null {
  const node = fields.get(name);
  if (node === undefined) return null;
  if (isScalar(node) && typeof node.value === 'boolean') return node.value;
  throw found(`\`${name}\` of \`${key}\` must be true or false.`, startOf(node));
}

function textField(fields: ReadonlyMap<string, Node | null>, name: string, key: string): string | null {
  const node = fields.get(name);
  if (node === undefined) return null;
  if (isScalar(node) && typeof node.value === 'string' && node.value !== '') return node.value;
  throw found(`\`${name}\` of \`${key}\` must be text.`, startOf(node));
}

function keyText(pair: Pair): string {
  if (isScalar(pair.key) && (typeof pair.key.value === 'string' || typeof pair.key.value === 'number')) return String(pair.key.value);
  throw found('A key must be plain text; quote it.', startOf(pair.key));
}

function resolved(value: unknown, source: Source): Node | null {
  const node = isAlias(value) ? value.resolve(source.document) : value;
  return (node as Node | null | undefined) ?? null;
}

function startOf(node: unknown): number {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0] ?? 0;
}

function locationOf(pair: Pair, { lines, file }: Source): EnvironmentState['location'] {
  const start = lines.linePos(startOf(pair.key));
  const end = lines.linePos((pair.key as { range?: readonly number[] | null } | null)?.range?.[1] ?? 0);
  return { file, line: start.line, column: start.col, endLine: end.line, endColumn: end.col };
}

function sentence(message: string): string {
  return message.endsWith('.') ? message : `${message}.`;
}

function found(message: string, at: number): Found {
  return { message, at };
}

function isFound(value: unknown): value is Found {
  return typeof value === 'object' && value !== null && !(value instanceof Error) && 'at' in value;
}
