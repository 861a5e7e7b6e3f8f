/** Spellings of column names, which MySQL compares without case. Input: the draft and a table that has just got columns or its name. */
import type { Draft } from '../draft.ts';
import type { Dependency } from '../types.ts';
import { columnIn } from './session.ts';

/** Views and routines name the table's columns as it spells them now. */
export const respellUses = (draft: Draft, name: string): void => {
  const table = draft.tables.get(name);
  if (!table) return;
  const respell = (use: Dependency): Dependency => {
    if (use.table !== name || use.column === null || table.columns.has(use.column)) return use;
    return { ...use, column: columnIn(table, use.column) ?? use.column };
  };
  for (const [key, routine] of draft.routines) {
    if (!routine.uses.some((use) => respell(use) !== use)) continue;
    draft.routines.set(key, { ...routine, uses: routine.uses.map(respell) });
  }
};
