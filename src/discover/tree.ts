/**
 * A set of files to read: one git revision, the index, the work tree, or (in tests) memory.
 * Everything above this file reads the repository through this interface and never touches the file system or git.
 */
export interface Entry {
  /** Relative to the repository's root, forward slashes. */
  readonly path: string;
  /** Equal ids mean equal content, within and across trees of one run. */
  readonly id: string;
}

export interface SearchOptions {
  /** Capitals and small letters are the same, as in SQL's unquoted names. Default: they are not. */
  readonly anyCase?: boolean;
}

export interface Tree {
  /** `base`, `head` or `deployed:<ref>`-style label is the caller's matter; this is what was read: a commit id, `index` or `worktree`. */
  readonly revision: string;
  /** Every regular file, sorted by path (code unit order). Symlinks that leave the root, submodules and special files are left out. */
  entries(): Promise<readonly Entry[]>;
  /** The bytes of those of `paths` that exist and could be read. */
  read(paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Paths of the files that contain at least one of `words` as a whole word (letters, digits and `_` delimit). Binary files are left out. */
  search(words: readonly string[], options?: SearchOptions): Promise<readonly string[]>;
  /** Files that exist but could not be read or were refused, with the reason in plain words. Filled by `entries` and `read`. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}
