/**
 * The removal report: every flag that has done its work, or is kept from ending, and legacy objects nothing uses any more;
 * what goes with each, and in which order.
 * Input: facts that `run` has linked. Output: the model that every format prints. Pure.
 */
import type { OrphanedColumn } from '../link/orphaned.ts';
import type { Flag } from '../link/project.ts';
import type { Location } from '../parse/span.ts';
import { compareText } from './finish.ts';
import { type FlagFacts, flagRemoval, isListed, isPermanent } from './removal-flag.ts';
import type { FlagRemoval, OrphanedObject, RemovalKind, RemovalReport, RemovalSummary, SchemaPlan } from './removal-model.ts';
import { orphanTimeline } from './removal-timeline.ts';
import { linesOf } from './removal-words.ts';
import { toolVersion } from './version.ts';

export interface RemovalFacts extends Omit<FlagFacts, 'unknownKeys'> {
  readonly head: string;
  /** Every flag of the project. */
  readonly flags: readonly Flag[];
  readonly orphaned: readonly { readonly column: OrphanedColumn; readonly plan: SchemaPlan }[];
  readonly unknownKeys: readonly Location[];
  /** Statements and files that could not be read. */
  readonly unanalysed: number;
}

/** The report as of `facts.now`. */
export function removalReport(facts: RemovalFacts): RemovalReport {
  const own = { ...facts, unknownKeys: facts.unknownKeys.length };
  const flags = facts.flags
    .filter(isListed)
    .map((flag) => flagRemoval(flag, own))
    .sort(compareFlags);
  const { head, now, soakDays, unknownKeys } = facts;
  return {
    version: 1,
    tool: { name: 'dropgate', version: toolVersion() },
    head,
    now: now.toISOString(),
    soakDays,
    summary: summaryOf(flags, facts),
    flags,
    objects: facts.orphaned.map(({ column, plan }) => orphanOf(column, plan, facts)),
    unknownKeys,
  };
}

const kinds: readonly RemovalKind[] = ['stale', 'dead', 'blocked', 'orphaned'];

/** What can go today first; of that, what takes most with it. */
function compareFlags(a: FlagRemoval, b: FlagRemoval): number {
  return (
    Number(b.ready) - Number(a.ready) ||
    (a.ready ? 0 : kinds.indexOf(a.kind) - kinds.indexOf(b.kind)) ||
    weightOf(b) - weightOf(a) ||
    (b.heldDays ?? -1) - (a.heldDays ?? -1) ||
    compareText(a.key, b.key)
  );
}

/** A dead object weighs as much as a screen of code: it costs reviews, migrations and backups. */
const objectWeight = 25;
const weightOf = (flag: FlagRemoval): number => linesOf(flag) + flag.objects.length * objectWeight;

function summaryOf(flags: readonly FlagRemoval[], { flags: all, unanalysed }: RemovalFacts): RemovalSummary {
  const ready = flags.filter((flag) => flag.ready);
  const count = (kind: RemovalKind): number => flags.filter((flag) => flag.kind === kind).length;
  const sum = (of: (flag: FlagRemoval) => number): number => ready.reduce((total, flag) => total + of(flag), 0);
  const sizes = ready.flatMap(({ removal }) => removal ?? []);
  const isMeasured = ready.length > 0 && sizes.length === ready.length;
  const permanent = all.filter(isPermanent).length;
  const live = all.filter((flag) => flag.evaluations.length > 0 && flag.decision.kind === 'live' && !isPermanent(flag));
  return {
    ready: ready.length,
    stale: count('stale'),
    dead: count('dead'),
    blocked: count('blocked'),
    orphaned: count('orphaned'),
    branches: sum((flag) => flag.branches.length),
    branchLines: sum((flag) => flag.branchLines),
    files: new Set(ready.flatMap(({ branches, evaluations }) => [...branches, ...evaluations].map(({ file }) => file))).size,
    objects: sum((flag) => flag.objects.length),
    removal: isMeasured
      ? {
          linesRemoved: sizes.reduce((n, size) => n + size.linesRemoved, 0),
          linesAdded: sizes.reduce((n, size) => n + size.linesAdded, 0),
          deletedFiles: sizes.reduce((n, size) => n + size.deletedFiles, 0),
        }
      : null,
    first: ready[0]?.key ?? null,
    permanent,
    live: live.length,
    unknown: live.filter(isUnknown).length,
    unanalysed,
  };
}

const isUnknown = ({ decision }: Flag): boolean =>
  decision.kind === 'live' && decision.reasons.some(({ code }) => code === 'state-unknown');

function orphanOf(one: OrphanedColumn, plan: SchemaPlan, facts: RemovalFacts): OrphanedObject {
  const { object, fresh, read, location } = one;
  return {
    object,
    replacedBy: { kind: 'column', table: fresh.table, name: fresh.column },
    read: read.location,
    made: location,
    ...plan,
    timeline: orphanTimeline(one, facts),
    unproven: ['Other services and reports may read it: code outside this repository was not looked at.'],
  };
}

/** The JSON form, documented in docs/json.md. */
export const renderRemovalJson = (report: RemovalReport): string => `${JSON.stringify(report, null, 2)}\n`;
