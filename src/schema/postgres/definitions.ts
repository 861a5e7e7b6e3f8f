/**
 * Column and constraint definitions of the tree → records.
 * Invariants: pure but for the names of unnamed constraints, which depend on those the table has already.
 */
import { type Body, childOf, isTrue, listOf, nodesOf, numberOf, stringsOf, textOf, untag } from '../../parse/sql/ast.ts';
import { elementEnd, nextToken, trimEnd } from '../../parse/sql/lexer.ts';
import { chooseName, type DraftTable, isNameTaken } from '../draft.ts';
import { keysOf, nextAge } from '../keys.ts';
import { unqualify } from '../names.ts';
import { expressionReferences } from '../references.ts';
import { type PgStep, relationOf } from '../step.ts';
import type { Column, Constraint } from '../types.ts';
import { allowedBy } from './check-values.ts';
import { needsField, needsOf } from './needs.ts';
import { formatType, isSerial } from './type-names.ts';

const KINDS: ReadonlyMap<string, Constraint['kind']> = new Map([
  ['CONSTR_PRIMARY', 'primary-key'],
  ['CONSTR_UNIQUE', 'unique'],
  ['CONSTR_FOREIGN', 'foreign-key'],
  ['CONSTR_CHECK', 'check'],
  ['CONSTR_EXCLUSION', 'exclude'],
  ['CONSTR_NOTNULL', 'not-null'],
]);

const SUFFIXES: Readonly<Record<Constraint['kind'], string>> = {
  'primary-key': 'pkey',
  unique: 'key',
  'foreign-key': 'fkey',
  check: 'check',
  exclude: 'excl',
  'not-null': 'not_null',
};

/** Text of an expression that follows a keyword: from after `skip` tokens to the end of the list element or `limit`. */
export const expressionText = (step: PgStep, from: number, skip: number, limit: number): string => {
  const { text } = step.source;
  let start = from;
  for (let i = 0; i < skip; i++) start = nextToken(text, start, limit)?.end ?? start;
  const first = nextToken(text, start, limit)?.start ?? start;
  const end = elementEnd(text, first, limit);
  return text.slice(first, trimEnd(text, first, end));
};

const constraintsOf = (definition: Body): readonly Body[] =>
  nodesOf(definition, 'constraints')
    .filter((node) => node.type === 'Constraint')
    .map((node) => node.body);

/** DEFAULT text reaches to the next constraint of the column, as far as the tree tells where that starts. */
const defaultText = (step: PgStep, constraint: Body, all: readonly Body[]): string => {
  const at = numberOf(constraint, 'location');
  const later = all.map((other) => numberOf(other, 'location')).filter((location) => location > at);
  const limit = later.length > 0 ? step.source.toUtf16(Math.min(...later)) : step.source.text.length;
  return expressionText(step, step.source.toUtf16(at), 1, Math.min(limit, step.end));
};

const generatedText = (step: PgStep, constraint: Body): string => {
  const { text, toUtf16 } = step.source;
  const open = text.indexOf('(', toUtf16(numberOf(constraint, 'location')));
  return open < 0 ? '' : text.slice(open + 1, elementEnd(text, open + 1, step.end)).trim();
};

/** A column as its definition says, without table-level constraints. */
export const columnFrom = (step: PgStep, table: string, definition: Body): Column => {
  const name = textOf(definition, 'colname') ?? '';
  const typeName = childOf(definition, 'typeName');
  const constraints = constraintsOf(definition);
  const of = (type: string): Body | undefined => constraints.find((constraint) => textOf(constraint, 'contype') === type);
  const serial = typeName !== null && isSerial(typeName);
  const identity = of('CONSTR_IDENTITY');
  const generated = of('CONSTR_GENERATED');
  const plain = of('CONSTR_DEFAULT');
  const expression = (plain ?? generated)?.['raw_expr'];
  const used = generated
    ? expressionReferences([expression], table, step.draft, { toUtf16: step.source.toUtf16, searchPath: step.session.path })
    : [];
  const siblings = used.flatMap((use) => (use.column === null ? [] : [`column ${use.column}`]));
  let value: string | null = null;
  if (plain) value = defaultText(step, plain, constraints);
  else if (serial) value = `nextval('${unqualify(table).bare}_${name}_seq'::regclass)`;
  else if (identity) value = `generated ${textOf(identity, 'generated_when') === 'd' ? 'by default' : 'always'} as identity`;
  else if (generated) value = generatedText(step, generated);
  return {
    name,
    type: typeName ? formatType(typeName) : 'unknown',
    nullable: !(serial || identity || of('CONSTR_NOTNULL') || of('CONSTR_PRIMARY')),
    default: value !== null && value.toUpperCase() === 'NULL' ? null : value,
    generated: generated !== undefined,
    ...needsField([...new Set([...needsOf(step, [expression]), ...siblings])]),
  };
};

const exclusionColumns = (body: Body): readonly string[] =>
  listOf(body, 'exclusions').flatMap((item) => {
    const element = untag(listOf(untag(item)?.body ?? {}, 'items')[0]);
    const name = element ? textOf(element.body, 'name') : null;
    return name === null ? [] : [name];
  });

const columnsIn = (step: PgStep, table: DraftTable, body: Body, kind: Constraint['kind'], column: string | null): readonly string[] => {
  if (kind === 'check') {
    const named = expressionReferences([body['raw_expr']], table.name, step.draft, {
      toUtf16: step.source.toUtf16,
      searchPath: step.session.path,
    });
    return [...new Set(named.flatMap((reference) => (reference.column === null ? [] : [reference.column])))];
  }
  if (kind === 'exclude') return exclusionColumns(body);
  const keys = stringsOf(listOf(body, kind === 'foreign-key' ? 'fk_attrs' : 'keys'));
  return keys.length > 0 || column === null ? keys : [column];
};

const named = (key: string | undefined): { readonly key?: string } => (key === undefined ? {} : { key });

const referenced = (step: PgStep, owner: DraftTable, body: Body): Constraint['references'] => {
  const range = childOf(body, 'pktable');
  if (!range) return null;
  const table = relationOf(step, range);
  const columns = stringsOf(listOf(body, 'pk_attrs'));
  const known = table === owner.name ? owner : step.draft.tables.get(table);
  if (columns.length > 0) return { table, columns, ...named(known && keysOf(known, columns)[0]?.name) };
  const primary = [...(known?.constraints.values() ?? [])].find((constraint) => constraint.kind === 'primary-key');
  return { table, columns: primary?.columns ?? [], ...named(primary?.name) };
};

/** A constraint as written on a column (`column`) or on the table (null); null for what is no constraint of its own (DEFAULT, DEFERRABLE). */
export const constraintFrom = (step: PgStep, table: DraftTable, body: Body, column: string | null): Constraint | null => {
  const kind = KINDS.get(textOf(body, 'contype') ?? '');
  const given = textOf(body, 'conname');
  if (!kind || (kind === 'not-null' && given === null && column !== null)) return null;
  const index = textOf(body, 'indexname');
  const columns = index !== null ? (table.indexes.get(index)?.columns ?? []) : columnsIn(step, table, body, kind, column);
  const inName = kind === 'primary-key' || (kind === 'check' && columns.length !== 1) ? [] : columns;
  const isTaken = isNameTaken(step.draft, table, kind === 'check' || kind === 'foreign-key' || kind === 'not-null' ? 'constraint' : 'key');
  const name = given ?? index ?? chooseName(table.name, inName, SUFFIXES[kind], isTaken);
  const needs = kind === 'check' ? needsOf(step, [body['raw_expr']]) : [];
  const allowed = kind === 'check' ? allowedBy(body['raw_expr']) : null;
  return {
    name,
    kind,
    columns,
    references: referenced(step, table, body),
    ...(kind === 'primary-key' || kind === 'unique'
      ? { age: (index === null ? undefined : table.indexes.get(index)?.age) ?? nextAge(step.draft) }
      : {}),
    validated: !isTrue(body, 'skip_validation'),
    ...(kind === 'check' ? { expression: checkText(step, body) } : {}),
    ...(allowed ? { allowed } : {}),
    ...(isTrue(body, 'is_no_inherit') ? { isLocal: true } : {}),
    ...needsField(needs),
  };
};

/** What stands in the parentheses of a CHECK. */
const checkText = (step: PgStep, body: Body): string => {
  const { text, toUtf16 } = step.source;
  let token = nextToken(text, toUtf16(numberOf(body, 'location')), step.end);
  while (token && text.slice(token.start, token.end).toUpperCase() !== 'CHECK') token = nextToken(text, token.end, step.end);
  const open = token ? nextToken(text, token.end, step.end) : null;
  return open ? text.slice(open.end, elementEnd(text, open.end, step.end)).trim() : '';
};

/** Puts a constraint on a draft table, with what it implies: key columns are NOT NULL, an adopted index is no longer its own. */
export const putConstraint = (table: DraftTable, constraint: Constraint, adopted: string | null): void => {
  if (adopted !== null) table.indexes.delete(adopted);
  if (constraint.kind === 'primary-key' || constraint.kind === 'not-null') {
    for (const name of constraint.columns) {
      const column = table.columns.get(name);
      if (column?.nullable) table.columns.set(name, { ...column, nullable: false });
    }
  }
  table.constraints.set(constraint.name, constraint);
};

/** Constraints written on a column definition. */
export const definedConstraints = (definition: Body): readonly { readonly body: Body; readonly column: string | null }[] =>
  constraintsOf(definition).map((body) => ({ body, column: textOf(definition, 'colname') }));

/** The same, put on the table; what is refused of them is for `check` to say. */
export const inlineConstraints = (
  step: PgStep,
  table: DraftTable,
  definition: Body,
  isRefused: (body: Body, constraint: Constraint) => boolean,
): readonly Constraint[] => {
  const found: Constraint[] = [];
  for (const { body, column } of definedConstraints(definition)) {
    const constraint = constraintFrom(step, table, body, column);
    if (!constraint || isRefused(body, constraint)) continue;
    putConstraint(table, constraint, null);
    found.push(constraint);
  }
  return found;
};
