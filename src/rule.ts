/**
 * What a rule is, and the words all rules share. A rule is data about itself and a check that reads facts; it never sees
 * a tree, a file or a parser.
 */
import type { SchemaAccess } from './access/types.ts';
import type { Branch, Guard, Misuse } from './flags/types.ts';
import type { Writer } from './link/demands.ts';
import type { Flag, Project } from './link/project.ts';
import type { JudgedUse } from './link/verdict.ts';
import type { Location } from './parse/span.ts';
import { branchName, type Evidence, type Severity, type Stage, type Subject } from './report/finding.ts';
import type { Draft } from './report/finish.ts';
import type { Routine, SchemaChange, SchemaObject } from './schema/types.ts';

export { isLosing } from './flags/settled.ts';
export type { JudgedDemand, Writer } from './link/demands.ts';
export type { BrokenDualWrite } from './link/dual-writes.ts';
export type { Forgotten } from './link/forgotten.ts';
export type { MissingBackfill } from './link/missing-backfills.ts';
export type { OrphanedColumn } from './link/orphaned.ts';
export type { Positional } from './link/positional.ts';
export type { Arrival, Flag, Project, Removal } from './link/project.ts';
export type { JudgedRetype } from './link/retypes.ts';
export type { Unfilled } from './link/unfilled.ts';
export type { Draft } from './report/finish.ts';

export interface Rule {
  /** Names the pattern: "allow unflagged-read" reads well. Also the name of its file and its fixture folder. */
  readonly id: string;
  readonly stage: Stage | null;
  /** Severity a finding has unless the rule's evidence says otherwise. */
  readonly severity: Severity;
  /** One line: when it fires. */
  readonly summary: string;
  /** Why that hurts, naming the release step. */
  readonly why: string;
  /** What to do instead. */
  readonly fix: string;
  check(project: Project): readonly Draft[];
}

/** A finding of a rule at a place. */
export function report(
  rule: Rule,
  at: Location,
  rest: Pick<Draft, 'message' | 'help' | 'subject' | 'evidence'> & Partial<Pick<Draft, 'severity' | 'confidence'>>,
): Draft {
  const { file, line, column, endLine, endColumn } = at;
  return { rule: rule.id, severity: rule.severity, confidence: 'high', stage: rule.stage, ...rest, file, line, column, endLine, endColumn };
}

/** `users.email`, in backticks. */
export const named = (object: SchemaObject): string =>
  `\`${object.table === null || object.table === object.name ? object.name : `${object.table}.${object.name}`}\``;

export const subjectOf = (object: SchemaObject): Subject =>
  object.table === null ? { kind: object.kind, name: object.name } : { kind: object.kind, table: object.table, name: object.name };

export const place = (at: Location): string => `\`${at.file}:${at.line}\``;

/** The branch of a flag a guard stands for: `on`, `off`, `not blue`. */
export const sideOf = (guard: Guard): string => (guard.equal ? branchName(guard.value) : `not ${branchName(guard.value)}`);

/** Evidence of one use. */
export function useEvidence(revision: Evidence['revision'], access: SchemaAccess, use?: JudgedUse): Evidence {
  const guard = use?.guard ?? access.guards[0];
  const reason = use?.standing?.kind === 'alive' ? `, ${use.standing.reason}` : '';
  const via = guard?.via ? `, called behind the flag at ${guard.via.file}:${guard.via.line}` : '';
  const note = `${access.operation}${via}${reason}`;
  return {
    kind: access.how === 'implicit' && access.layer !== 'sql' ? 'mapping' : access.kind,
    revision,
    file: access.location.file,
    line: access.location.line,
    column: access.location.column,
    ...(guard ? { flag: guard.flag, branch: sideOf(guard) } : {}),
    note,
  };
}

/** Evidence of a statement that writes rows, or of one that names a value. */
export const writerEvidence = (revision: Evidence['revision'], writer: Writer): Evidence => {
  if ('kind' in writer) return useEvidence(revision, writer);
  const { location, operation, guards, columns } = writer;
  const [guard] = guards;
  const note = columns.length > 0 && columns.length <= 8 ? `${operation} (${columns.join(', ')})` : operation;
  const { file, line, column } = location;
  return { kind: 'write', revision, file, line, column, ...(guard ? { flag: guard.flag, branch: sideOf(guard) } : {}), note };
};

export const usesEvidence = (revision: Evidence['revision'], uses: readonly JudgedUse[]): Evidence[] =>
  uses.map((u) => useEvidence(revision, u.access, u));

export const migrationEvidence = ({ location: { file, line, column } }: SchemaChange): Evidence => ({
  kind: 'migration',
  revision: 'head',
  file,
  line,
  column,
});

/** Evidence of where a flag is evaluated, which of its branches are dead, and what says so. */
export const flagEvidence = ({ key, state, evaluations }: Flag, losing: readonly Branch[]): Evidence[] => [
  ...evaluations.map((e): Evidence => ({ kind: 'evaluation', revision: 'head', ...startOf(e.location), flag: key })),
  ...losing.map(
    (b): Evidence => ({
      kind: 'branch',
      revision: 'head',
      ...startOf(b.location),
      flag: key,
      branch: sideOf(b.guard),
      note: `dead through line ${b.location.endLine}`,
    }),
  ),
  ...(state?.location ? [{ kind: 'flag-state' as const, revision: 'base' as const, ...startOf(state.location), flag: key }] : []),
];

/** A flag and one way in which an evaluation of it goes wrong. */
export interface Misused<Kind extends Misuse['kind']> {
  readonly flag: Flag;
  readonly misuse: Extract<Misuse, { kind: Kind }>;
}

/** Misuses of one kind: in a change, of flags it touches. */
export const flagsToJudge = <Kind extends Misuse['kind']>(project: Project, kind: Kind): Misused<Kind>[] =>
  project.flags
    .filter((flag) => project.all || flag.isTouched)
    .flatMap((flag) =>
      flag.misuses.flatMap((misuse) => (misuse.kind === kind ? [{ flag, misuse: misuse as Misused<Kind>['misuse'] }] : [])),
    );

/** Flags whose state is judged together with how they are evaluated: in a change, those it touches. */
export const statedFlags = (project: Project): Flag[] =>
  project.flags.filter((flag) => (project.all || flag.isTouched) && (flag.guardsSchema || project.allFlags) && flag.evaluations.length > 0);

/** Whether a flag is to be removed: what is wrong with it is not mended first. */
export const isOver = ({ state, decision: { kind } }: Flag): boolean => state?.archived === true || kind === 'stale' || kind === 'dead';

/** A finding of a misuse: at its place, with where the flag is evaluated else and what its state is. */
export function misuseReport(
  rule: Rule,
  flag: Flag,
  { location }: Misuse,
  rest: Pick<Draft, 'severity' | 'confidence' | 'message' | 'help'>,
): Draft {
  const isHere = (at: Location): boolean => at.file === location.file && at.line === location.line;
  const elsewhere = { ...flag, evaluations: flag.evaluations.filter((e) => !isHere(e.location)).slice(0, 3) };
  return report(rule, location, { subject: { kind: 'flag', key: flag.key }, evidence: flagEvidence(elsewhere, []), ...rest });
}

const startOf = ({ file, line, column }: Location) => ({ file, line, column });

/** The date of an ISO instant. */
export const dayOf = (instant: string): string => instant.slice(0, 10);

export const routineEvidence = (routine: Routine): Evidence => ({
  kind: 'dependency',
  revision: 'head',
  file: routine.location.file,
  line: routine.location.line,
  column: routine.location.column,
  note: `${routine.kind} ${routine.name}`,
});

/** What becomes of a removed or retyped object. */
export const fateOf = (change: SchemaChange): string =>
  ({ rename: 'is renamed', drop: 'is dropped', create: 'is dropped and added again', 'alter-column': 'changes its type' })[
    change.type as string
  ] ?? 'is dropped';

/** The use people should look at first: one they wrote by name, in path order. */
export const firstUse = (uses: readonly JudgedUse[]): JudgedUse | undefined => uses.find((u) => u.access.how === 'named') ?? uses[0];

/** `reads it` or `writes it`. */
export const verbOf = (access: SchemaAccess): string => (access.kind === 'read' ? 'reads' : 'writes');

/** `still reads it` of one place, and how many more there are. */
export const andMore = (count: number): string => (count > 1 ? ` and ${count - 1} other place${count === 2 ? '' : 's'}` : '');

/** Medium as soon as nothing better than medium speaks for it. */
export const confidenceOf = (uses: readonly JudgedUse[]): Draft['confidence'] =>
  uses.some((u) => u.access.confidence === 'high') ? 'high' : uses.some((u) => u.access.confidence === 'medium') ? 'medium' : 'low';

export const lower = (severity: Severity, project: Project): Severity =>
  project.config.deploy === 'code-first' && severity === 'error' ? 'warning' : severity;
