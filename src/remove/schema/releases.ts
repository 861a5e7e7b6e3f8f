/**
 * The order of releases that ends a roll-out: which steps apply, what is done, and what comes next.
 * Input: facts about the flag, the legacy objects and who uses them. Output: steps as data. Pure.
 * Invariant: a step that the facts do not call for is left out; at most one step is `next`.
 */
import type { Location } from '../../parse/span.ts';
import type { SchemaObject } from '../../schema/types.ts';

export type StepKind =
  | 'remove-flag'
  | 'deploy-removal'
  | 'zero-evaluations'
  | 'archive-flag'
  | 'drop-not-null'
  | 'end-legacy-write'
  | 'deploy-end-of-write'
  | 'contract';

export interface ReleaseStep {
  readonly kind: StepKind;
  /** One sentence, without a full stop; names stand in backticks. */
  readonly text: string;
  /** SQL of the step; none where it is no migration. */
  readonly statements: readonly string[];
  /** Where code has still to change for it. */
  readonly places: readonly Location[];
  /** `unknown`: the repository does not tell whether it is done. */
  readonly state: 'done' | 'next' | 'later' | 'unknown';
}

/** What the code of one side does. */
export interface SideFacts {
  readonly evaluatesFlag: boolean;
  readonly reads: readonly Location[];
  readonly writes: readonly Location[];
}

export interface ReleaseFacts {
  /** Null: no flag is known for the objects. */
  readonly flag: string | null;
  readonly isArchived: boolean;
  readonly objects: readonly SchemaObject[];
  /** What may be running: the merge base and what else is deployed. */
  readonly base: SideFacts;
  readonly head: SideFacts;
  /** Legacy columns that a new row must fill, each with the statement that ends it. */
  readonly notNull: readonly { readonly object: SchemaObject; readonly statement: string | null }[];
  /** Whether a migration has let such a column be empty already. */
  readonly wasRelaxed: boolean;
  /** Whether the legacy side was written once, where it is no more. */
  readonly wasWritten: boolean;
  readonly contract: readonly string[];
}

type Draft = Omit<ReleaseStep, 'state'> & { readonly isDone: boolean | 'unknown' };

/** The steps of one flag, or of some objects whose flag is gone. */
export function releasesOf(facts: ReleaseFacts): ReleaseStep[] {
  const drafts = facts.objects.length === 0 ? flagSteps(facts) : [...flagSteps(facts), ...objectSteps(facts)];
  // What comes after a step was only done when the step was.
  const lastDone = drafts.findLastIndex(
    (step) => step.isDone === true && (step.kind === 'drop-not-null' || step.kind === 'end-legacy-write'),
  );
  const isDone = (step: Draft, i: number): boolean | 'unknown' => (step.isDone === 'unknown' && i < lastDone ? true : step.isDone);
  const next = drafts.findIndex((step, i) => isDone(step, i) === false);
  return drafts.map((step, i): ReleaseStep => {
    const done = isDone(step, i);
    const { isDone: _, ...rest } = step;
    if (done === true) return { ...rest, state: 'done' };
    if (next >= 0 && i > next) return { ...rest, state: 'later' };
    return { ...rest, state: done === 'unknown' ? 'unknown' : 'next' };
  });
}

function flagSteps({ flag, isArchived, objects, base, head }: ReleaseFacts): Draft[] {
  if (flag === null) return [];
  const isRemoved = !head.evaluatesFlag && head.reads.length === 0;
  const isDeployed = isRemoved && !base.evaluatesFlag && base.reads.length === 0;
  const name = `\`${flag}\``;
  const writes = objects.length > 0 && head.writes.length > 0 ? '; keep writing both sides' : '';
  const what = objects.length === 0 ? 'its losing branches' : 'the legacy read';
  const plain = { statements: [], places: [] };
  const provider = isArchived ? true : isDeployed ? ('unknown' as const) : false;
  return [
    {
      ...plain,
      kind: 'remove-flag',
      text: `Remove the flag ${name} and ${what} from the code${writes}`,
      places: head.reads,
      isDone: isRemoved,
    },
    { ...plain, kind: 'deploy-removal', text: 'Deploy it everywhere', isDone: isDeployed },
    { ...plain, kind: 'zero-evaluations', text: `Wait until the provider counts no evaluation of ${name}`, isDone: provider },
    { ...plain, kind: 'archive-flag', text: `Archive the flag ${name}`, isDone: provider },
  ];
}

function objectSteps({ flag, objects, base, head, notNull, wasRelaxed, wasWritten, contract }: ReleaseFacts): Draft[] {
  const steps: Draft[] = [];
  const command = `dropgate remove ${flag !== null && /^[\w.:@/-]+$/.test(flag) && !flag.startsWith('-') ? flag : '<flag>'}`;
  const names = (some: readonly SchemaObject[]): string => some.map((object) => `\`${nameOf(object)}\``).join(', ');
  const isWritten = head.writes.length > 0 || base.writes.length > 0;
  if (isWritten && (notNull.length > 0 || wasRelaxed)) {
    const statements = notNull.flatMap(({ statement }) => (statement === null ? [] : [statement]));
    const text = `Let ${notNull.length > 0 ? names(notNull.map((n) => n.object)) : 'the legacy column'} be empty, so that rows can be made without it`;
    steps.push({ kind: 'drop-not-null', text, statements, places: [], isDone: notNull.length === 0 });
  } else if (wasRelaxed && notNull.length === 0) {
    steps.push({
      kind: 'drop-not-null',
      text: 'Let the legacy column be empty, so that rows can be made without it',
      statements: [],
      places: [],
      isDone: true,
    });
  }
  if (isWritten || wasWritten) {
    const isEnded = head.writes.length === 0;
    const text = `End the legacy write of ${names(objects)} (${command} --stop-legacy-writes)`;
    steps.push({ kind: 'end-legacy-write', text, statements: [], places: head.writes, isDone: isEnded });
    steps.push({
      kind: 'deploy-end-of-write',
      text: 'Deploy it everywhere',
      statements: [],
      places: [],
      isDone: isEnded && base.writes.length === 0,
    });
  }
  const text = `In a change of its own, drop ${names(objects)} (${command} --contract)`;
  return [...steps, { kind: 'contract', text, statements: contract, places: [], isDone: false }];
}

/** `users.email`, or the name alone. */
export const nameOf = ({ table, name }: SchemaObject): string => (table === null || table === name ? name : `${table}.${name}`);
