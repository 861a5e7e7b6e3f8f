/**
 * Accesses of raw SQL in TypeScript, whichever library sends it: `pool.query('…')`, sql`…`, `knex.raw`, `$queryRaw`,
 * helpers of the repository. Text is recognised by its verb and counts only where it names tables of the schema.
 * Input: a module. Output: Extraction.
 */
import { enclosingFunction } from '../../code/functions.ts';
import { keyName } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { references } from '../../schema/references.ts';
import { type HoleStyle, joinPieces, piecesOf, replacePlaceholders, type SqlText } from '../sql-text.ts';
import { isOtherDatabase, isOtherDialect, usesOtherDatabase } from '../sql-target.ts';
import { scanSql } from '../sql-scan.ts';
import { makeRecorder, type Recorder } from '../recorder.ts';
import type { AccessContext, AccessLayer, DatabaseView } from '../types.ts';
import type { Source } from '../values.ts';

const sql: AccessLayer = {
  name: 'sql',
  extract: (module, context) => {
    const recorder = makeRecorder('sql', context);
    if (context.postgres) for (const node of sqlTexts(module)) addStatement({ node, module }, context, recorder);
    return { accesses: recorder.accesses, unresolved: [] };
  },
};

const VERB = /^[\s(]*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*(?:with(?:\s+recursive)?\s+["\w]+|select\b|insert\s+into\b|update\s|delete\s+from\b|merge\s+into\b|truncate\b)/i;
/** Outermost strings and templates that begin like a statement. */
function sqlTexts(module: Module): Node[] {
  const texts = [...module.nodes('Literal'), ...module.nodes('TemplateLiteral')].filter((node) => {
    const text = node.type === 'Literal' ? node.value : node.quasis.map((q) => q.value.raw).join(' ');
    return typeof text === 'string' && text.length > 8 && VERB.test(text) && !isOtherDatabase(node, module);
  });
  return [...new Set(texts.map((node) => outermost(node, module)))];
}

/** The whole concatenation, or list of parts that is joined, a string is part of. */
function outermost(node: Node, module: Module): Node {
  const parent = module.parent(node);
  if (parent?.type === 'BinaryExpression' && parent.operator === '+') return outermost(parent, module);
  const join = parent?.type === 'ArrayExpression' ? module.parent(parent) : null;
  const call = join?.type === 'MemberExpression' && join.object === parent && keyName(join) === 'join' ? module.parent(join) : null;
  return call?.type === 'CallExpression' && call.callee === join ? call : node;
}

const ATTEMPTS: readonly (readonly [HoleStyle, boolean])[] = [['guess', false], ['guess', true], ['value', false], ['value', true], ['nothing', false], ['nothing', true]];

function addStatement(source: Source, context: AccessContext, recorder: Recorder): void {
  for (const alternate of [false, true]) {
    const pieces = piecesOf(source, context.modules, alternate);
    if (isOtherDialect(pieces.map((p) => p.text ?? ' ').join(''))) return;
    const hasChoice = pieces.length > 1;
    const text = joinPieces(pieces, 'guess');
    const isParsed = ATTEMPTS.some(([style, replace]) => addParsed(joinPieces(pieces, style), replace, source, context, recorder));
    if (!isParsed && !usesOtherDatabase(source.module)) addScanned(text, source, context, recorder);
    if (!hasChoice) return;
  }
}

function addParsed(text: SqlText, replace: boolean, call: Source, context: AccessContext, recorder: Recorder): boolean {
  const parsed = context.postgres?.parse(replace ? replacePlaceholders(text.sql) : text.sql);
  if (!parsed?.ok) return false;
  for (const database of context.databases) {
    for (const found of references(parsed.nodes.map((n) => n.node), database.schema, { toUtf16: parsed.toUtf16 })) {
      if (!isKnown(found.table, database, context)) continue;
      const operation = `SQL ${found.statement}`;
      const at = sourceAt(text, found.location);
      const base = { database: database.id, kind: found.kind, table: found.table, operation } as const;
      if (found.how === 'implicit') addImplicit({ ...base, column: found.column }, database, at, call, context, recorder);
      else recorder.add({ ...base, column: found.column, how: 'named', confidence: 'high' }, at, call);
    }
  }
  return true;
}

const isKnown = (table: string, { id, schema }: DatabaseView, { interest }: AccessContext): boolean =>
  schema.tables.has(table) || schema.routines.has(`view ${table}`) || schema.routines.has(`materialized-view ${table}`) || (interest?.has(id, table, null) ?? false);

type ImplicitDraft = { readonly database: string; readonly kind: 'read' | 'write'; readonly table: string; readonly operation: string; readonly column: string | null };

/** `SELECT *` uses a column where the field is read from its result; INSERT without a column list uses all of them. */
function addImplicit(draft: ImplicitDraft, database: DatabaseView, at: Source, call: Source, context: AccessContext, recorder: Recorder): void {
  const { column, ...base } = draft;
  const columns = column === null ? [...(database.schema.tables.get(draft.table)?.columns.keys() ?? [])] : [column];
  if (draft.kind === 'write') {
    for (const name of columns) recorder.add({ ...base, column: name, how: 'named', confidence: 'high' }, at, call);
    return;
  }
  recorder.add({ ...base, column: null, columns, how: 'implicit', confidence: 'low' }, at, call);
  for (const name of columns) {
    if (context.interest && !context.interest.has(draft.database, draft.table, name)) continue;
    const read = fieldReadNear(name, call);
    if (read) recorder.add({ ...base, column: name, how: 'field', confidence: 'medium' }, read, call);
  }
}

/** `row.<name>` or `{ name }` in the function that runs the query. */
function fieldReadNear(name: string, { node, module }: Source): Source | null {
  const within = enclosingFunction(node, module) ?? module.program;
  const isInside = (n: Node): boolean => n.start >= within.start && n.end <= within.end;
  const member = module.nodes('MemberExpression').find((m) => keyName(m) === name && isInside(m));
  if (member) return { node: member.property, module };
  const isBound = (p: Node): boolean => module.parent(p)?.type === 'ObjectPattern' && keyName(p) === name && isInside(p);
  const property = module.nodes('Property').find(isBound);
  return property ? { node: property.key, module } : null;
}

function addScanned(text: SqlText, call: Source, context: AccessContext, recorder: Recorder): void {
  for (const { id, schema } of context.databases) {
    for (const { location, ...found } of scanSql(text.sql, schema)) {
      recorder.add({ ...found, database: id, how: 'named', confidence: 'medium', operation: 'SQL' }, sourceAt(text, location), call);
    }
  }
}

/** The place of one character, as a node-like range. */
function sourceAt(text: SqlText, offset: number): Source {
  const { source, offset: start } = text.at(offset);
  const length = /^(?:"[^"\n]*"|[\w$]+)/.exec(source.module.text.slice(start, start + 128))?.[0].length ?? 1;
  return { module: source.module, node: { ...source.node, start, end: start + length } as Node };
}

export default sql;
