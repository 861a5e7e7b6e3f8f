/**
 * MODIFY and CHANGE say a column's whole definition again: what they leave out is gone, meant or not.
 * Input: a MySQL history's net effect. Output: columns whose type was changed and which lost NOT NULL or their default on the way. Pure.
 * A statement that changes nothing but these attributes means it.
 */
import type { DatabaseHistory } from '../extract/history.ts';
import type { SchemaChange } from '../schema/types.ts';

export interface Forgotten {
  readonly database: string;
  readonly change: SchemaChange;
  /** As SQL has them: `NOT NULL`, `DEFAULT 'x'`. */
  readonly lost: readonly string[];
}

export function linkForgotten(histories: readonly DatabaseHistory[]): Forgotten[] {
  return histories
    .filter(({ dialect }) => dialect === 'mysql')
    .flatMap(({ id, changes }) =>
      changes.flatMap((change): Forgotten[] => {
        if (change.type !== 'alter-column' || !change.before || change.before.type === change.after.type) return [];
        const { before, after } = change;
        const lost = [
          ...(!before.nullable && after.nullable ? ['NOT NULL'] : []),
          ...(before.default !== null && after.default === null && !before.generated ? [`DEFAULT ${before.default}`] : []),
        ];
        // A default lost under NOT NULL has writers that fail: that is a demand on them.
        return lost.length > 0 && after.nullable ? [{ database: id, change, lost }] : [];
      }),
    );
}
