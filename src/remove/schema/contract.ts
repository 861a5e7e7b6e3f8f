/**
 * The plan of a contract: the statements that drop what died with a flag, in the order in which they can run, what has to be
 * done by hand, the queries that show that nobody is left, and the order of releases that leads there.
 * Input: the objects, the schema they stand in, who still uses them. Output: plain data for the report and the command line.
 */
import type { Dialect } from '../../migrations/types.ts';
import type { Column, Schema, SchemaObject } from '../../schema/types.ts';
import { type Ddl, loadDdl } from './ddl.ts';
import { dropOrder, type Keeper, keepersOf, keeperText, takenAlong } from './drop-order.ts';
import { type ReleaseFacts, type ReleaseStep, releasesOf, type SideFacts } from './releases.ts';
import { type VerificationQuery, verificationQueries } from './verification.ts';

export interface ContractStatement {
  readonly object: SchemaObject;
  /** Ends in a semicolon. */
  readonly sql: string;
  /** What brings the object back, empty; null: nothing does. */
  readonly undo: string | null;
  /** Indexes and constraints of its table that go with it. */
  readonly takes: readonly SchemaObject[];
}

/** An object whose drop cannot be written. */
export interface ByHand {
  readonly object: SchemaObject;
  /** In plain words, without a full stop. */
  readonly reason: string;
}

export interface ContractPlan {
  readonly statements: readonly ContractStatement[];
  readonly byHand: readonly ByHand[];
  readonly verification: readonly VerificationQuery[];
  readonly order: readonly ReleaseStep[];
}

/** What is known about the objects besides their names; everything but the schema may be left out. */
export interface ContractFacts {
  readonly schema: Schema;
  readonly flag?: string | null;
  readonly isArchived?: boolean;
  readonly base?: SideFacts;
  readonly head?: SideFacts;
  /** Whether a migration has let a legacy column be empty. */
  readonly wasRelaxed?: boolean;
  readonly wasWritten?: boolean;
  /** The instant the plan is made for. */
  readonly now?: Date;
  /** Whether the repository's migrations write IF EXISTS. */
  readonly ifExists?: boolean;
}

const UNUSED: SideFacts = { evaluatesFlag: false, reads: [], writes: [] };

/** The plan for objects of one database. Never throws, whatever the names are. */
export async function contractPlan(objects: readonly SchemaObject[], dialect: Dialect, facts: ContractFacts): Promise<ContractPlan> {
  const { schema } = facts;
  const ddl = await loadDdl(dialect, schema);
  const order = dropOrder(
    objects.map((object) => actualKind(object, schema)),
    schema,
  );
  const statements: ContractStatement[] = [];
  const byHand: ByHand[] = [];
  for (const object of order) {
    const keepers = keepersOf(object, order, schema);
    const sql = ddl?.drop(object, facts.ifExists === true) ?? null;
    if (keepers.length > 0) byHand.push({ object, reason: keptBy(keepers) });
    else if (sql === null) byHand.push({ object, reason: `the drop of this ${object.kind.replace('-', ' ')} is not one plain statement` });
    else statements.push({ object, sql, undo: undoOf(object, schema, ddl), takes: takenAlong(object, schema) });
  }
  const releases = releaseFacts(order, facts, statements, ddl);
  return { statements, byHand, verification: verificationQueries(order, dialect, facts.now ?? new Date(0)), order: releasesOf(releases) };
}

/** Code does not tell a view from a table; the schema does. */
function actualKind(object: SchemaObject, schema: Schema): SchemaObject {
  if (object.kind !== 'table' || schema.tables.has(object.name)) return object;
  for (const kind of ['view', 'materialized-view'] as const) {
    if (schema.routines.has(`${kind} ${object.name}`)) return { kind, table: null, name: object.name };
  }
  return object;
}

const keptBy = (keepers: readonly Keeper[]): string =>
  `${keepers.map(keeperText).join(', ')} still use${keepers.length === 1 ? 's' : ''} it, and must be changed or dropped first`;

const columnOf = ({ kind, table, name }: SchemaObject, schema: Schema): Column | undefined =>
  kind === 'column' ? schema.tables.get(table ?? '')?.columns.get(name) : undefined;

/** A column comes back with its type and default, nullable and empty; where it is more than that, it does not. */
function undoOf(object: SchemaObject, schema: Schema, ddl: Ddl | null): string | null {
  const column = columnOf(object, schema);
  if (!column || column.generated || column.needs?.some((need) => need.startsWith('sequence ')) || column.type === 'unknown') return null;
  return ddl?.addColumn(object.table ?? '', column) ?? null;
}

function releaseFacts(
  objects: readonly SchemaObject[],
  facts: ContractFacts,
  statements: readonly ContractStatement[],
  ddl: Ddl | null,
): ReleaseFacts {
  const { schema, flag = null, isArchived = false, base = UNUSED, head = UNUSED, wasRelaxed = false, wasWritten = false } = facts;
  const notNull = objects.flatMap((object) => {
    const column = columnOf(object, schema);
    const isNeeded = column !== undefined && !column.nullable && column.default === null && !column.generated;
    return isNeeded ? [{ object, statement: ddl?.dropNotNull(object.table ?? '', column) ?? null }] : [];
  });
  return { flag, isArchived, objects, base, head, notNull, wasRelaxed, wasWritten, contract: statements.map((s) => s.sql) };
}
