/**
 * With `deploy: code-first`, uses at head of what the change only adds: the code runs before the migration.
 * Input: the histories, accesses of head, flag states. Output: PrematureUse[]. Pure.
 */
import type { SchemaAccess } from '../access/types.ts';
import type { Config } from '../config/types.ts';
import type { DatabaseHistory } from '../extract/history.ts';
import { addedObjects } from '../extract/objects.ts';
import { deadFor } from '../flags/standing.ts';
import type { FlagState } from '../flags/types.ts';
import type { SchemaChange, SchemaObject } from '../schema/types.ts';
import { usesOf } from './removals.ts';
import type { JudgedUse } from './verdict.ts';

export interface PrematureUse {
  readonly object: SchemaObject;
  readonly change: SchemaChange;
  readonly uses: readonly JudgedUse[];
}

export interface PrematureFacts {
  readonly histories: readonly DatabaseHistory[];
  readonly head: readonly SchemaAccess[];
  readonly states: ReadonlyMap<string, FlagState>;
  readonly now: Date;
}

/** Uses that no flag keeps from running; what everybody is served now counts, held or not. */
export function linkPremature({ histories, head, states, now }: PrematureFacts, { deploy }: Config): PrematureUse[] {
  if (deploy !== 'code-first') return [];
  return histories.flatMap((history) =>
    addedObjects(history).flatMap((change) => {
      const uses = usesOf(history.id, change.object, head)
        .filter((access) => access.confidence !== 'low')
        .map((access): JudgedUse => {
          const [guard = null] = access.guards;
          return { access, guard, standing: guard && deadFor(guard, states.get(guard.flag), now, 0) };
        })
        .filter(({ access }) => !access.guards.some((g) => deadFor(g, states.get(g.flag), now, 0).kind === 'dead'));
      return uses.length > 0 ? [{ object: change.object, change, uses }] : [];
    }),
  );
}
