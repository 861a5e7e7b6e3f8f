/**
 * The sources of flag state: every file of `sources/` is one. Found by reading the folder, beside this file in a checkout
 * and beside the bundle in a package. Output: the sources in the order of their files.
 */
import { readdir } from 'node:fs/promises';
import type { Source } from './state/source.ts';

const folder = new URL('../flags/sources/', import.meta.url);
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

export async function loadSources(): Promise<readonly Source[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(extension)).sort();
  const loaded = await Promise.all(
    files.map((file) => import(/* @vite-ignore */ new URL(file, folder).href) as Promise<{ default: Source }>),
  );
  return loaded.map((module) => module.default);
}
