/**
 * Columns whose type a change changes: in place, or by DROP and ADD of the same column, which loses its data.
 * Input: a database's history. Output: one record per column of base, in base's names. Pure.
 */
import { placedAt } from '../schema/net-effect.ts';
import { quoteName } from '../schema/postgres/type-names.ts';
import { compatibilityOf, type TypeChange } from '../schema/type-compatibility.ts';
import type { Column, SchemaChange } from '../schema/types.ts';
import type { DatabaseHistory } from './history.ts';

export interface Retype {
  readonly change: SchemaChange;
  readonly before: Column;
  readonly after: Column;
  /** DROP and ADD of the column, without its values being carried over. */
  readonly losesData: boolean;
  readonly effect: TypeChange;
  /** A text column that becomes an enum in place: its rows carry the same texts as before. */
  readonly isTextToEnum: boolean;
}

/** Whether a statement of the change writes the column's new self from its old one. */
const isCopied = ({ operations }: DatabaseHistory, table: string, column: string): boolean =>
  operations.some((o) => o.type === 'write' && o.reads.includes(`${table}.${column}`));

/** Rows carry the same texts, and what is sent as a parameter is taken for a member. */
const isTextToEnum = (before: string, after: string, { head }: DatabaseHistory): boolean =>
  /^(?:text|character varying|citext)\b/.test(before) && [...head.schema.enums.keys()].some((name) => spelled(name) === after);

const spelled = (name: string): string => name.split('.').map(quoteName).join('.');

export function retypes(history: DatabaseHistory): Retype[] {
  const { base, changes, dialect } = history;
  if (!base) return [];
  return changes.flatMap((change): Retype[] => {
    const { object } = change;
    const before = base.schema.tables.get(object.table ?? '')?.columns.get(object.name);
    if (object.kind !== 'column' || !before) return [];
    if (change.type === 'alter-column' && change.before && change.before.type !== change.after.type)
      return [
        {
          change: placedAt(change, 'type'),
          before,
          after: change.after,
          losesData: false,
          effect: compatibilityOf(change.before.type, change.after.type, dialect),
          isTextToEnum: isTextToEnum(change.before.type, change.after.type, history),
        },
      ];
    const isDropped = changes.some(
      (c) => c.type === 'drop' && c.object.kind === 'column' && c.object.table === object.table && c.object.name === object.name,
    );
    if (change.type !== 'create' || !change.column || !isDropped || change.column.generated) return [];
    const losesData = !isCopied(history, object.table ?? '', object.name);
    const effect = compatibilityOf(before.type, change.column.type, dialect);
    return losesData || effect.readers !== 'same' || effect.writers !== 'same'
      ? [{ change, before, after: change.column, losesData, effect, isTextToEnum: false }]
      : [];
  });
}
