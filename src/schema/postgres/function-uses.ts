/**
 * What the text of a function uses. PostgreSQL checks string bodies only when they run, so these uses are not enforced:
 * a drop is accepted, and the function fails afterwards.
 */
import type { Body } from '../../parse/sql/ast.ts';
import type { Reference, ReferenceOptions } from '../reference-types.ts';
import { references } from '../references.ts';
import type { PgStep } from '../step.ts';
import type { Dependency, Routine } from '../types.ts';
import { constantSql, type EmbeddedSql, embeddedSql, variablesOf } from './plpgsql.ts';

export interface FunctionText {
  readonly language: string;
  readonly text: string | null;
  readonly sqlBody: unknown;
  readonly definition: string;
  readonly parameters: ReadonlySet<string>;
}

interface Reading {
  readonly step: PgStep;
  readonly rows: ReadonlyMap<string, string>;
  readonly variables: ReadonlySet<string>;
}

const collect = (found: readonly Reference[], enforced: boolean): readonly Dependency[] => {
  const uses = new Map<string, Dependency>();
  for (const { table, column } of found) uses.set(`${table} ${column ?? ''}`, { table, column, enforced });
  return [...uses.values()];
};

const fromText = (reading: Reading, sql: string): readonly Reference[] => {
  const { step, rows, variables } = reading;
  const parsed = step.postgres.parse(sql);
  if (!parsed.ok) return [];
  const options: ReferenceOptions = { toUtf16: parsed.toUtf16, searchPath: step.session.path, rows, variables };
  return references(
    parsed.nodes.map(({ node }) => node),
    step.draft,
    options,
  );
};

const ASSIGNED_FIELD = /^\s*(\w+)\s*\.\s*("[^"]+"|\w+)\s*:?=/;

const unquote = (name: string): string => (name.startsWith('"') ? name.slice(1, -1) : name.toLowerCase());

/** `NEW.x := …` writes the column x. */
const assignedField = (reading: Reading, text: string): readonly Reference[] => {
  const [, row = '', field = ''] = ASSIGNED_FIELD.exec(text) ?? [];
  const table = reading.rows.get(row.toLowerCase());
  return table === undefined ? [] : [{ kind: 'write', table, column: unquote(field), how: 'named', location: 0, statement: 'OTHER' }];
};

const fromEmbedded = (reading: Reading, sql: EmbeddedSql): readonly Reference[] => {
  if (sql.kind === 'statement') return fromText(reading, sql.text);
  if (sql.kind === 'expression') return fromText(reading, `SELECT ${sql.text}`);
  if (sql.kind === 'dynamic') {
    const constant = constantSql(reading.step.postgres, sql.text);
    return constant === null ? [] : fromText(reading, constant);
  }
  const value = sql.text.replace(/^[^=]*=/, '');
  return [...assignedField(reading, sql.text), ...fromText(reading, `SELECT ${value}`)];
};

const fromPlpgsql = (
  step: PgStep,
  definition: string,
  rows: ReadonlyMap<string, string>,
  parameters: ReadonlySet<string>,
): readonly Reference[] => {
  const parsed = step.postgres.parsePlpgsql(definition);
  if (!parsed.ok) return [];
  const variables = new Set([...parameters, ...variablesOf(parsed.functions)]);
  return embeddedSql(parsed.functions as readonly Body[]).flatMap((sql) => fromEmbedded({ step, rows, variables }, sql));
};

/** Tables and columns that a function's own body names. */
export const bodyUses = (step: PgStep, body: FunctionText): readonly Dependency[] => {
  const rows: ReadonlyMap<string, string> = new Map();
  if (body.sqlBody !== undefined) {
    const options = { toUtf16: step.source.toUtf16, searchPath: step.session.path, variables: body.parameters };
    return collect(references([body.sqlBody], step.draft, options), true);
  }
  // The parser does not survive a function without a body.
  if (body.language === 'plpgsql' && body.text !== null) return collect(fromPlpgsql(step, body.definition, rows, body.parameters), false);
  return body.language === 'sql' && body.text !== null
    ? collect(fromText({ step, rows, variables: body.parameters }, body.text), false)
    : [];
};

/** What a trigger function's NEW and OLD use of the table that the trigger is on. */
export const inTrigger = (step: PgStep, runs: Routine, table: string): readonly Dependency[] => {
  if (runs.definition === undefined || (runs.returns ?? 'trigger') !== 'trigger') return [];
  const rows = new Map([
    ['new', table],
    ['old', table],
  ]);
  const own = new Set(runs.uses.map((use) => `${use.table} ${use.column ?? ''}`));
  const all = collect(fromPlpgsql(step, runs.definition, rows, new Set()), false);
  return all.filter((use) => use.table === table && use.column !== null && !own.has(`${use.table} ${use.column}`));
};
