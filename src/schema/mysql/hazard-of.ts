/** Which row of the hazard table a change of a column or key is, and what ALGORITHM and LOCK may be asked for with it. */
import { MYSQL_HAZARDS } from '../hazards/mysql.ts';
import type { Column } from '../types.ts';
import type { ColumnDefinition, KeyDefinition } from './definitions.ts';
import { membersOf } from './type-names.ts';

export const addedColumnHazard = ({ isAutoIncrement, column }: ColumnDefinition): string => {
  if (isAutoIncrement) return 'add-column-auto-increment';
  return column.isStored ? 'add-column-stored' : 'add-column';
};

/** A VIRTUAL column is metadata only; a STORED one is in every row. */
export const droppedColumnHazard = (column: Column | undefined): string => {
  if (column?.isStored) return 'drop-column-stored';
  return column?.generated ? 'set-default' : 'drop-column';
};

/** Characters of utf8mb4, MySQL 8.0's default, take up to four bytes. */
const BYTES = 4;

const lengthOf = (type: string): number | null => {
  const length = /^varchar\((\d+)\)$/.exec(type)?.[1];
  return length === undefined ? null : Number(length);
};

/** What a value of ENUM or SET with so many members takes. */
const bytesOf = (type: string, members: number): string => {
  if (type.startsWith('enum(')) return members > 255 ? 'enum 2' : 'enum 1';
  return `set ${members > 32 ? 8 : Math.ceil(members / 8)}`;
};

const typeHazard = (before: string, after: string): string | null => {
  if (before === after || before === 'unknown') return null;
  const [old, fresh] = [lengthOf(before), lengthOf(after)];
  if (old !== null && fresh !== null && fresh >= old) {
    const isShort = (length: number): boolean => length * BYTES <= 255;
    return isShort(old) === isShort(fresh) ? 'extend-varchar' : 'extend-varchar-past-255';
  }
  const [members, more] = [membersOf(before), membersOf(after)];
  const isLonger = members !== null && more !== null && members.every((value, i) => more[i] === value);
  return isLonger && bytesOf(before, members.length) === bytesOf(after, more.length) ? 'extend-enum' : 'change-type';
};

/** MODIFY and CHANGE, by what differs. */
export const changedColumnHazard = (before: Column | null, after: Column, isMoved: boolean): string => {
  const type = before ? typeHazard(before.type, after.type) : 'change-type';
  if (type === 'change-type' || type === 'extend-varchar-past-255') return type;
  if (before?.nullable && !after.nullable) return 'set-not-null';
  if (before && !before.nullable && after.nullable) return 'drop-not-null';
  if (before && (before.generated !== after.generated || before.isStored !== after.isStored)) return 'change-type';
  if (isMoved && after.generated) return 'reorder-generated-column';
  return isMoved ? 'reorder-column' : (type ?? 'set-default');
};

const KEYS: Readonly<Record<KeyDefinition['kind'], string>> = {
  'primary-key': 'add-primary-key',
  unique: 'add-index',
  index: 'add-index',
  fulltext: 'add-fulltext-index',
  spatial: 'add-spatial-index',
  'foreign-key': 'add-foreign-key',
  check: 'add-check',
};

export const keyHazard = (key: KeyDefinition, checksForeignKeys: boolean): string => {
  if (key.kind === 'foreign-key' && !checksForeignKeys) return 'add-foreign-key-unchecked';
  return key.kind === 'check' && !key.isEnforced ? 'set-default' : KEYS[key.kind];
};

/** Clauses about partitions that block writes; the others do not. */
const PARTITIONING: readonly (readonly [RegExp, string])[] = [
  [/\bPARTITION\s+BY\b|\bREMOVE\s+PARTITIONING\b/, 'partition-table'],
  [/\bADD\s+PARTITION\b(?![^(]*\([\s\S]*\bVALUES\b)/, 'add-hash-partition'],
  [/\b(?:COALESCE|REORGANIZE|REBUILD)\s+PARTITION\b/, 'rebuild-partition'],
  [/\bOPTIMIZE\s+PARTITION\b/, 'optimize-partition'],
];

export const partitionHazard = (clause: string): string | null => PARTITIONING.find(([pattern]) => pattern.test(clause))?.[1] ?? null;

const RANK: readonly string[] = ['INSTANT', 'INPLACE', 'COPY'];

/** Why MySQL refuses what the statement asks for; null: it does not. */
export const contradiction = (hazards: readonly string[], algorithm: string | null, lock: string | null): string | null => {
  if (algorithm === 'INSTANT' && lock !== null && lock !== 'DEFAULT') return `Incorrect usage of ALGORITHM=INSTANT and LOCK=${lock}`;
  const rows = hazards.flatMap((id) => MYSQL_HAZARDS.get(id) ?? []);
  const needed = Math.max(0, ...rows.map((row) => RANK.indexOf(row.algorithm)));
  const asked = algorithm === null ? -1 : RANK.indexOf(algorithm);
  if (asked >= 0 && asked < needed)
    return `ALGORITHM=${algorithm} is not supported. Reason: the operation needs ALGORITHM=${RANK[needed]}. Try ALGORITHM=${RANK[needed]}.`;
  const blocking = lock === 'NONE' ? rows.find((row) => !row.allowsWrites) : undefined;
  return blocking ? `LOCK=NONE is not supported. Reason: ${blocking.why} Try LOCK=SHARED.` : null;
};
