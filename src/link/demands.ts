/**
 * Joins what a change begins to demand of writers with the statements that write.
 * Input: histories, row writes of base and head. Output: one record per demand that somebody does not meet. Pure.
 * `failing` certainly break the demand; `suspects` may: what they write is only known at run time.
 */
import type { RowWrite, SchemaAccess } from '../access/types.ts';
import type { DatabaseHistory } from '../extract/history.ts';
import { type Demand, type Tightening, tightenings } from '../extract/tightenings.ts';
import { deadFor } from '../flags/standing.ts';
import type { FlagState } from '../flags/types.ts';
import type { Schema } from '../schema/types.ts';
import { hasTrigger } from './unfilled.ts';

export interface JudgedDemand extends Tightening {
  readonly database: string;
  readonly dialect: string;
  /** The side whose writers were looked at: what runs when the migration does. */
  readonly side: 'base' | 'head';
  readonly failing: readonly Writer[];
  readonly suspects: readonly Writer[];
}

export type Writer = RowWrite | SchemaAccess;

export interface DemandFacts {
  readonly histories: readonly DatabaseHistory[];
  readonly base: readonly SchemaAccess[];
  readonly head: readonly SchemaAccess[];
  readonly baseWrites: readonly RowWrite[];
  readonly headWrites: readonly RowWrite[];
  readonly states: ReadonlyMap<string, FlagState>;
  readonly now: Date;
  readonly soakDays: number;
  readonly side: 'base' | 'head';
}

interface Judged {
  readonly failing: readonly Writer[];
  readonly suspects: readonly Writer[];
}

interface Side {
  readonly schema: Schema;
  /** Writers of the demand's table. */
  readonly writes: readonly RowWrite[];
  /** Accesses of the demand's columns. */
  readonly accesses: readonly SchemaAccess[];
}

const NOBODY: Judged = { failing: [], suspects: [] };
const failing = (writers: readonly Writer[]): Judged => ({ failing: writers, suspects: [] });
const suspects = (writers: readonly Writer[]): Judged => ({ failing: [], suspects: writers });

const isInsert = ({ statement }: RowWrite): boolean => statement === 'INSERT';
const fills = (write: RowWrite, columns: readonly string[]): boolean => columns.some((column) => write.columns.includes(column));
const leavesOut = (write: RowWrite, column: string): boolean => isInsert(write) && write.isComplete && !write.columns.includes(column);
const constantsFor = (write: RowWrite, columns: readonly string[]): readonly (string | null)[] =>
  write.constants.filter(({ column }) => columns.includes(column)).map(({ value }) => value);

type JudgeDemand<K extends Demand['kind']> = (demand: Extract<Demand, { kind: K }>, side: Side, table: string) => Judged;

const filled: JudgeDemand<'filled'> = ({ cause, columns: [column = ''] }, { schema, writes }, table) => {
  const isDefaulted = (schema.tables.get(table)?.columns.get(column)?.default ?? null) !== null;
  const omitting = writes.filter((write) =>
    cause === 'new-column' ? isInsert(write) && !write.columns.includes(column) : leavesOut(write, column),
  );
  const sendingNull = cause === 'not-null' ? writes.filter((write) => constantsFor(write, [column]).includes(null)) : [];
  if (cause === 'not-null' && isDefaulted) return failing(sendingNull);
  return hasTrigger(schema, table) ? { failing: sendingNull, suspects: omitting } : failing([...new Set([...omitting, ...sendingNull])]);
};

const allowed: JudgeDemand<'allowed'> = ({ columns, values }, { writes }) =>
  failing(writes.filter((write) => constantsFor(write, columns).some((value) => value !== null && !values.includes(value))));

const goneValue: JudgeDemand<'gone-value'> = ({ columns, value }, { writes, accesses }) => {
  const naming = accesses.filter((access) => access.constants?.includes(value));
  const writing = writes.filter((write) => constantsFor(write, columns).includes(value));
  const places = new Set(naming.map(({ location }) => `${location.file}:${location.line}`));
  return failing([...naming, ...writing.filter(({ location }) => !places.has(`${location.file}:${location.line}`))]);
};

const unique: JudgeDemand<'unique'> = ({ columns }, { writes }) => {
  const filling = writes.filter((write) => fills(write, columns) && write.conflict === null);
  const proven = filling.filter(
    (write) => isInsert(write) && columns.every((column) => constantsFor(write, [column]).some((value) => value !== null)),
  );
  return { failing: proven, suspects: filling.filter((write) => !proven.includes(write)) };
};

const references: JudgeDemand<'references'> = ({ columns }, { writes }) =>
  suspects(writes.filter((write) => fills(write, columns) && !isNullAlone(constantsFor(write, columns))));

const isNullAlone = (values: readonly (string | null)[]): boolean => values.length > 0 && values.every((value) => value === null);

const sameSet = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((name) => b.includes(name));

const lostKey: JudgeDemand<'lost-key'> = ({ columns, name, isOnlyKey }, { writes }) => {
  const relying = writes.filter(({ conflict }) => {
    if (conflict?.kind === 'columns') return sameSet(conflict.columns, columns);
    return conflict?.kind === 'constraint' ? conflict.name === name : conflict?.kind === 'any' && isOnlyKey;
  });
  // Prisma falls back to a query and a write where it cannot use the database's own upsert.
  const isCertain = ({ layer, conflict }: RowWrite): boolean => layer === 'sql' && conflict?.kind !== 'any';
  return { failing: relying.filter(isCertain), suspects: relying.filter((write) => !isCertain(write)) };
};

const judge = (demand: Demand, side: Side, table: string): Judged => {
  switch (demand.kind) {
    case 'filled':
      return filled(demand, side, table);
    case 'allowed':
      return allowed(demand, side, table);
    case 'gone-value':
      return goneValue(demand, side, table);
    case 'unique':
      return unique(demand, side, table);
    case 'references':
      return references(demand, side, table);
    case 'lost-key':
      return lostKey(demand, side, table);
    default:
      return demand satisfies never;
  }
};

/** Demands that somebody breaks, or may break. */
export function linkDemands(facts: DemandFacts): JudgedDemand[] {
  return facts.histories.flatMap((history) => tightenings(history).flatMap((tightening) => linkDemand(tightening, history, facts)));
}

function linkDemand(tightening: Tightening, history: DatabaseHistory, facts: DemandFacts): JudgedDemand[] {
  const { table, demand } = tightening;
  const isAlive = ({ guards }: Writer): boolean =>
    !guards.some((guard) => deadFor(guard, facts.states.get(guard.flag), facts.now, facts.soakDays).kind === 'dead');
  const isMeant = (writer: Writer): boolean =>
    writer.database === history.id && writer.table === table && writer.confidence !== 'low' && isAlive(writer);
  const [writes, accesses] = facts.side === 'base' ? [facts.baseWrites, facts.base] : [facts.headWrites, facts.head];
  const side: Side = {
    schema: history.head.schema,
    writes: writes.filter(isMeant),
    accesses: accesses.filter((access) => isMeant(access) && access.column !== null && demand.columns.includes(access.column)),
  };
  const judged = side.writes.length + side.accesses.length > 0 ? judge(demand, side, table) : NOBODY;
  const isMet = judged.failing.length + judged.suspects.length === 0;
  return isMet ? [] : [{ ...tightening, ...judged, database: history.id, dialect: history.dialect, side: facts.side }];
}
