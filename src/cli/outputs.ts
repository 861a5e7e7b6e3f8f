/** Where results go: each `--format name[=file]` is one output, to a file or to standard output. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { didYouMean } from '../config/nearest.ts';
import { reasonOf, UsageError } from '../parse/errors.ts';
import type { Report } from '../report/finding.ts';
import { type Format, formatNames, loadFormat } from '../report/format.ts';
import { type Io, wantsColor } from './io.ts';

export interface Wanted {
  readonly name: string;
  /** null: standard output. */
  readonly file: string | null;
}

/** One `--format` value. */
export function wantedFormat(value: string): Wanted {
  const equals = value.indexOf('=');
  if (equals < 0) return { name: value, file: null };
  const file = value.slice(equals + 1);
  if (file === '')
    throw new UsageError(`--format ${value} names no file after the \`=\`.`, `Write --format ${value.slice(0, equals)}=report.txt`);
  return { name: value.slice(0, equals), file };
}

export function unknownFormat(name: string, known: readonly string[]): UsageError {
  return new UsageError(`There is no format \`${name}\`.${didYouMean(name, known)}`, `Formats: ${known.join(', ')}.`);
}

/** Loads the formats before any work is done, so that a misspelt one fails at once. */
export async function loadFormats(wanted: readonly Wanted[]): Promise<readonly (Wanted & { readonly format: Format })[]> {
  const loaded: (Wanted & { readonly format: Format })[] = [];
  for (const one of wanted) {
    const format = await loadFormat(one.name);
    if (format === null) throw unknownFormat(one.name, await formatNames());
    loaded.push({ ...one, format });
  }
  return loaded;
}

export async function writeReport(
  report: Report,
  outputs: readonly (Wanted & { readonly format: Format })[],
  io: Io,
  color: boolean,
): Promise<void> {
  const token = randomBytes(16).toString('hex');
  for (const { format, file } of outputs) {
    const isColored = file === null && wantsColor(io, color);
    await writeOutput(format.render(report, { color: isColored, token }), file, io);
  }
}

export async function writeOutput(text: string, file: string | null, io: Io): Promise<void> {
  if (file === null) {
    io.stdout.write(text);
    return;
  }
  try {
    await writeFile(resolve(io.cwd, file), text);
  } catch (error) {
    throw new UsageError(
      `The output file ${file} could not be written: ${reasonOf(error)}`,
      'Check that its folder exists and is writable.',
    );
  }
}
