/**
 * What one reading of a migration carries along: the conditions it is under, the names it has met, and a budget.
 * Invariants: every question takes steps from the budget, so that no text makes a reading run for long.
 */
import type { Module, Modules } from '../../code/types.ts';
import type { Recorder } from './recorder.ts';
import type { Cell, Check, Place, Scope, Value } from './value.ts';

/** Something that must hold for the code under it to run. */
export interface Condition {
  /** As the code writes it. */
  readonly text: string;
  readonly check: Check | null;
  /** How the other way leaves, where the condition stands for what follows. */
  readonly leaves?: 'return' | 'break' | 'continue' | 'throw';
}

export interface Run {
  readonly modules: Modules;
  /** Texts of the SQL files that the code may read. */
  readonly texts: ReadonlyMap<string, string>;
  readonly recorder: Recorder;
  /** What is imported from a package; null: nothing is known of it. */
  packageValue(source: string, imported: string): Value | null;
  /** Conditions around what is being read, outermost first. */
  readonly conditions: Condition[];
  /** How to forget what was changed under each condition that is open. */
  readonly touched: Map<Condition, (() => void)[]>;
  readonly globals: Map<string, Cell>;
  readonly moduleScopes: Map<Module, Scope>;
  steps: number;
  /** Expressions inside each other. */
  depth: number;
  /** `try` blocks with a `catch` around what is being read. */
  tries: number;
  /** Functions inside each other. */
  calls: number;
  /** Whether something was left unread for its depth. */
  isCut: boolean;
}

export const MAX_STEPS = 200_000;
export const MAX_DEPTH = 1_200;
export const MAX_CALLS = 40;

export const makeRun = (rest: Pick<Run, 'modules' | 'texts' | 'recorder' | 'packageValue'>): Run => ({
  ...rest,
  conditions: rest.recorder.conditions,
  touched: new Map(),
  globals: new Map(),
  moduleScopes: new Map(),
  steps: 0,
  depth: 0,
  tries: 0,
  calls: 0,
  isCut: false,
});

/** Takes a step; false when the budget is used up, which is said once. */
export const step = (run: Run, place: () => Place): boolean => {
  if (run.steps > MAX_STEPS) return false;
  run.steps++;
  if (run.steps > MAX_STEPS) run.recorder.problem(place(), 'it does too much to be followed', '');
  return run.steps <= MAX_STEPS;
};

/** Says that something is too deep to be read; once, however many branches of a recursion end there. */
export const cut = (run: Run, place: Place, what: string): void => {
  if (!run.isCut) run.recorder.problem(place, `${what} nested too deep to be followed`, '');
  run.isCut = true;
};

/** Says how what has just been changed is forgotten, where the condition around is left. */
export const touch = (run: Run, forget: () => void): void => {
  const last = run.conditions.at(-1);
  if (!last) return;
  const known = run.touched.get(last);
  if (known) known.push(forget);
  else run.touched.set(last, [forget]);
};

/** Removes conditions from `depth` on: what was changed under them is not known afterwards. */
export const leave = (run: Run, depth: number, isLeft: (condition: Condition) => boolean = () => true): void => {
  for (let i = run.conditions.length - 1; i >= depth; i--) {
    const condition = run.conditions[i];
    if (!condition || !isLeft(condition)) continue;
    run.conditions.splice(i, 1);
    const forgets = run.touched.get(condition) ?? [];
    run.touched.delete(condition);
    for (const forget of forgets) forget();
    const outer = run.conditions[i - 1];
    if (!outer || forgets.length === 0) continue;
    const known = run.touched.get(outer);
    if (known) for (const forget of forgets) known.push(forget);
    else run.touched.set(outer, forgets);
  }
};

/** Reads something that only happens under a condition; what it assigns is not known afterwards. */
export const under = <T>(run: Run, condition: Condition, read: () => T): T => {
  const depth = run.conditions.length;
  run.conditions.push({ ...condition });
  const result = read();
  // Who leaves in here leaves what follows, too.
  const left = run.conditions[depth + 1];
  leave(run, depth);
  if (left) run.conditions.push({ ...left, check: null });
  return result;
};
