/**
 * One flag of the removal report: why it is there, what is known of its state, what goes with it.
 * Input: a flag of the project and the facts around it. Output: a FlagRemoval. Pure.
 * Invariant: what cannot be shown is in `unproven`, in words.
 */
import type { Decision } from '../flags/decision.ts';
import { isLosing } from '../flags/settled.ts';
import type { Branch, EnvironmentState, FlagState, FlagValue } from '../flags/types.ts';
import type { Flag, Orphan } from '../link/project.ts';
import type { Location } from '../parse/span.ts';
import { redact } from './escape.ts';
import { branchName } from './finding.ts';
import { compareText } from './finish.ts';
import type { DeadBranch, EnvironmentLine, FlagRemoval, RemovalKind, RemovalSize, SchemaPlan } from './removal-model.ts';
import { nameOf, type TimelineFacts, timelineOf } from './removal-timeline.ts';
import { plural } from './words.ts';

export interface FlagFacts extends TimelineFacts {
  /** Lines of the files with branches, as head has them. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** What the removal of a flag changes, by key, or why that is not known; absent: nobody asked. */
  readonly sizes: ReadonlyMap<string, RemovalSize | string>;
  /** What becomes of the schema, by flag; absent: nothing. */
  readonly plans: ReadonlyMap<string, SchemaPlan>;
  /** Evaluations whose key is not known. */
  readonly unknownKeys: number;
}

const day = 86_400_000;

/** Whether the flag is meant to stay. */
export const isPermanent = ({ decision }: Flag): boolean =>
  (decision.kind === 'blocked' || decision.kind === 'live') && decision.reasons.some(({ code }) => code === 'permanent');

/** Whether the flag belongs into the report. One that is archived and evaluated nowhere is done. */
export function isListed(flag: Flag): boolean {
  if (isPermanent(flag)) return false;
  if (flag.evaluations.length === 0) return flag.state !== null && !flag.state.archived;
  return flag.decision.kind !== 'live';
}

/** Whether it can go without anybody's decision. */
export const isReady = ({ decision, evaluations }: Flag): boolean =>
  evaluations.length > 0 && (decision.kind === 'stale' || decision.kind === 'dead') && decision.value !== null;

/** One flag that is listed. */
export function flagRemoval(flag: Flag, facts: FlagFacts): FlagRemoval {
  const { state, decision } = flag;
  const kind = kindOf(flag);
  const value = decision.kind === 'live' ? (state?.everyone ?? null) : decision.value;
  const branches = losingBranches(flag, value, facts.sources);
  const since = state?.since ?? null;
  const orphans = deadObjects(flag);
  const size = facts.sizes.get(flag.key);
  const known = {
    kind,
    because: becauseOf(kind, decision),
    since,
    createdAt: state?.createdAt ?? null,
    heldDays: daysSince(since, facts.now),
    blockers: decision.kind === 'blocked' ? decision.reasons : [],
    branches,
    ...extentOf(
      branches,
      flag.evaluations.map(({ location }) => location),
    ),
    objects: orphans.map(({ object }) => object),
  };
  return {
    key: flag.key,
    ready: isReady(flag),
    value,
    ...servedOf(state),
    ageDays: daysSince(known.createdAt, facts.now),
    provider: state?.provider ?? null,
    environments: (state?.environments ?? []).map((one) => environmentOf(one, facts.now)),
    lastEvaluated: lastEvaluated(state),
    notes: decision.kind === 'stale' || decision.kind === 'dead' ? decision.notes : [],
    evaluations: flag.evaluations.map(({ location }) => location),
    removal: typeof size === 'object' ? size : null,
    ...planOf(flag, kind, facts),
    timeline: timelineOf(flag, known, facts),
    unproven: [...unprovenOf(flag, kind, value, facts), ...unmeasured(size), ...writesLeft(orphans)],
    ...known,
  };
}

const noPlan: SchemaPlan = { contract: [], byHand: [], verification: [], releases: [] };

/** Of a flag that is held up, nothing is next but what holds it up. */
function planOf({ key }: Flag, kind: RemovalKind, { plans }: FlagFacts): SchemaPlan {
  const plan = plans.get(key) ?? noPlan;
  if (kind !== 'blocked') return plan;
  return { ...plan, releases: plan.releases.map((step) => (step.state === 'next' ? { ...step, state: 'later' as const } : step)) };
}

/** Objects that nothing uses once the flag's losing branches are gone; none where which those are is not known for sure. */
export const deadObjects = (flag: Flag): readonly Orphan[] => (flag.evaluations.length > 0 && knowsLoser(flag) ? flag.orphans : []);

/** Which side the project took for the losing one: an archived flag's on side. Without a state, and with another value, it is not the one that goes. */
const knowsLoser = ({ state, decision }: Flag): boolean =>
  state !== null && (!state.archived || (decision.kind === 'dead' && decision.value === false));

function kindOf({ evaluations, decision }: Flag): RemovalKind {
  if (evaluations.length === 0) return 'orphaned';
  return decision.kind === 'live' ? 'blocked' : decision.kind;
}

function becauseOf(kind: RemovalKind, decision: Decision): FlagRemoval['because'] {
  if (kind === 'orphaned') return 'unevaluated';
  return decision.kind === 'dead' ? decision.because : null;
}

const servedOf = (state: FlagState | null): Pick<FlagRemoval, 'percentage' | 'by' | 'sinceFrom' | 'state'> => ({
  percentage: state?.percentage ?? null,
  by: state?.by ?? null,
  sinceFrom: state?.sinceFrom ?? null,
  state: state?.location ?? null,
});

function daysSince(instant: string | null, now: Date): number | null {
  const days = instant === null ? Number.NaN : Math.floor((now.getTime() - Date.parse(instant)) / day);
  return Number.isNaN(days) ? null : Math.max(0, days);
}

function environmentOf(served: EnvironmentState, now: Date): EnvironmentLine {
  const { environment, isProduction, everyone, variant, percentage, by, since, sinceFrom, location } = served;
  const contexts = [...served.contexts].map(([name, value]) => ({ name, value })).sort((a, b) => compareText(a.name, b.name));
  const blockers = served.blockers.map(({ detail }) => detail);
  const heldDays = daysSince(since, now);
  return { environment, isProduction, serves: everyone, variant, percentage, by, since, sinceFrom, heldDays, blockers, contexts, location };
}

const lastEvaluated = (state: FlagState | null): FlagRemoval['lastEvaluated'] =>
  [...(state?.lastEvaluated ?? [])].map(([value, at]) => ({ value, at })).sort((a, b) => compareText(a.value, b.value));

/** Branches that the value which stays never takes. */
function losingBranches({ branches, state }: Flag, value: FlagValue | null, sources: FlagFacts['sources']): DeadBranch[] {
  if (value === null) return [];
  const isDead = ({ guard }: Branch): boolean =>
    typeof guard.value === typeof value ? guard.equal !== (guard.value === value) : state !== null && isLosing(guard, state);
  return branches.filter(isDead).map(({ guard, location }) => ({
    ...location,
    runs: `${guard.equal ? '' : 'not '}${branchName(guard.value)}`,
    source: excerptOf(location, sources.get(location.file) ?? []),
  }));
}

const excerptLines = 12;
const excerptWidth = 200;

/** The first lines of a branch, without the indent they share and without what must not be shown. */
function excerptOf({ line, endLine }: Location, lines: readonly string[]): string[] {
  const shown = lines.slice(line - 1, Math.min(endLine, line - 1 + excerptLines)).map((text) => redact(text.slice(0, excerptWidth)));
  const indents = shown.filter((text) => text.trim() !== '').map((text) => text.length - text.trimStart().length);
  const common = Math.min(...indents, excerptWidth);
  return shown.map((text) => text.slice(common).replaceAll('\t', '  ').trimEnd());
}

/** Lines of the branches, each once; files with a branch or an evaluation. */
function extentOf(branches: readonly Location[], evaluations: readonly Location[]): Pick<FlagRemoval, 'branchLines' | 'files'> {
  const inOrder = [...branches].sort((a, b) => compareText(a.file, b.file) || a.line - b.line);
  let branchLines = 0;
  let reached = { file: '', line: 0 };
  for (const { file, line, endLine } of inOrder) {
    const from = file === reached.file ? Math.max(line, reached.line + 1) : line;
    if (endLine < from) continue;
    branchLines += endLine - from + 1;
    reached = { file, line: endLine };
  }
  return { branchLines, files: new Set([...branches, ...evaluations].map(({ file }) => file)).size };
}

function unprovenOf(flag: Flag, kind: RemovalKind, value: FlagValue | null, facts: FlagFacts): string[] {
  const { guardsSchema, sides, decision } = flag;
  const found: string[] = [];
  if (kind === 'orphaned') found.push('Other repositories were not looked at: one of them may evaluate it.');
  if (kind === 'dead' && value === null) found.push('Which value stays is not known: its evaluations have different defaults, or none.');
  if (decision.kind === 'dead' && decision.because === 'unknown')
    found.push('The key may be misspelt: its provider does not know it, so the code gets its own default.');
  const usesSchema = guardsSchema || sides.on.length + sides.off.length > 0;
  if (kind !== 'orphaned' && usesSchema && !knowsLoser(flag))
    found.push('Objects that become dead were not worked out: no state of the flag says which side goes.');
  if (facts.unknownKeys > 0)
    found.push(
      `${plural(facts.unknownKeys, 'evaluation')} ${facts.unknownKeys === 1 ? 'has a key that is' : 'have keys that are'} not known before the program runs, and may mean this flag.`,
    );
  return found;
}

const unmeasured = (size: RemovalSize | string | undefined): string[] =>
  typeof size === 'string' ? [`What its removal changes was not worked out: ${size.replace(/\.$/, '')}.`] : [];

const writesLeft = (orphans: readonly Orphan[]): string[] =>
  orphans.flatMap(({ object, writes: [write] }) =>
    write === undefined
      ? []
      : [
          `\`${nameOf(object)}\` is still written at ${write.location.file}:${write.location.line}: end that write in a release before the contract.`,
        ],
  );
