/**
 * Reads what flags serve: from the file the caller names, else from the repository's flag file as base has it.
 * Output: states with `since` from the file or from git. A file that is there and cannot be read is a UsageError.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config/types.ts';
import type { Repository } from '../discover/revisions.ts';
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

/** The state of every flag; empty where the repository keeps none. */
export async function readFlagStates(repository: Repository, config: Config, asked: Asked): Promise<FlagStates> {
  if (asked.flags !== undefined) return parse(asked.flags, await readGiven(path.resolve(asked.cwd, asked.flags), asked.flags));
  const tree = repository.base ?? repository.head;
  const file = config.flags;
  const bytes = (await tree.read([file])).get(file);
  if (!bytes) return new Map();
  const states = parse(file, bytes);
  return sinceFor(states, await repository.history(file));
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
