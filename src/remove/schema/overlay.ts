/** A repository with some files more than it has: what a change would be that only adds them. Nothing is written. */
import { memoryTree } from '../../discover/memory-tree.ts';
import type { Repository } from '../../discover/revisions.ts';
import type { Tree } from '../../discover/tree.ts';
import { compare } from '../../discover/words.ts';

/** The tree with the files laid over it. */
export function overlaid(tree: Tree, files: ReadonlyMap<string, string>): Tree {
  const over = memoryTree(tree.revision, files);
  return {
    revision: tree.revision,
    skipped: tree.skipped,
    entries: async () =>
      [...(await tree.entries()).filter(({ path }) => !files.has(path)), ...(await over.entries())].sort((a, b) => compare(a.path, b.path)),
    read: async (paths) => new Map([...(await tree.read(paths.filter((path) => !files.has(path)))), ...(await over.read(paths))]),
    search: async (words, options) => {
      const found = (await tree.search(words, options)).filter((path) => !files.has(path));
      return [...found, ...(await over.search(words, options))].sort(compare);
    },
  };
}

/** The repository whose head has the files. */
export const withFiles = (repository: Repository, files: ReadonlyMap<string, string>): Repository => ({
  ...repository,
  head: overlaid(repository.head, files),
  withDeployed: async (pattern) => withFiles(await repository.withDeployed(pattern), files),
});
