/**
 * The story of one object or flag: what made it, who uses it, behind what, and which stage it is in.
 * Input: SubjectFacts, flag states. Output: Story, plain records in a stable order. Pure.
 */
import type { SchemaAccess, Unresolved } from '../access/types.ts';
import type { DatabaseHistory } from '../extract/history.ts';
import type { SubjectFacts } from '../extract/subject.ts';
import { isOnSide, type Transition } from '../extract/transitions.ts';
import { deadFor } from '../flags/standing.ts';
import type { Branch, Evaluation, FlagState, Guard } from '../flags/types.ts';
import type { Location } from '../parse/span.ts';
import type { Column, Routine, SchemaChange, SchemaObject } from '../schema/types.ts';
import { usesOf } from './removals.ts';

/** Where an object is on its way in or out. */
export type LifeStage = 'unused' | 'in use' | 'written only' | 'ramping in' | 'ramping out' | 'dead branches only' | 'removed';

export interface StoryUse {
  readonly revisions: 'base' | 'head' | 'both';
  readonly access: SchemaAccess;
}

export interface StoryEvent {
  readonly what: 'added' | 'altered' | 'renamed' | 'filled' | 'constrained' | 'dropped';
  readonly detail: string;
  readonly location: Location;
}

export interface ObjectStory {
  readonly database: string;
  readonly object: SchemaObject;
  /** Of a column: as head has it, or base where head has it no more. */
  readonly column: Column | null;
  readonly stage: LifeStage;
  readonly events: readonly StoryEvent[];
  readonly uses: readonly StoryUse[];
  readonly dependents: readonly Routine[];
  readonly transitions: readonly Transition[];
}

export interface FlagStory {
  readonly key: string;
  readonly state: FlagState | null;
  readonly evaluations: readonly Evaluation[];
  readonly branches: readonly Branch[];
}

export interface Story {
  readonly subject: string;
  readonly base: string | null;
  readonly head: string;
  readonly objects: readonly ObjectStory[];
  readonly flags: readonly FlagStory[];
  readonly unresolved: readonly Unresolved[];
}

export interface Judging {
  readonly states: ReadonlyMap<string, FlagState>;
  readonly now: Date;
  readonly soakDays: number;
}

/** Joins the facts of one subject. */
export function storyOf(subject: string, facts: SubjectFacts, judging: Judging): Omit<Story, 'base' | 'head'> {
  const objects = facts.objects.flatMap(({ database, object }) => {
    const history = facts.histories.find((h) => h.id === database);
    return history ? [objectStory(object, history, facts, judging)] : [];
  });
  const keys =
    facts.flag !== null ? [facts.flag] : [...new Set(objects.flatMap((o) => o.uses.flatMap((u) => u.access.guards.map((g) => g.flag))))];
  const flags = keys.sort().map((key): FlagStory => {
    const evaluations = facts.flagUses.evaluations.filter((e) => e.flag === key);
    const branches = facts.flagUses.branches.filter((b) => b.guard.flag === key);
    return { key, state: judging.states.get(key) ?? null, evaluations: inOrder(evaluations), branches: inOrder(branches) };
  });
  return { subject, objects, flags, unresolved: facts.unresolved };
}

function objectStory(object: SchemaObject, history: DatabaseHistory, facts: SubjectFacts, judging: Judging): ObjectStory {
  const uses = mergedUses(usesOf(history.id, object, facts.base), usesOf(history.id, object, facts.head));
  const isIn = (schema: DatabaseHistory['head']['schema'] | undefined): boolean =>
    object.kind === 'column'
      ? (schema?.tables.get(object.table ?? '')?.columns.has(object.name) ?? false)
      : (schema?.tables.has(object.name) ?? false);
  const columnIn = (schema: DatabaseHistory['head']['schema'] | undefined): Column | undefined =>
    object.kind === 'column' ? schema?.tables.get(object.table ?? '')?.columns.get(object.name) : undefined;
  return {
    database: history.id,
    object,
    column: columnIn(history.head.schema) ?? columnIn(history.base?.schema) ?? null,
    stage: isIn(history.head.schema) ? stageOf(uses, judging) : 'removed',
    events: history.timeline.flatMap((change) => eventOf(change, object)),
    uses,
    dependents: [...history.head.schema.routines.values()].filter((r) =>
      r.uses.some((u) => (object.kind === 'column' ? u.table === object.table && u.column === object.name : u.table === object.name)),
    ),
    transitions: facts.transitions.filter((t) => [t.legacy, t.fresh].some((c) => c.table === object.table && c.column === object.name)),
  };
}

/** By what head still does with it. */
function stageOf(uses: readonly StoryUse[], { states, now, soakDays }: Judging): LifeStage {
  const certain = uses.filter((u) => u.revisions !== 'base' && u.access.confidence !== 'low').map((u) => u.access);
  if (certain.length === 0) return 'unused';
  const isDead = (a: SchemaAccess): boolean => a.guards.some((g) => deadFor(g, states.get(g.flag), now, soakDays).kind === 'dead');
  const alive = certain.filter((a) => !isDead(a));
  if (alive.length === 0) return 'dead branches only';
  const reads = alive.filter((a) => a.kind === 'read' && a.how !== 'implicit');
  if (reads.length === 0) return alive.some((a) => a.kind === 'write') ? 'written only' : 'in use';
  if (reads.some((a) => a.guards.length === 0)) return 'in use';
  return reads.every((a) => a.guards.some((g: Guard) => !isOnSide(g))) ? 'ramping out' : 'ramping in';
}

function mergedUses(base: readonly SchemaAccess[], head: readonly SchemaAccess[]): StoryUse[] {
  const keyOf = (a: SchemaAccess): string =>
    [a.scope, a.kind, a.how, a.operation, a.column, ...a.guards.map((g) => `${g.flag}=${g.value}${g.equal}`)].join('\0');
  const before = new Map<string, SchemaAccess[]>();
  for (const a of base) before.set(keyOf(a), [...(before.get(keyOf(a)) ?? []), a]);
  const merged = head.map((access): StoryUse => {
    const same = before.get(keyOf(access))?.shift();
    return { access, revisions: same ? 'both' : 'head' };
  });
  const gone = [...before.values()].flat().map((access): StoryUse => ({ access, revisions: 'base' }));
  return inOrder([...merged, ...gone].map((use) => ({ ...use, location: use.access.location }))).map(({ revisions, access }) => ({
    revisions,
    access,
  }));
}

function inOrder<T extends { readonly location: Location }>(items: readonly T[]): T[] {
  return [...items].sort(
    (a, b) =>
      (a.location.file < b.location.file ? -1 : a.location.file > b.location.file ? 1 : 0) ||
      a.location.line - b.location.line ||
      a.location.column - b.location.column,
  );
}

function eventOf(change: SchemaChange, object: SchemaObject): StoryEvent[] {
  const isOwn = change.object.kind === object.kind && change.object.table === object.table && change.object.name === object.name;
  const isTable = object.kind === 'column' && change.object.kind === 'table' && change.object.name === object.table;
  const { location } = change;
  switch (change.type) {
    case 'create':
      return isOwn ? [{ what: 'added', detail: change.column?.type ?? '', location }] : [];
    case 'drop':
      return isOwn || isTable ? [{ what: 'dropped', detail: isTable ? 'with its table' : '', location }] : [];
    case 'rename':
      if (isOwn) return [{ what: 'renamed', detail: `to ${change.to}`, location }];
      return change.to === object.name && change.object.kind === object.kind
        ? [{ what: 'renamed', detail: `from ${change.object.name}`, location }]
        : [];
    case 'alter-column': {
      const detail = isOwn ? alteration(change.before, change.after) : '';
      return detail === '' ? [] : [{ what: 'altered', detail, location }];
    }
    case 'add-constraint': {
      const isOf = change.object.table === object.table && (object.kind === 'table' || change.constraint.columns.includes(object.name));
      return isOf ? [{ what: 'constrained', detail: change.constraint.kind, location }] : [];
    }
    case 'write': {
      const isFilled = change.object.name === object.table && (object.kind === 'table' || change.columns.includes(object.name));
      return isFilled
        ? [{ what: 'filled', detail: change.reads.length > 0 ? `from ${change.reads.slice(0, 4).join(', ')}` : '', location }]
        : [];
    }
    default:
      return change satisfies never;
  }
}

function alteration(before: Column | null, after: Column): string {
  const parts = [
    before?.type !== after.type ? `type ${after.type}` : '',
    before?.nullable !== after.nullable ? (after.nullable ? 'nullable' : 'NOT NULL') : '',
    before?.default !== after.default ? `default ${after.default ?? 'dropped'}` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}
