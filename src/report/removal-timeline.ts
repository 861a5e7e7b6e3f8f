/**
 * Where a flag stands between its first migration and its last: expand → dual write → backfill → ramp → hold → clean up →
 * contract. Input: a flag of the project, the history of the schema, dates of migrations. Output: one entry per stage. Pure.
 * Invariant: a date is there only where a fact says it; what nothing shows is `unseen`.
 */
import type { DatabaseHistory } from '../extract/history.ts';
import type { OrphanedColumn } from '../link/orphaned.ts';
import type { Flag, GuardedObject } from '../link/project.ts';
import type { Location } from '../parse/span.ts';
import type { SchemaChange, SchemaObject } from '../schema/types.ts';
import { subjectName } from './finish.ts';
import type { FlagRemoval, TimelineName, TimelineStage, TimelineStatus } from './removal-model.ts';
import { plural } from './words.ts';

export type Timeline = Pick<DatabaseHistory, 'timeline'>;

export interface TimelineFacts {
  readonly histories: readonly Timeline[];
  /** ISO dates of migration files. */
  readonly dates: ReadonlyMap<string, string>;
  readonly now: Date;
  readonly soakDays: number;
  readonly deadDays: number;
}

/** The part of the report on one flag that its timeline rests on. */
export type Standing = Pick<
  FlagRemoval,
  'kind' | 'because' | 'since' | 'createdAt' | 'heldDays' | 'blockers' | 'branches' | 'branchLines' | 'objects'
>;

const day = 86_400_000;

const entry = (stage: TimelineName, status: TimelineStatus, text: string, more: Partial<TimelineStage> = {}): TimelineStage => ({
  stage,
  status,
  from: null,
  to: null,
  text,
  location: null,
  ...more,
});

/** The seven stages of one flag. */
export function timelineOf(flag: Flag, standing: Standing, facts: TimelineFacts): TimelineStage[] {
  const fresh = ownObjects(flag.sides.on, flag.sides.off);
  return [...schemaStages(fresh, flag, facts), rampOf(standing), holdOf(standing, facts), cleanUpOf(standing, facts), contractOf(standing)];
}

/** Objects of one side that the other does not use, columns before the tables they stand in. */
function ownObjects(side: readonly GuardedObject[], other: readonly GuardedObject[]): GuardedObject[] {
  const others = new Set(other.map(({ object }) => nameOf(object)));
  const own = side.filter(({ object }) => !others.has(nameOf(object)));
  const named = new Set(own.flatMap(({ object }) => (object.kind === 'column' ? [object.table] : [])));
  return own.filter(({ object }) => object.kind === 'column' || !named.has(object.name));
}

/** How people write an object: `users.email`. */
export const nameOf = ({ kind, table, name }: SchemaObject): string => subjectName(table === null ? { kind, name } : { kind, table, name });

function schemaStages(fresh: readonly GuardedObject[], flag: Flag, facts: TimelineFacts): TimelineStage[] {
  if (fresh.length === 0) {
    const why = flag.guardsSchema ? 'the new side uses no object of its own' : 'no schema object is behind the flag';
    return [entry('expand', 'none', why), entry('dual-write', 'none', why), entry('backfill', 'none', why)];
  }
  const objects = fresh.map(({ object }) => object);
  const written = fresh.filter(({ isWritten }) => isWritten).map(({ object }) => object);
  return [
    expandOf(objects, facts),
    written.length > 0
      ? entry('dual-write', 'done', `code behind the flag writes ${namesOf(written)}`)
      : entry('dual-write', 'unseen', `no write of ${namesOf(objects)} is behind the flag`),
    backfillOf(objects, facts),
  ];
}

const namesShown = 3;

function namesOf(objects: readonly SchemaObject[]): string {
  const shown = objects.slice(0, namesShown).map((object) => `\`${nameOf(object)}\``);
  return objects.length > namesShown ? `${shown.join(', ')} and ${objects.length - namesShown} more` : shown.join(', ');
}

function expandOf(objects: readonly SchemaObject[], { histories, dates }: TimelineFacts): TimelineStage {
  const makers = objects.flatMap((object) => makerOf(object, histories) ?? []);
  const [first] = makers;
  if (first === undefined) return entry('expand', 'unseen', `no migration that was read adds ${namesOf(objects)}`);
  const last = makers.at(-1) ?? first;
  return entry('expand', 'done', `${namesOf(objects)} ${objects.length === 1 ? 'was' : 'were'} added`, {
    from: dates.get(first.location.file) ?? null,
    to: dates.get(last.location.file) ?? null,
    location: first.location,
  });
}

function makerOf(object: SchemaObject, histories: readonly Timeline[]): SchemaChange | undefined {
  const made = histories.flatMap(({ timeline }) => timeline.filter((change) => change.type === 'create'));
  const isOwn = ({ object: o }: SchemaChange): boolean => o.kind === object.kind && o.table === object.table && o.name === object.name;
  return made.findLast(isOwn) ?? made.findLast(({ object: o }) => o.kind === 'table' && o.name === object.table);
}

function backfillOf(objects: readonly SchemaObject[], { histories, dates }: TimelineFacts): TimelineStage {
  const fills = histories.flatMap(({ timeline }) => timeline.filter((change) => objects.some((object) => isFilledBy(object, change))));
  const last = fills.at(-1);
  if (last === undefined) return entry('backfill', 'unseen', `no migration fills ${namesOf(objects)}; a script or a job may`);
  const date = dates.get(last.location.file) ?? null;
  return entry('backfill', 'done', 'a migration fills it', { from: date, to: date, location: last.location });
}

const isFilledBy = (object: SchemaObject, change: SchemaChange): boolean =>
  change.type === 'write' &&
  change.statement !== 'DELETE' &&
  change.statement !== 'TRUNCATE' &&
  change.object.name === object.table &&
  (object.kind === 'table' || change.columns.includes(object.name));

function rampOf({ kind, because, since, createdAt }: Standing): TimelineStage {
  if (kind === 'orphaned') return entry('ramp', 'none', 'no code asks for the flag', { from: createdAt });
  if (because === 'off') return entry('ramp', 'none', 'the flag is off for everybody', { from: createdAt });
  if (because !== null)
    return entry('ramp', 'unseen', because === 'archived' ? 'the flag is archived' : 'its provider does not know the flag');
  return entry('ramp', 'done', 'everybody is served one value', { from: createdAt, to: since });
}

function holdOf({ kind, because, since, heldDays, blockers }: Standing, { soakDays, deadDays }: TimelineFacts): TimelineStage {
  if (kind === 'orphaned') return entry('hold', 'none', 'no code asks for the flag');
  const held = heldDays === null ? 'since an unknown date' : `for ${plural(heldDays, 'day')}`;
  if (kind === 'blocked') {
    const [first] = blockers;
    return entry('hold', 'now', `served ${held}; ${first?.text ?? 'something forbids the removal'}`, { from: since });
  }
  if (because === 'archived' || because === 'unknown') return entry('hold', 'none', 'nothing is rolled out');
  const days = because === 'off' ? Math.max(soakDays, deadDays) : soakDays;
  return entry('hold', 'done', `${because === 'off' ? 'off' : 'held'} ${held}, ${days} are asked for`, {
    from: since,
    to: daysAfter(since, days),
  });
}

function daysAfter(instant: string | null, days: number): string | null {
  const start = instant === null ? Number.NaN : Date.parse(instant);
  const end = start + days * day;
  return Number.isNaN(end) || Math.abs(end) > 8.64e15 ? null : new Date(end).toISOString();
}

function cleanUpOf({ kind, because, since, branches, branchLines }: Standing, facts: TimelineFacts): TimelineStage {
  if (kind === 'orphaned') return entry('clean-up', 'now', 'archive the flag at its source');
  const work =
    branches.length === 0
      ? 'no branch to delete'
      : `${branches.length === 1 ? '1 branch' : `${branches.length} branches`}, ${plural(branchLines, 'line')}`;
  if (kind === 'blocked') return entry('clean-up', 'ahead', work);
  const days = because === 'off' ? Math.max(facts.soakDays, facts.deadDays) : facts.soakDays;
  const isTimed = because === null || because === 'off';
  return entry('clean-up', 'now', work, { from: isTimed ? daysAfter(since, days) : null });
}

function contractOf({ objects, kind }: Standing): TimelineStage {
  if (kind === 'orphaned' || objects.length === 0) return entry('contract', 'none', 'no object becomes dead');
  return entry('contract', 'ahead', `drop ${namesOf(objects)} in a later change`);
}

/** The same for a legacy column that nothing uses any more: its flag is gone, its contract is due. */
export function orphanTimeline({ object, fresh, read }: OrphanedColumn, facts: TimelineFacts): TimelineStage[] {
  const replacement: SchemaObject = { kind: 'column', table: fresh.table, name: fresh.column };
  const gone = 'no flag decides between the two any more';
  return [
    expandOf([replacement], facts),
    entry('dual-write', 'done', 'no code writes the legacy column any more'),
    backfillOf([replacement], facts),
    entry('ramp', 'none', gone),
    entry('hold', 'none', gone),
    entry('clean-up', 'done', `code reads \`${nameOf(replacement)}\``, { location: placeOf(read.location) }),
    entry('contract', 'now', `drop \`${nameOf(object)}\``),
  ];
}

const placeOf = ({ file, line, column, endLine, endColumn }: Location): Location => ({ file, line, column, endLine, endColumn });
