/**
 * Reads what flags serve: from the file the caller names, else from the repository's flag file as base has it.
 * Output: states with `since` from the file or from git. A file that is there and cannot be read is a UsageError.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config/types.ts';
import type { Repository } from '../discover/revisions.ts';
import type { Tree } from '../discover/tree.ts';
import { sinceFor } from '../flags/state/history.ts';
import { readFlags } from '../flags/state/yaml.ts';
import type { FlagState } from '../flags/types.ts';
import { reasonOf, UsageError } from '../parse/errors.ts';
import { decode } from '../parse/text.ts';

export type FlagStates = ReadonlyMap<string, FlagState>;

interface Asked {
  readonly cwd: string;
  /** `--flags`: a file on disk, read as given. */
  readonly flags?: string | undefined;
}

export interface ReadStates {
  readonly states: FlagStates;
  readonly hints: readonly string[];
}

/**
 * The state of every flag; empty where the repository keeps none. A change that breaks the file is told so at once; one
 * that repairs it must not be stopped by what it repairs: then no state is known.
 */
export async function readFlagStates(repository: Repository, config: Config, asked: Asked): Promise<ReadStates> {
  if (asked.flags !== undefined)
    return { states: parse(asked.flags, await readGiven(path.resolve(asked.cwd, asked.flags), asked.flags)), hints: [] };
  const file = config.flags;
  const [before, after] = [await bytesOf(repository.base, file), await bytesOf(repository.head, file)];
  if (after) parse(file, after);
  const bytes = repository.base ? before : after;
  if (!bytes) return { states: new Map(), hints: [] };
  const states = repository.base ? repaired(file, bytes) : parse(file, bytes);
  if (!states)
    return {
      states: new Map(),
      hints: [`\`${file}\` cannot be read at base, which this change mends: until it has landed, no flag state is known.`],
    };
  return { states: sinceFor(states, await repository.history(file)), hints: [] };
}

const bytesOf = async (tree: Tree | null, file: string): Promise<Uint8Array | undefined> =>
  tree ? (await tree.read([file])).get(file) : undefined;

/** The states at base; null where only the head can be read. */
function repaired(file: string, bytes: Uint8Array): FlagStates | null {
  try {
    return parse(file, bytes);
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

function parse(file: string, bytes: Uint8Array): FlagStates {
  const decoded = decode(bytes);
  if (!decoded.ok) throw new UsageError(`The flag file \`${file}\` is not text: ${decoded.reason}.`, 'Save it as UTF-8.');
  const result = readFlags(decoded.text, file);
  if (result.ok) return result.flags;
  const { message, line, column } = result.problem;
  throw new UsageError(`${file}:${line}:${column}: ${message}`, 'The format is described in the README under “Flag state”.');
}
