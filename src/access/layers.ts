/**
 * The ways code reaches a database: every file of `layers/` is one. Found by reading the folder, beside this file in a
 * checkout and beside the bundle in a package. Output: the layers in the order of their files.
 */
import { readdir } from 'node:fs/promises';
import type { AccessLayer } from './types.ts';

const folder = new URL('../access/layers/', import.meta.url);
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

export async function loadLayers(): Promise<readonly AccessLayer[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(extension)).sort();
  const loaded = await Promise.all(
    files.map((file) => import(/* @vite-ignore */ new URL(file, folder).href) as Promise<{ default: AccessLayer }>),
  );
  return loaded.map((module) => module.default);
}
