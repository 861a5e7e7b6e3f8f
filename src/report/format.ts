/**
 * What a format is, and how it is found: every file of `format/` is one, by its name.
 * A format is a pure function of a report; it never reads a file, the clock or the environment.
 */
import { readdir } from 'node:fs/promises';
import type { Report } from './finding.ts';

export interface FormatContext {
  readonly color: boolean;
  /** Random, for formats that must put text where nothing in it can end it. */
  readonly token: string;
}

export interface Format {
  readonly name: string;
  /** The whole output, ending in a line feed. */
  render(report: Report, context: FormatContext): string;
}

const folder = new URL('../report/format/', import.meta.url);
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** Names of all formats, sorted. */
export async function formatNames(): Promise<readonly string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .sort();
}

/** The format of that name; null where there is none. */
export async function loadFormat(name: string): Promise<Format | null> {
  if (!(await formatNames()).includes(name)) return null;
  const { default: format } = (await import(/* @vite-ignore */ new URL(`${name}${extension}`, folder).href)) as { default: Format };
  return format;
}
