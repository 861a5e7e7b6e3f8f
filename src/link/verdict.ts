/**
 * The table of DESIGN section 2: what evidence says about an object that a change drops or renames.
 * Input: the uses of the object at base and head, and flag states. Output: one Verdict; the first row that matches decides.
 */
import type { SchemaAccess } from '../access/types.ts';
import { isLosing } from '../flags/settled.ts';
import { deadFor, type Standing } from '../flags/standing.ts';
import type { FlagState, Guard } from '../flags/types.ts';
import type { Routine } from '../schema/types.ts';

/** A use with what its guards are worth. */
export interface JudgedUse {
  readonly access: SchemaAccess;
  readonly guard: Guard | null;
  readonly standing: Standing | null;
}

export type Verdict =
  | { readonly kind: 'silent' }
  /** Head still uses it. */
  | { readonly kind: 'dangling'; readonly uses: readonly JudgedUse[]; readonly dependents: readonly Routine[] }
  /** Base uses it where no flag can turn the use off. */
  | { readonly kind: 'coupled'; readonly uses: readonly JudgedUse[] }
  /** Base uses it only in losing branches someone may still take. */
  | { readonly kind: 'premature'; readonly uses: readonly JudgedUse[] }
  /** Base's ORM sends it unasked. */
  | { readonly kind: 'mapped'; readonly uses: readonly JudgedUse[] }
  /** Base uses it only in branches dead for everyone. */
  | { readonly kind: 'dead-branch'; readonly uses: readonly JudgedUse[] }
  /** Only uses that may not touch it at all. */
  | { readonly kind: 'uncertain'; readonly uses: readonly JudgedUse[] };

export interface Evidence {
  readonly base: readonly SchemaAccess[];
  readonly head: readonly SchemaAccess[];
  readonly dependents: readonly Routine[];
  readonly states: ReadonlyMap<string, FlagState>;
  readonly now: Date;
  readonly soakDays: number;
}

/** Judges one object. */
export function judge(evidence: Evidence): Verdict {
  const judgeUse = (access: SchemaAccess): JudgedUse => judged(access, evidence);
  const head = evidence.head.filter(isCertain).map(judgeUse);
  if (head.length > 0 || evidence.dependents.length > 0) return { kind: 'dangling', uses: head, dependents: evidence.dependents };
  const base = evidence.base.filter(isCertain);
  const asked = base.filter((a) => a.how !== 'implicit').map(judgeUse);
  const open = asked.filter((u) => isOpen(u, evidence));
  if (open.length > 0) return { kind: 'coupled', uses: open };
  const alive = asked.filter((u) => u.standing?.kind !== 'dead');
  if (alive.length > 0) return { kind: 'premature', uses: alive };
  const mapped = base
    .filter((a) => a.how === 'implicit')
    .map(judgeUse)
    .filter((u) => u.standing?.kind !== 'dead');
  if (mapped.length > 0) return { kind: 'mapped', uses: mapped };
  if (base.length > 0) return { kind: 'dead-branch', uses: base.map(judgeUse) };
  const uncertain = evidence.base.filter((a) => !isCertain(a)).map(judgeUse);
  return uncertain.length > 0 ? { kind: 'uncertain', uses: uncertain } : { kind: 'silent' };
}

const isCertain = (access: SchemaAccess): boolean => access.confidence !== 'low';

/** Of several guards, the one that closes the branch counts; else the first. */
function judged(access: SchemaAccess, { states, now, soakDays }: Evidence): JudgedUse {
  const standings = access.guards.map((guard) => ({ guard, standing: deadFor(guard, states.get(guard.flag), now, soakDays) }));
  const best =
    standings.find((s) => s.standing.kind === 'dead') ?? standings.find((s) => isLosing(s.guard, states.get(s.guard.flag))) ?? standings[0];
  return { access, guard: best?.guard ?? null, standing: best?.standing ?? null };
}

/** Outside any flag, or on the side of the flag that is winning. */
function isOpen({ guard, standing }: JudgedUse, { states }: Evidence): boolean {
  if (!guard || standing?.kind === 'dead') return standing?.kind !== 'dead';
  return !isLosing(guard, states.get(guard.flag));
}
