/**
 * Enum types that a change makes under a working name: `CREATE TYPE "Role_new"`, columns altered to it, `"Role"` renamed away,
 * `"Role_new"` renamed to `"Role"`. Column types before are spelled as base spells them, types after as they end up.
 */
import type { Life } from './lives.ts';
import { quoteName } from './postgres/type-names.ts';
import type { Column, SchemaChange } from './types.ts';

const spell = (name: string): string => name.split('.').map(quoteName).join('.');

const respell = (column: Column, spellings: ReadonlyMap<string, string>): Column => {
  const isArray = column.type.endsWith('[]');
  const element = isArray ? column.type.slice(0, -2) : column.type;
  const final = spellings.get(element);
  return final === undefined ? column : { ...column, type: isArray ? `${final}[]` : final };
};

/** Alterations with the enum names that base and head know. */
export const finalTypes = (changes: readonly SchemaChange[], lives: readonly Life[]): readonly SchemaChange[] => {
  const renamed = lives.filter((life) => life.origin.kind === 'enum' && life.renamedAt !== null);
  if (renamed.length === 0) return changes;
  const before = new Map<string, string>();
  const after = new Map<string, string>();
  for (const life of renamed) {
    if (life.createdAt === null) before.set(spell(life.current.name), spell(life.origin.name));
    if (life.droppedAt === null) after.set(spell(life.origin.name), spell(life.current.name));
  }
  return changes.map((change) => {
    if (change.type === 'create' && change.column) return { ...change, column: respell(change.column, after) };
    if (change.type !== 'alter-column') return change;
    return { ...change, before: change.before ? respell(change.before, before) : null, after: respell(change.after, after) };
  });
};
