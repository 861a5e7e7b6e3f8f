/**
 * Collects every fact a check needs, and no more: the objects the change touches decide which files are read.
 * Input: a repository, the config. Output: Facts, plain records for link/.
 */
import type { RowWrite, SchemaAccess, Unresolved } from '../access/types.ts';
import { loadScopes } from '../code/scopes.ts';
import type { Config } from '../config/types.ts';
import type { Repository } from '../discover/revisions.ts';
import type { Tree } from '../discover/tree.ts';
import { compare } from '../discover/words.ts';
import { loadTypeScript } from '../parse/typescript.ts';
import { loadEngine } from '../schema/engines.ts';
import { askedObjects, removedOnes } from './asked.ts';
import { type ChangedRows, NO_ROWS, readChangedRows } from './changed-rows.ts';
import type { CodeReader } from './code.ts';
import { editedNames } from './edits.ts';
import type { FlagUses } from './evaluations.ts';
import { filledOnes, type Moved } from './fillers.ts';
import type { FlagStates } from './flag-state.ts';
import { type FlagQuestion, type FlagsOfChange, flagsOfChange, usesOfFlags } from './flags.ts';
import { type DatabaseHistory, readHistories } from './history.ts';
import { type Asked, columnNames, interestInWords, mayQuery } from './interest.ts';
import { joined, mappingsOf } from './mappings.ts';
import { makeReaders, type Readers, usesFlags } from './readers.ts';
import { movedReads } from './reads.ts';
import { NOTHING_TOUCHED, readTouched, type Touched as TouchedFiles } from './touched.ts';
import { type TouchedPaths, touchedPaths } from './touched-paths.ts';
import { type Transition, transitionsOf } from './transitions.ts';
import { readUses } from './uses.ts';

export interface Facts extends FlagsOfChange {
  readonly histories: readonly DatabaseHistory[];
  readonly states: FlagStates;
  /** Providers of which every flag is known. */
  readonly complete: readonly string[];
  /** Accesses to the objects asked about, in the whole repository; base with the deployed revisions. */
  readonly base: readonly SchemaAccess[];
  readonly head: readonly SchemaAccess[];
  readonly baseWrites: readonly RowWrite[];
  readonly headWrites: readonly RowWrite[];
  /** Accesses to anything, in the files the change touches. */
  readonly changedBase: readonly SchemaAccess[];
  readonly changedHead: readonly SchemaAccess[];
  readonly changedBaseWrites: readonly RowWrite[];
  readonly changedHeadWrites: readonly RowWrite[];
  /** Accesses to anything, in the files in which the change can begin or end a dual write. */
  readonly touchedBase: readonly SchemaAccess[];
  readonly touchedHead: readonly SchemaAccess[];
  readonly transitions: readonly Transition[];
  /** Pairs of legacy and new columns that some migration, script or job fills. */
  readonly filled: readonly Moved[];
  /** Whether flags are asked about that guard no access to a schema. */
  readonly allFlags: boolean;
  /** Source files whose content differs between base and head. */
  readonly changedFiles: ReadonlySet<string>;
  readonly unresolved: readonly Unresolved[];
  readonly usesFlags: boolean;
  readonly sourceFiles: number;
}

export interface GatherOptions extends FlagQuestion {
  readonly repository: Repository;
  progress(stage: string): void;
}

/** Files of a change that are read whole; more say that this is no change to reason about line by line. */
const MAX_CHANGED_FILES = 400;

export async function gather(options: GatherOptions): Promise<Facts> {
  const { repository, config, states, complete } = options;
  const { base, head } = repository;
  options.progress('reading migrations');
  const touched = await touchedPaths(base, head);
  const changedFiles = touched.sources;
  const histories = await relevantHistories(options, touched);
  const flagUse = await usesFlags(base ? [head, base] : [head], states, config);
  const hasFlags = flagUse !== 'no';
  const readers = await makeReaders(options, histories, hasFlags, new Set(states.keys()));

  options.progress('reading changed code');
  const changed = await readChanged(readers, changedFiles, histories, hasFlags, config);
  options.progress('searching code');
  const due = await usesOfFlags(options, head, readers);
  const transitions = transitionsOf(histories, [...changed.touchedHead, ...changed.touchedBase], config);
  const asked = base
    ? askedObjects(histories, { ...changed, transitions: movedBy(changed, transitions), isCodeFirst: config.deploy === 'code-first' })
    : [...removedOnes(histories), ...(await guardedObjects(readers.head, due)), ...legacyOnes(transitions)];
  const uses = await readUses(readers, asked, histories, changedFiles);
  const behind = [...uses.head, ...changed.changedHead, ...changed.touchedHead];
  const flags = await flagsOfChange(due, behind, changedFiles, options, readers);
  return {
    histories,
    states,
    complete,
    ...uses,
    ...changed,
    transitions,
    filled: await filledOnes(
      [
        ...transitions.filter((t) => t.by !== 'backfill'),
        ...movedReads({ histories, changedBase: changed.touchedBase, changedHead: changed.touchedHead }),
      ],
      head,
    ),
    ...flags,
    allFlags: options.allFlags === true,
    changedFiles,
    unresolved: onePerPlace([
      ...uses.unresolved,
      ...readers.head.problems.map((p) => ({ ...p, revision: 'head' as const })),
      ...readers.base.flatMap((r) => r.problems).map((p) => ({ ...p, revision: 'base' as const })),
    ]),
    usesFlags: flagUse === 'yes',
    sourceFiles: new Set([...uses.files, ...flags.flagUses.files, ...changed.files]).size,
  };
}

const SCHEMA_FILES = /\.(?:sql|prisma)$|_journal\.json$|migration_lock\.toml$|(?:^|\/)[^/]*migrat[^/]*\/.*\.[cm]?[jt]s$/i;
const ANY_QUERY =
  /\b(?:prisma|Prisma|select|insert|update|delete|SELECT|INSERT|REPLACE|replace\s+into|UPDATE|DELETE|find\w*|create\w*|upsert|where|save|destroy|query)\b/;

/** Without a changed migration and without changed queries there is nothing that could touch a schema. */
async function relevantHistories({ repository, config }: GatherOptions, touched: TouchedPaths): Promise<DatabaseHistory[]> {
  const { base, head } = repository;
  const refused = head.skipped.map((s) => s.path);
  const isSchemaTouched = base === null || [...touched.all, ...refused].some((p) => SCHEMA_FILES.test(p));
  // What will be needed for sure is loaded while git reads; a failure shows where it is used.
  if (isSchemaTouched) Promise.all([loadEngine('postgres'), loadTypeScript(), loadScopes()]).catch(() => undefined);
  const isRelevant = isSchemaTouched || (await holdsQuery(head, touched.sources)) || (await holdsQuery(base, touched.sources));
  return isRelevant ? readHistories(base, head, config, loadEngine) : [];
}

async function holdsQuery(tree: Tree, files: ReadonlySet<string>): Promise<boolean> {
  const known = new Set((await tree.entries()).map((e) => e.path));
  return [...(await tree.read([...files].filter((f) => known.has(f)))).values()].some((bytes) =>
    ANY_QUERY.test(Buffer.from(bytes).toString('latin1')),
  );
}

interface Changed extends ChangedRows, TouchedFiles {
  readonly changedBase: readonly SchemaAccess[];
  readonly changedHead: readonly SchemaAccess[];
  readonly files: readonly string[];
}

/** Accesses of the files the change touches on both sides, to the columns whose names it adds or takes away there. */
async function readChanged(
  { base, head }: Readers,
  files: ReadonlySet<string>,
  histories: readonly DatabaseHistory[],
  hasFlags: boolean,
  config: Config,
): Promise<Changed> {
  const [first] = base;
  if (!first || files.size === 0 || files.size > MAX_CHANGED_FILES || histories.length === 0)
    return { changedBase: [], changedHead: [], ...NO_ROWS, ...NOTHING_TOUCHED, files: [] };
  const [before, after] = await Promise.all([first.texts(files), head.texts(files)]);
  const mappings = joined(await mappingsOf(histories, 'base', first), await mappingsOf(histories, 'head', head));
  const known = columnNames(histories, mappings);
  const relevant = [...after]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([file, text]) => {
      const old = before.get(file);
      const names = old === undefined || !mayQuery(text, mappings) ? new Set<string>() : editedNames(old, text, known, hasFlags);
      return names.size > 0 ? [{ file, names }] : [];
    });
  const canMove = hasFlags || config.transitions.length > 0 || histories.some((h) => h.backfills.length > 0);
  const look = async (reader: CodeReader): Promise<readonly SchemaAccess[]> => {
    const found: SchemaAccess[] = [];
    for (const { file, names } of relevant) found.push(...(await reader.accesses([file], interestInWords(names, mappings))).accesses);
    return found;
  };
  return {
    changedBase: await look(first),
    changedHead: await look(head),
    ...(await readChangedRows(first, head, files, known)),
    ...(canMove ? await readTouched(first, head, files, known) : NOTHING_TOUCHED),
    files: relevant.map(({ file }) => file),
  };
}

/** Transitions one of whose sides the changed files write. */
const movedBy = ({ touchedBase, touchedHead }: TouchedFiles, transitions: readonly Transition[]): Transition[] =>
  transitions.filter(({ database, legacy, fresh }) =>
    [...touchedBase, ...touchedHead].some(
      (a) => a.kind === 'write' && a.database === database && [legacy, fresh].some((c) => c.table === a.table && c.column === a.column),
    ),
  );

/** The legacy sides of transitions, and what takes their place. */
const legacyOnes = (transitions: readonly Transition[]): Asked[] =>
  transitions.flatMap(({ database, legacy, fresh }) =>
    [legacy, fresh].map(({ table, column }): Asked => ({ database, table, column, isNew: false })),
  );

/** Objects that code behind a flag uses: what its removal may leave dead. */
async function guardedObjects(head: CodeReader, { evaluations, branches }: FlagUses): Promise<Asked[]> {
  const files = [...new Set([...evaluations.map((e) => e.location.file), ...branches.map((b) => b.location.file)])].sort(compare);
  const { accesses } = await head.accesses(files, null);
  const guarded = accesses.filter((a) => a.guards.length > 0 && (a.how === 'named' || a.how === 'field'));
  return [
    ...new Map(
      guarded.map(({ database, table, column }) => [`${database}\0${table}\0${column}`, { database, table, column, isNew: false }]),
    ).values(),
  ];
}

/** What head and base both cannot read is one problem. */
function onePerPlace(problems: readonly Unresolved[]): Unresolved[] {
  const known = new Map<string, Unresolved>();
  for (const p of problems) if (!known.has(p.location.file + p.reason)) known.set(p.location.file + p.reason, p);
  return [...known.values()];
}
