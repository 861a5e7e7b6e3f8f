/**
 * Joins type changes with the code that was written for the old type.
 * Input: histories, accesses of base. Output: one judged record per retyped column that somebody uses. Pure.
 * Head's own code is written for the new type; what it uses says nothing about the change.
 */
import type { SchemaAccess } from '../access/types.ts';
import { type Retype, retypes } from '../extract/retypes.ts';
import { isSameToPrisma } from '../schema/type-compatibility.ts';
import { type RemovalFacts, usesOf } from './removals.ts';
import { judge, type Verdict } from './verdict.ts';

export interface JudgedRetype extends Retype {
  readonly database: string;
  readonly object: Retype['change']['object'];
  readonly verdict: Verdict;
  /** Named prepared statements on the column: refused once its type has changed. */
  readonly prepared: readonly SchemaAccess[];
  /** Whether only writers can be hit, by values that no longer fit. */
  readonly onlyWriters: boolean;
}

const isHit = (access: SchemaAccess, { effect, losesData, isTextToEnum, before, after }: Retype): boolean => {
  // A client that sends the column unasked gets empty values, and goes on.
  if (losesData && access.how !== 'implicit') return true;
  if (access.layer === 'prisma' && isSameToPrisma(before.type, after.type)) return access.kind === 'write' && effect.writers === 'narrower';
  // Only Prisma has types of its own; for the others a column that no query names arrives as it did.
  if (isTextToEnum && access.layer !== 'prisma' && (access.how === 'implicit' || access.how === 'field')) return false;
  return access.kind === 'read' ? effect.readers !== 'same' : effect.writers !== 'same';
};

/** Type changes of columns that base uses. */
export function linkRetypes(facts: RemovalFacts): JudgedRetype[] {
  return facts.histories.flatMap((history) =>
    retypes(history).map((retype): JudgedRetype => {
      const { object } = retype.change;
      const uses = usesOf(history.id, object, facts.base);
      const verdict = judge({
        base: uses.filter((access) => isHit(access, retype)),
        head: [],
        dependents: [],
        states: facts.states,
        now: facts.now,
        soakDays: facts.soakDays,
      });
      const prepared = uses.filter((access) => access.isPrepared && access.kind === 'read');
      const onlyWriters = !retype.losesData && retype.effect.readers === 'same';
      return { ...retype, database: history.id, object, verdict, prepared, onlyWriters };
    }),
  );
}
