/**
 * The Prisma schemas of a repository: single files, several in one folder, and multi-file folders.
 * Input: paths and texts of all .prisma files. Output: one group per datasource, and the group a migration folder belongs to.
 */
import { compare } from '../schema/names.ts';
import { dialectOf } from './dialect.ts';
import { baseOf, folderOf } from './layouts/layout.ts';
import type { Dialect } from './types.ts';

export interface PrismaSchema {
  /** The file with the datasource. */
  readonly main: string;
  /** All files, sorted. */
  readonly files: readonly string[];
  readonly dialect: Dialect;
}

const DATASOURCE = /^\s*datasource\s+\w+\s*\{/m;
const PROVIDER = /^\s*datasource\s+\w+\s*\{[^}]*?\bprovider\s*=\s*(?:\[\s*)?"([^"]+)"/m;

const isInside = (folder: string, ancestor: string): boolean => ancestor === '' || folder === ancestor || folder.startsWith(`${ancestor}/`);

/** The main file in the nearest folder at or above a part of a multi-file schema, where there is exactly one. */
const mainFor = (path: string, mains: readonly string[]): string | null => {
  const folder = folderOf(path);
  const above = mains.filter((main) => isInside(folder, folderOf(main)));
  const nearest = Math.max(-1, ...above.map((main) => folderOf(main).length));
  const candidates = above.filter((main) => folderOf(main).length === nearest);
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
};

/** Groups .prisma files by the datasource they belong to. */
export const prismaSchemas = (texts: ReadonlyMap<string, string>): readonly PrismaSchema[] => {
  const paths = [...texts.keys()].sort(compare);
  const mains = paths.filter((path) => DATASOURCE.test(texts.get(path) ?? '') || baseOf(path) === 'schema.prisma');
  const files = new Map<string, string[]>(mains.map((main) => [main, [main]]));
  for (const path of paths) {
    const main = files.has(path) ? null : mainFor(path, mains);
    if (main !== null) files.get(main)?.push(path);
  }
  return [...files].map(([main, own]) => {
    const provider = PROVIDER.exec(texts.get(main) ?? '')?.[1];
    return { main, files: own.sort(compare), dialect: provider === undefined ? 'unknown' : dialectOf(provider) };
  });
};

/** Steps between a folder and one above or below it; null for folders on different branches. */
const distance = (a: string, b: string): number | null => {
  const depth = (folder: string): number => (folder === '' ? 0 : folder.split('/').length);
  if (isInside(a, b) || isInside(b, a)) return Math.abs(depth(a) - depth(b));
  return null;
};

const MAX_DISTANCE = 2;

/** The schema that a folder of migrations belongs to: beside, below or above it, at most two folders away, of the same provider. */
export const schemaFor = (folder: string, dialect: Dialect | null, schemas: readonly PrismaSchema[]): PrismaSchema | null => {
  const home = folderOf(folder);
  let best: { readonly schema: PrismaSchema; readonly score: number } | null = null;
  for (const schema of schemas) {
    const steps = distance(home, folderOf(schema.main));
    if (steps === null || steps > MAX_DISTANCE) continue;
    const contradicts = dialect !== null && schema.dialect !== 'unknown' && dialect !== 'unknown' && dialect !== schema.dialect;
    if (contradicts) continue;
    const score = steps * 2 + (schema.dialect === dialect ? 0 : 1);
    if (!best || score < best.score) best = { schema, score };
  }
  return best?.schema ?? null;
};
