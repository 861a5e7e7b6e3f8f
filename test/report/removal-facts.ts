/** Facts of the removal report made by hand: one flag that guards users.email, and what a test changes about it. */
import { decide } from '../../src/flags/decision.ts';
import type { Branch, Evaluation, FlagState } from '../../src/flags/types.ts';
import type { Flag } from '../../src/link/project.ts';
import { type RemovalFacts, removalReport } from '../../src/report/removal.ts';
import type { RemovalReport } from '../../src/report/removal-model.ts';
import { flagState } from '../flags/states.ts';

export const at = (file: string, line: number, endLine = line) => ({ file, line, column: 1, endLine, endColumn: 2 });

export const now = new Date('2026-01-30T12:00:00.000Z');

export const state: FlagState = flagState('new-email-column', {
  everyone: true,
  percentage: 100,
  by: 'user_id',
  since: '2026-01-01T00:00:00.000Z',
  sinceFrom: 'git',
  createdAt: '2025-11-01T00:00:00.000Z',
  location: at('flags.yaml', 1),
});

export const evaluationAt = (key: string, line: number, fallback: Evaluation['fallback'] = null): Evaluation => ({
  flag: key,
  sdk: 'featureflow-node-sdk',
  provider: 'featureflow',
  location: at('src/flags.ts', line),
  context: { kind: 'opaque' },
  fallback,
});

export const branchAt = (key: string, value: boolean, line: number, endLine = line): Branch => ({
  guard: { flag: key, value, equal: true, evaluation: evaluationAt(key, 5) },
  location: at('src/users.ts', line, endLine),
});

const deciding = { soakDays: 14, deadDays: 30, minimumAgeDays: null, permanentFlags: [] };

export interface Given extends Partial<Omit<Flag, 'decision' | 'key' | 'state'>> {
  readonly complete?: readonly string[];
  readonly others?: readonly FlagState[];
}

/** A flag as the project has it, judged by its state. */
export function flagOf(own: FlagState | null, given: Given = {}, key = own?.key ?? 'no-state'): Flag {
  const { complete = [], others = [], ...more } = given;
  const states = new Map([...others, ...(own === null ? [] : [own])].map((one) => [one.key, one]));
  const evaluations = more.evaluations ?? [evaluationAt(key, 5)];
  return {
    key,
    state: own,
    decision: decide(key, evaluations, { states, complete, config: deciding, now }),
    branches: [branchAt(key, true, 10, 12), branchAt(key, false, 14, 18)],
    isTouched: false,
    guardsSchema: false,
    misuses: [],
    orphans: [],
    sides: { on: [], off: [] },
    ...more,
    evaluations,
  };
}

export const emailOrphan = { object: { kind: 'column', table: 'users', name: 'email' }, writes: [] } as const;

/** A report on these flags. */
export function reportOn(flags: readonly Flag[], more: Partial<RemovalFacts> = {}): RemovalReport {
  return removalReport({
    head: 'worktree',
    now,
    soakDays: 14,
    deadDays: 30,
    flags,
    orphaned: [],
    histories: [],
    dates: new Map(),
    sources: new Map(),
    sizes: new Map(),
    plans: new Map(),
    unknownKeys: [],
    unanalysed: 0,
    ...more,
  });
}
