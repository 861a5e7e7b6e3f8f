/**
 * The pipeline of `dropgate report`: the same study as a check of the whole repository, and then the flags that are due,
 * those that something keeps from ending, and what the report shows of each: dates of migrations, code of branches, sizes.
 */
import { git } from './discover/git.ts';
import { openRepository, type Repository } from './discover/revisions.ts';
import type { Tree } from './discover/tree.ts';
import type { DatabaseHistory } from './extract/history.ts';
import type { Flag, Project } from './link/project.ts';
import { reasonOf, UsageError } from './parse/errors.ts';
import type { Location } from './parse/span.ts';
import { decode } from './parse/text.ts';
import { type ContractFacts, contractPlan } from './remove/schema/contract.ts';
import type { FileChange, Removed } from './remove/types.ts';
import { type RemovalFacts, removalReport } from './report/removal.ts';
import { deadObjects, isListed, isReady } from './report/removal-flag.ts';
import type { RemovalReport, RemovalSize, SchemaPlan } from './report/removal-model.ts';
import { loadRules } from './rules.ts';
import { type CheckOptions, type Study, study } from './run.ts';
import { EMPTY_SCHEMA } from './schema/replay.ts';
import type { SchemaObject } from './schema/types.ts';

export interface RemovalOptions extends Pick<CheckOptions, 'cwd' | 'head' | 'flags' | 'config' | 'now' | 'onProgress'> {
  /** Work out what each removal would change in the work tree: a run of the compiler per flag. */
  readonly measure?: boolean;
}

/** The report on a whole repository. Throws UsageError for what the caller has to mend. */
export async function removal(options: RemovalOptions): Promise<RemovalReport> {
  const { cwd, head, measure, ...asked } = options;
  if (measure === true && head !== undefined)
    throw new UsageError(
      'What a removal changes is worked out on the work tree, not on another revision.',
      'Leave out --head or --measure.',
    );
  const now = options.now ?? new Date();
  const repository = await openRepository(cwd, { all: true, ...(head !== undefined && { head }) });
  try {
    const studied = await study(repository, { ...asked, cwd, now }, await loadRules());
    return removalReport(await factsOf(studied, repository, { ...options, now }));
  } finally {
    repository.close();
  }
}

async function factsOf(studied: Study, repository: Repository, options: RemovalOptions & { readonly now: Date }): Promise<RemovalFacts> {
  const { facts, project, config } = studied;
  const { histories } = facts;
  return {
    head: repository.head.revision,
    now: options.now,
    soakDays: config.soakDays,
    deadDays: config.deadDays,
    flags: project.flags,
    orphaned: await Promise.all(
      project.orphaned.map(async (column) => ({ column, plan: await planOf([column.object], histories, { now: options.now }) })),
    ),
    plans: await plansOf(project.flags.filter(isListed), histories, options.now),
    histories,
    dates: await datesOf(migrationsBehind(project, histories), repository),
    sources: await sourcesOf(project.flags.filter(isListed), repository.head),
    sizes: options.measure === true ? await sizesOf(project.flags, options) : new Map(),
    unknownKeys: facts.flagUses.evaluations.filter((e) => e.flag === null && e.keyFrom !== 'parameter').map((e) => e.location),
    unanalysed: project.unreadable.length + project.unresolved.length,
  };
}

/** The schema plan of each flag, by key. */
async function plansOf(flags: readonly Flag[], histories: readonly DatabaseHistory[], now: Date): Promise<ReadonlyMap<string, SchemaPlan>> {
  const plans = new Map<string, SchemaPlan>();
  for (const flag of flags) {
    const dead = deadObjects(flag);
    const side = {
      evaluatesFlag: flag.evaluations.length > 0,
      reads: flag.evaluations.map(({ location }) => location),
      writes: uniquePlaces(dead.flatMap(({ writes }) => writes.map(({ location }) => location))),
    };
    const isArchived = flag.decision.kind === 'dead' && flag.decision.because !== 'off';
    const objects = dead.map(({ object }) => object);
    plans.set(flag.key, await planOf(objects, histories, { flag: flag.key, isArchived, base: side, head: side, now }));
  }
  return plans;
}

const uniquePlaces = (places: readonly Location[]): Location[] => [
  ...new Map(places.map((place) => [`${place.file}\0${place.line}\0${place.column}`, place])).values(),
];

/** The plan for objects that die together; where they stand in several databases, the parts of each one after the other. */
async function planOf(
  objects: readonly SchemaObject[],
  histories: readonly DatabaseHistory[],
  facts: Omit<ContractFacts, 'schema'>,
): Promise<SchemaPlan> {
  const homes = new Map<DatabaseHistory | null, SchemaObject[]>();
  for (const object of objects) {
    const [home, ...others] = histories.filter(({ head }) => head.schema.tables.has(object.table ?? object.name));
    const only = home !== undefined && others.length === 0 ? home : null;
    homes.set(only, [...(homes.get(only) ?? []), object]);
  }
  const unplaced = homes.get(null) ?? [];
  const placed = [...homes].flatMap(([home, own]) => (home === null ? [] : [{ home, own }]));
  const plans = [];
  for (const { home, own } of placed) {
    const { schema } = home.head;
    plans.push(await contractPlan(own, home.dialect, { ...facts, schema, wasRelaxed: wasRelaxed(own, home) }));
  }
  const [first = await contractPlan([], 'unknown', { ...facts, schema: EMPTY_SCHEMA })] = plans;
  return {
    contract: plans.flatMap(({ statements }) => statements),
    byHand: [
      ...plans.flatMap(({ byHand }) => byHand),
      ...unplaced.map((object) => ({ object, reason: 'in which database it stands is not known' })),
    ],
    verification: plans.flatMap(({ verification }) => verification),
    releases:
      plans.length > 1 ? plans.flatMap(({ order }, index) => order.filter(({ kind }) => index === 0 || ofSchema.has(kind))) : first.order,
  };
}

const ofSchema: ReadonlySet<string> = new Set(['drop-not-null', 'end-legacy-write', 'deploy-end-of-write', 'contract']);

/** Whether a migration has let one of the columns be empty. */
const wasRelaxed = (objects: readonly SchemaObject[], { timeline }: DatabaseHistory): boolean =>
  timeline.some(
    (change) =>
      change.type === 'alter-column' &&
      change.before?.nullable === false &&
      change.after.nullable &&
      objects.some(({ table, name }) => change.object.table === table && change.object.name === name),
  );

/** What the removal of each flag that is due would change, by key; where it cannot be worked out, why. */
async function sizesOf(flags: readonly Flag[], options: RemovalOptions): Promise<ReadonlyMap<string, RemovalSize | string>> {
  const { remove } = await import('./remove.ts');
  const { measure: _, head: __, onProgress, ...asked } = options;
  const sizes = new Map<string, RemovalSize | string>();
  const due = flags.filter(isReady);
  for (const [index, { key }] of due.entries()) {
    onProgress?.(`measuring removals, ${index + 1} of ${due.length}`);
    sizes.set(key, await remove({ ...asked, keys: [key] }).then(sizeOf, reasonOf));
  }
  return sizes;
}

/** How much a removal changes: lines as a diff counts them. */
export async function sizeOf({ changes, left }: Pick<Removed, 'changes' | 'left'>): Promise<RemovalSize> {
  const { diffLines } = await import('diff');
  const lines = ({ before, after }: FileChange): readonly [number, number] => {
    const parts = diffLines(before, after ?? '');
    const count = (wanted: 'added' | 'removed'): number => parts.reduce((n, part) => (part[wanted] ? n + part.count : n), 0);
    return [count('removed'), count('added')];
  };
  const counted = changes.map(lines);
  return {
    files: changes.length,
    deletedFiles: changes.filter(({ after }) => after === null).length,
    linesRemoved: counted.reduce((n, [removed]) => n + removed, 0),
    linesAdded: counted.reduce((n, [, added]) => n + added, 0),
    left: left.map(({ location, reason }) => ({ location, reason })),
  };
}

async function sourcesOf(flags: readonly Flag[], head: Tree): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = [...new Set(flags.flatMap(({ branches }) => branches.map(({ location }) => location.file)))].sort();
  const sources = new Map<string, readonly string[]>();
  for (const [file, bytes] of await head.read(files)) {
    const decoded = decode(bytes);
    if (decoded.ok) sources.set(file, decoded.text.split(/\r?\n/));
  }
  return sources;
}

/** Migrations that touch tables behind the flags that are listed, or in place of a legacy column. */
function migrationsBehind({ flags, orphaned }: Project, histories: readonly DatabaseHistory[]): string[] {
  const behind = flags.filter(isListed).flatMap(({ sides }) => sides.on.map(({ object }) => object.table));
  const tables = new Set([...behind, ...orphaned.map(({ fresh }) => fresh.table)]);
  const changes = histories.flatMap(({ timeline }) => timeline);
  return [...new Set(changes.flatMap(({ object, location }) => (tables.has(object.table ?? object.name) ? [location.file] : [])))];
}

/** When migrations were made, as ISO dates: by the time in their name, else by the commit that brought the file. */
async function datesOf(files: readonly string[], { root, head }: Repository): Promise<ReadonlyMap<string, string>> {
  const dates = new Map(
    files.flatMap((file) => [[file, dateInName(file)] as const]).flatMap(([file, date]) => (date ? [[file, date]] : [])),
  );
  const rest = files.filter((file) => !dates.has(file)).slice(0, filesAsked);
  if (root === null || rest.length === 0) return dates;
  const commit = head.revision === 'worktree' ? 'HEAD' : head.revision;
  const { code, stdout } = await git(root, [...firstCommits, '--end-of-options', commit, '--', ...rest]);
  const wanted = new Set(rest);
  let date = '';
  for (const part of code === 0 ? stdout.toString('utf8').split('\0') : []) {
    const text = part.replace(/^\n/, '');
    if (text.startsWith('\u0001')) date = text.slice(1);
    else if (wanted.has(text) && date !== '') dates.set(text, new Date(date).toISOString());
  }
  return dates;
}

/** Keeps the command line within what systems allow. */
const filesAsked = 1_000;

/** Newest first: the last date met for a file is that of the first commit with it. */
const firstCommits = [
  '--literal-pathspecs',
  'log',
  '--first-parent',
  '--diff-merges=first-parent',
  '--diff-filter=A',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--name-only',
  '-z',
  '--format=%x01%cI',
];

/** `20260105093000_add_address`, `V2026_01_05__address`, `1767600000000-address`: what the name itself says. */
function dateInName(file: string): string | null {
  const name = file.split('/').slice(-2).join('/');
  const [, year, month, date, hour = '00', minute = '00', second = '00'] =
    /(?:^|[/_V])(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?([0-2]\d|3[01])(?:[-_T.]?([01]\d|2[0-3])[-_.]?([0-5]\d)[-_.]?([0-5]\d)?)?(?!\d)/.exec(
      name,
    ) ?? [];
  if (year !== undefined) return isoOf(Date.parse(`${year}-${month}-${date}T${hour}:${minute}:${second}Z`));
  const [, millis] = /(?:^|\/)(1[4-9]\d{11})(?!\d)/.exec(name) ?? [];
  return millis === undefined ? null : isoOf(Number(millis));
}

const isoOf = (instant: number): string | null => (Number.isNaN(instant) ? null : new Date(instant).toISOString());
