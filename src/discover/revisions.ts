/**
 * Which code is compared with which: base (what the change is measured from), deployed (what may be running) and head
 * (what the change ships). Input: the options of `check` and the environment. Output: a Repository, or a UsageError whose
 * hint is the command that repairs the situation.
 */
import path from 'node:path';
import { UsageError } from '../parse/errors.ts';
import { endSession, readBlobs } from './blobs.ts';
import { fields, git, gitOutput, gitText } from './git.ts';
import { commitTree, indexTree } from './git-trees.ts';
import { memoryTree } from './memory-tree.ts';
import type { Tree } from './tree.ts';
import { workTree } from './work-tree.ts';

export interface RevisionOptions {
  readonly base?: string;
  readonly head?: string;
  readonly staged?: boolean;
  readonly all?: boolean;
  readonly deployed?: string;
}

/** One version of a file: newest first in a history. */
export interface Version {
  readonly commit: string;
  /** Committer date, ISO 8601. */
  readonly date: string;
  readonly text: string;
}

export interface Repository {
  /** What the change is measured from; null with `--all`. */
  readonly base: Tree | null;
  /** Further revisions whose code may be running while the migration runs. */
  readonly deployed: readonly Tree[];
  readonly head: Tree;
  /** Versions of a file in the history of the base (of HEAD with `--all`), newest first. */
  history(file: string): Promise<readonly Version[]>;
  /** Absolute path of the top folder; null where there is none to read (bare, memory). */
  readonly root: string | null;
  /** Whether the change comes from someone who must not be able to weaken its own gate: a pull request in CI. */
  readonly untrusted: boolean;
  /** Whether the caller said which code is deployed: then the config's `deployed` is not asked. */
  readonly namesDeployed: boolean;
  /** Ends what was started to read it. */
  close(): void;
  /** The same repository with the code of a branch, tag or tag pattern as further deployed code. */
  withDeployed(pattern: string): Promise<Repository>;
}

const EMPTY = memoryTree('empty', new Map());

/** Opens the repository that holds `cwd` at the revisions `options` ask for. */
export async function openRepository(cwd: string, options: RevisionOptions, env: NodeJS.ProcessEnv = process.env): Promise<Repository> {
  const { root, bare } = await locate(cwd);
  const at = root ?? cwd;
  if (bare && !options.head)
    throw new UsageError(
      'This repository is bare: it has no work tree to check.',
      'Name the revision to check: dropgate check --head <ref>',
    );
  const headCommit = options.head === undefined ? await commitOf(at, 'HEAD') : await requireCommit(at, options.head, '--head');
  const head = options.head !== undefined ? commitTree(at, headCommit ?? '') : options.staged ? indexTree(at) : workTree(at);
  const target = options.all || options.base !== undefined ? null : await targetBranch(at, env);
  const base = options.all ? null : await baseCommit(at, options, target, headCommit);
  const running = await deployedCommits(at, options, target);
  const repository: Repository = {
    base: options.all ? null : base === null ? EMPTY : commitTree(at, base),
    deployed: running.filter((c) => c !== base).map((c) => commitTree(at, c)),
    head,
    history: (file) => fileHistory(at, base ?? headCommit, file),
    root,
    untrusted: /^pull_request/.test(env.GITHUB_EVENT_NAME ?? ''),
    namesDeployed: options.all === true || options.base !== undefined || options.deployed !== undefined,
    close: () => endSession(at),
    withDeployed: async (pattern) => ({ ...repository, deployed: [commitTree(at, await deployedCommit(at, pattern))] }),
  };
  return repository;
}

/** The commit of a branch or tag; of a pattern such as `v*`, of the newest tag it matches. */
async function deployedCommit(cwd: string, pattern: string): Promise<string> {
  if (!pattern.includes('*')) return requireCommit(cwd, pattern, '`deployed` in the config');
  const newest = await gitText(cwd, 'for-each-ref', '--sort=-creatordate', '--count=1', '--format=%(refname)', `refs/tags/${pattern}`);
  if (!newest) throw new UsageError(`No tag matches \`${pattern}\` (from \`deployed\` in the config).`, 'Fetch the tags: git fetch --tags');
  return requireCommit(cwd, newest, '`deployed` in the config');
}

async function locate(cwd: string): Promise<{ root: string | null; bare: boolean }> {
  const { code, stdout, stderr } = await git(cwd, ['rev-parse', '--is-bare-repository', '--show-toplevel']);
  const [bare, top] = stdout.toString('utf8').trim().split('\n');
  if (/dubious ownership/.test(stderr))
    throw new UsageError(
      `git refuses to read \`${cwd}\`, because another user owns it.`,
      `If you trust it: git config --global --add safe.directory ${path.resolve(cwd)}`,
    );
  if (code !== 0 && bare !== 'true' && bare !== 'false')
    throw new UsageError(
      `\`${cwd}\` is not inside a git repository.`,
      'Run dropgate in a clone of the repository, or make one here: git init',
    );
  const root = bare === 'true' ? null : (top ?? null);
  return { root, bare: root === null };
}

/** The commit a ref names; null when it names none. */
export const commitOf = (cwd: string, ref: string): Promise<string | null> =>
  gitText(cwd, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);

async function requireCommit(cwd: string, ref: string, option: string): Promise<string> {
  const commit = await commitOf(cwd, ref);
  if (commit) return commit;
  throw new UsageError(`\`${ref}\` (from ${option}) is not a commit in this clone.`, await fetchHint(cwd, ref));
}

/** The command that brings a missing ref. */
async function fetchHint(cwd: string, ref: string): Promise<string> {
  const plain = /^[\w][\w./-]*$/.test(ref) ? ref : '<ref>';
  const [remote = 'origin', ...rest] = plain.split('/');
  const remotes = (await gitText(cwd, 'remote'))?.split('\n') ?? [];
  if (rest.length > 0 && remotes.includes(remote)) return `Fetch it: git fetch ${remote} ${rest.join('/')}:refs/remotes/${plain}`;
  if (await isShallow(cwd)) return 'The clone is shallow; fetch its history: git fetch --unshallow';
  if (/[~^@]/.test(ref)) return 'The history does not go that far back: git log --oneline';
  return remotes[0] ? `Fetch it: git fetch ${remotes[0]} ${plain}` : 'Check the name: git branch --all';
}

const isShallow = async (cwd: string): Promise<boolean> => (await gitText(cwd, 'rev-parse', '--is-shallow-repository')) === 'true';

interface Target {
  readonly commit: string;
  readonly name: string;
}

/** The branch a change will be merged into: GITHUB_BASE_REF, else the remote's default branch, else the local one. */
async function targetBranch(cwd: string, env: NodeJS.ProcessEnv): Promise<Target | null> {
  const asked = env.GITHUB_BASE_REF;
  if (asked) {
    const name = `refs/remotes/origin/${asked}`;
    const commit = (await commitOf(cwd, name)) ?? (await commitOf(cwd, `refs/heads/${asked}`));
    if (!commit)
      throw new UsageError(
        `The target branch \`${asked}\` (from GITHUB_BASE_REF) is not in this clone.`,
        `Fetch it: git fetch origin ${/^[\w./-]+$/.test(asked) ? `${asked}:${name}` : '<branch>'}`,
      );
    return { commit, name: asked };
  }
  const remotes = (await gitText(cwd, 'remote'))?.split('\n').filter(Boolean) ?? [];
  const remote = remotes.includes('origin') ? 'origin' : remotes[0];
  const local = await gitText(cwd, 'config', '--get', 'init.defaultBranch');
  const candidates = remote
    ? [`refs/remotes/${remote}/HEAD`, `refs/remotes/${remote}/main`, `refs/remotes/${remote}/master`, `refs/remotes/${remote}/trunk`]
    : [...(local ? [`refs/heads/${local}`] : []), 'refs/heads/main', 'refs/heads/master', 'refs/heads/trunk'];
  for (const name of candidates) {
    const commit = await commitOf(cwd, name);
    if (commit) return { commit, name: name.replace(/^refs\/(?:remotes|heads)\//, '') };
  }
  if (!remote) return localDefault(cwd);
  const own = await onlyLocalBranch(cwd);
  if (own) return own;
  throw new UsageError(
    `The default branch of the remote \`${remote}\` is not known here.`,
    `Ask the remote: git fetch ${remote} && git remote set-head ${remote} --auto, or name the base: dropgate check --base <ref>`,
  );
}

/** Without a remote and a usual name: the only branch there is; of several, none can be told to be the default. */
async function localDefault(cwd: string): Promise<Target | null> {
  const branches = (await gitText(cwd, 'for-each-ref', '--format=%(refname:short)', 'refs/heads'))?.split('\n').filter(Boolean) ?? [];
  if (branches.length <= 1) return null;
  throw new UsageError(
    `Which of the ${branches.length} branches is the default one cannot be told.`,
    'Say it: git config init.defaultBranch <branch>, or name the base: dropgate check --base <ref>',
  );
}

/** A clone whose remote was never fetched still has its own main line. */
async function onlyLocalBranch(cwd: string): Promise<Target | null> {
  const remoteRefs = await gitText(cwd, 'for-each-ref', '--count=1', 'refs/remotes');
  if (remoteRefs) return null;
  for (const name of ['main', 'master']) {
    const commit = await commitOf(cwd, `refs/heads/${name}`);
    if (commit) return { commit, name };
  }
  return null;
}

/** The commit the change is measured from; null when nothing has been committed yet. */
async function baseCommit(cwd: string, options: RevisionOptions, target: Target | null, head: string | null): Promise<string | null> {
  if (options.base !== undefined) return requireCommit(cwd, options.base, '--base');
  if (head === null) return null;
  if (target === null) return head;
  const mergeBase = await gitText(cwd, 'merge-base', target.commit, head);
  if (mergeBase) return mergeBase;
  const shallow = await isShallow(cwd);
  throw new UsageError(
    `\`${target.name}\` and the change have no common commit${shallow ? ', because this clone is shallow' : ''}.`,
    shallow
      ? 'Fetch the history: git fetch --unshallow (in GitHub Actions: actions/checkout with fetch-depth: 0)'
      : 'Name the revision to compare with: dropgate check --base <ref>',
  );
}

async function deployedCommits(cwd: string, options: RevisionOptions, target: Target | null): Promise<readonly string[]> {
  if (options.deployed !== undefined) return [await requireCommit(cwd, options.deployed, '--deployed')];
  return target ? [target.commit] : [];
}

const MAX_VERSIONS = 500;

/** The versions of one file along the first-parent history of `commit`. */
async function fileHistory(cwd: string, commit: string | null, file: string): Promise<readonly Version[]> {
  if (commit === null) return [];
  const { stdout } = await git(cwd, [
    'log',
    '--first-parent',
    `--max-count=${MAX_VERSIONS}`,
    '--no-ext-diff',
    '--no-textconv',
    '--no-renames',
    '--no-show-signature',
    '--format=%H %cI',
    '--end-of-options',
    commit,
    '--',
    `:(top,literal)${file}`,
  ]);
  const commits = stdout
    .toString('utf8')
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [id, date] = line.split(' ');
      return id && date ? [{ id, date }] : [];
    });
  const { contents } = await readBlobs(
    cwd,
    commits.map((c) => `${c.id}:${file}`),
  );
  return commits.map(({ id, date }) => ({ commit: id, date, text: contents.get(`${id}:${file}`)?.toString('utf8') ?? '' }));
}

/** Paths that differ from HEAD, new files included. */
export async function changedFiles(cwd: string): Promise<readonly string[]> {
  const { root } = await locate(cwd);
  return fields(await gitOutput(root ?? cwd, ['status', '--porcelain', '-z', '--no-renames'])).map((line) => line.slice(3));
}
