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
  /** Cells that were assigned under a condition: one set per condition that is open. */
  readonly touched: Set<Cell>[];
  readonly globals: Map<string, Cell>;
  readonly moduleScopes: Map<Module, Scope>;
  steps: number;
  /** Expressions inside each other. */
  depth: number;
  /** Functions inside each other. */
  calls: number;
}

const MAX_STEPS = 200_000;
export const MAX_DEPTH = 1_200;
export const MAX_CALLS = 40;

export const makeRun = (rest: Pick<Run, 'modules' | 'texts' | 'recorder' | 'packageValue'>): Run => ({
  ...rest,
  conditions: rest.recorder.conditions,
  touched: [],
  globals: new Map(),
  moduleScopes: new Map(),
  steps: 0,
  depth: 0,
  calls: 0,
});

/** Takes a step; false when the budget is used up, which is said once. */
export const step = (run: Run, place: () => Place): boolean => {
  if (run.steps > MAX_STEPS) return false;
  run.steps++;
  if (run.steps > MAX_STEPS) run.recorder.problem(place(), 'it does too much to be followed', '');
  return run.steps <= MAX_STEPS;
};

/** Reads something that only happens under a condition; what it assigns is not known afterwards. */
export const under = <T>(run: Run, condition: Condition, read: () => T): T => {
  const depth = run.conditions.length;
  const touched = new Set<Cell>();
  run.conditions.push(condition);
  run.touched.push(touched);
  const result = read();
  run.touched.pop();
  // Who leaves in here leaves what follows, too.
  const [left] = run.conditions.splice(depth).slice(1);
  if (left) run.conditions.push({ ...left, check: null });
  for (const cell of touched) {
    cell.value = { kind: 'unknown' };
    run.touched.at(-1)?.add(cell);
  }
  return result;
};

export const assign = (run: Run, cell: Cell, value: Value): void => {
  cell.value = value;
  run.touched.at(-1)?.add(cell);
};
