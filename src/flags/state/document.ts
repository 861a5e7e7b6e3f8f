/**
 * A file of flag state, whatever its source: `flags.yaml`, a snapshot, a provider's export.
 * Input: its text and path, the sources, the time. Output: records with their places, or the first problem.
 * Invariants: never throws; a document that no source recognises is a problem, never an empty list of flags.
 */
import { parseDocument } from 'yaml';
import { isTooDeep } from '../../parse/text.ts';
import type { FlagRecord } from '../types.ts';
import type { Source } from './source.ts';
import { type Problem, readFlags, repeatedKey } from './yaml.ts';

export interface StateFile {
  readonly flags: readonly FlagRecord[];
  /** Providers of which every flag is in the file. */
  readonly complete: readonly string[];
}

export type ReadState = ({ readonly ok: true } & StateFile) | { readonly ok: false; readonly problem: Problem };

/** Reads one state file. */
export function readState(text: string, file: string, sources: readonly Source[], now: Date): ReadState {
  if (isTooDeep(text)) return wrong('It is nested too deeply to hold the state of flags.');
  const isJson = /^\s*[[{]/.test(text);
  const document = isJson ? parsedJson(text) : parsedYaml(text);
  if (document === null && isJson) return wrong(`It is not valid JSON${file.endsWith('.json') ? '' : ' or YAML'}.`);
  const source = document === null ? undefined : sources.find((one) => one.recognises(document.value));
  if (source !== undefined && document !== null) {
    const read = source.read(document.value, { now });
    return read.ok ? { ok: true, complete: read.complete, flags: placed(read.flags, text, file) } : wrong(read.problem);
  }
  if (isJson && file.endsWith('.json')) return wrong(`It is in no format that is known: ${sources.map((one) => one.title).join(', ')}.`);
  const own = readFlags(text, file);
  return own.ok ? { ok: true, complete: [], flags: own.flags } : own;
}

const wrong = (message: string): ReadState => ({ ok: false, problem: { message, line: 1, column: 1 } });

function parsedJson(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

function parsedYaml(text: string): { readonly value: unknown } | null {
  try {
    const document = parseDocument(text, { version: '1.2', schema: 'core', merge: false, uniqueKeys: false, prettyErrors: false });
    return document.errors.length > 0 || repeatedKey(document) !== null ? null : { value: document.toJS({ maxAliasCount: 100 }) };
  } catch {
    return null;
  }
}

/** The records, each with the place of its key in the text: one pass, the first text of a document that is the key. */
function placed(flags: readonly FlagRecord[], text: string, file: string): readonly FlagRecord[] {
  const wanted = new Set(flags.map((flag) => flag.key));
  const places = new Map<string, FlagRecord['environments'][number]['location']>();
  let line = 1;
  let lineStart = 0;
  // Each character is looked at once: a text that does not end, and a word that is no key, are passed over as a whole.
  for (const match of text.matchAll(/\n|"((?:[^"\\\n]|\\.)*)"?|([\w.-]+)([ \t]*:)?/g)) {
    if (match[0] === '\n') {
      line += 1;
      lineStart = match.index + 1;
      continue;
    }
    const key = match[1] ?? (match[3] === undefined ? '' : (match[2] ?? ''));
    if (!wanted.has(key) || places.has(key)) continue;
    const column = match.index - lineStart + 1;
    places.set(key, { file, line, column, endLine: line, endColumn: column + (match[2] ?? match[0]).length });
  }
  return flags.map((flag) => ({
    ...flag,
    environments: flag.environments.map((e) => ({ ...e, location: e.location ?? places.get(flag.key) ?? null })),
  }));
}
