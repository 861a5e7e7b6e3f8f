/**
 * Reads what flags serve: from the file the caller names, else from the repository's state files as base has them.
 * Output: states with `since` from the file or from git. A file that is there and cannot be read is a UsageError.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config/types.ts';
import type { Repository } from '../discover/revisions.ts';
import type { Tree } from '../discover/tree.ts';
import { loadSources } from '../flags/sources.ts';
import { combine } from '../flags/state/combine.ts';
import { type LastEvaluated, readCounts } from '../flags/state/counts.ts';
import { readState, type StateFile } from '../flags/state/document.ts';
import { sinceFor } from '../flags/state/history.ts';
import type { Source } from '../flags/state/source.ts';
import type { FlagRecord, FlagState } from '../flags/types.ts';
import { reasonOf, UsageError } from '../parse/errors.ts';
import { decode } from '../parse/text.ts';

export type FlagStates = ReadonlyMap<string, FlagState>;

interface Asked {
  readonly cwd: string;
  /** `--flags`: a file on disk, read as given. */
  readonly flags?: string | undefined;
  readonly now?: Date | undefined;
}

export interface ReadStates {
  readonly states: FlagStates;
  /** Providers of which every flag is known, so that a key that has no state does not exist there. */
  readonly complete: readonly string[];
  readonly hints: readonly string[];
}

/** Exports are one long line, and may be large. */
const limits = { maxBytes: 32 * 1024 * 1024, maxLine: 32 * 1024 * 1024 };

interface Reading {
  readonly sources: readonly Source[];
  readonly now: Date;
}

/**
 * The state of every flag; empty where the repository keeps none. A change that breaks a file is told so at once; one
 * that repairs it must not be stopped by what it repairs: then no state is known.
 */
export async function readFlagStates(repository: Repository, config: Config, asked: Asked): Promise<ReadStates> {
  const reading: Reading = { sources: await loadSources(), now: asked.now ?? new Date() };
  const counts = await readEvaluationCounts(repository, config.evaluationCounts);
  if (asked.flags !== undefined) {
    const given = parse(asked.flags, await readGiven(path.resolve(asked.cwd, asked.flags), asked.flags), reading);
    return { states: combine(given.flags, config.criticalEnvironments, counts), complete: given.complete, hints: [] };
  }
  const found: FlagRecord[] = [];
  const complete: string[] = [];
  const hints: string[] = [];
  for (const file of config.flags) {
    const read = await readOwn(repository, file, reading);
    found.push(...read.flags);
    complete.push(...read.complete);
    hints.push(...read.hints);
  }
  return { states: combine(found, config.criticalEnvironments, counts), complete, hints };
}

type OwnFile = StateFile & Pick<ReadStates, 'hints'>;
const nothing: OwnFile = { flags: [], complete: [], hints: [] };

async function readOwn(repository: Repository, file: string, reading: Reading): Promise<OwnFile> {
  const [before, after] = [await bytesOf(repository.base, file), await bytesOf(repository.head, file)];
  if (after) parse(file, after, reading);
  const bytes = repository.base ? before : after;
  if (!bytes) return nothing;
  const read = repository.base ? orNull(() => parse(file, bytes, reading)) : parse(file, bytes, reading);
  if (read === null)
    return {
      ...nothing,
      hints: [`\`${file}\` cannot be read at base, which this change mends: until it has landed, no flag state is known.`],
    };
  const recordsIn = (text: string): readonly FlagRecord[] | null => {
    const version = readState(text, file, reading.sources, reading.now);
    return version.ok ? version.flags : null;
  };
  return { ...read, flags: sinceFor(read.flags, await repository.history(file), recordsIn), hints: [] };
}

/** The export of evaluation counts, as base has it; one that the config names and that is not there says nothing. */
async function readEvaluationCounts(repository: Repository, file: string | null): Promise<ReadonlyMap<string, LastEvaluated>> {
  const bytes = file === null ? undefined : await bytesOf(repository.base ?? repository.head, file);
  if (file === null || bytes === undefined) return new Map();
  const decoded = decode(bytes, limits);
  const read = decoded.ok ? readCounts(decoded.text) : { ok: false as const, problem: `It is not text: ${decoded.reason}.` };
  if (read.ok) return read.flags;
  throw new UsageError(
    `The evaluation counts in \`${file}\` could not be read: ${read.problem}`,
    'The format is described in docs/flags.md.',
  );
}

const bytesOf = async (tree: Tree | null, file: string): Promise<Uint8Array | undefined> =>
  tree ? (await tree.read([file])).get(file) : undefined;

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

async function readGiven(file: string, shown: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'it does not exist' : reasonOf(error);
    throw new UsageError(`The flag file \`${shown}\` could not be read: ${reason}.`, 'Check the path given to --flags.');
  }
}

function parse(file: string, bytes: Uint8Array, { sources, now }: Reading): StateFile {
  const decoded = decode(bytes, limits);
  if (!decoded.ok) throw new UsageError(`The flag file \`${file}\` is not text: ${decoded.reason}.`, 'Save it as UTF-8.');
  const result = readState(decoded.text, file, sources, now);
  if (result.ok) return result;
  const { message, line, column } = result.problem;
  throw new UsageError(`${file}:${line}:${column}: ${message}`, 'The formats are described in docs/flags.md.');
}
