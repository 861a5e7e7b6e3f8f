/**
 * Accesses of raw SQL in TypeScript, whichever library sends it: `pool.query('…')`, sql`…`, `knex.raw`, `$queryRaw`,
 * helpers of the repository. Text is recognised by its verb and counts only where it names tables of the schema.
 * Input: a module. Output: Extraction.
 */
import { enclosingFunction } from '../../code/functions.ts';
import { keyName } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import type { Dialect } from '../../migrations/types.ts';
import { usedAs } from '../../schema/names.ts';
import { references } from '../../schema/references.ts';
import { rowWrites } from '../../schema/row-writes.ts';
import { nearest } from '../nearest.ts';
import { type Draft, makeRecorder, type Recorder, type RowDraft } from '../recorder.ts';
import { valuesOf, type WrittenSql } from '../sql/constants.ts';
import { fragmentsIn, isSentence, isSqlShaped, isStatement, statementsIn, type Template } from '../sql/find.ts';
import { ownPieces, variantsOf } from '../sql/pieces.ts';
import { scanSql } from '../sql/scan.ts';
import { withSetObject } from '../sql/set.ts';
import { clientsOf, dialectOf, isDoubtful, isOtherDatabase, isOtherDialect, usesOtherDatabase } from '../sql/target.ts';
import { type HoleStyle, joinPieces, replacePlaceholders, type SqlText } from '../sql/text.ts';
import type { AccessContext, AccessLayer, DatabaseView } from '../types.ts';
import { entriesOf, type Source } from '../values.ts';

const sql: AccessLayer = {
  name: 'sql',
  extract: (module, context) => {
    const recorder = makeRecorder('sql', context);
    if (context.databases.some((d) => context.parsers.has(d.dialect))) addAll(module, context, recorder);
    return { accesses: recorder.accesses, writes: recorder.writes, unresolved: [] };
  },
};

function addAll(module: Module, context: AccessContext, recorder: Recorder): void {
  for (const node of statementsIn(module, context.modules)) {
    const clients = clientsOf(node, module, context.modules);
    const meant = meantBy(clients, context);
    if (!isOtherDatabase(node, module, clients)) addStatement({ node, module }, meant, doubting(recorder, clients, meant));
  }
  if (usesOtherDatabase(module)) return;
  for (const template of fragmentsIn(module)) {
    const clients = clientsOf(template, module, context.modules);
    const meant = meantBy(clients, context);
    if (!isOtherDatabase(template, module, clients)) addFragment(template, module, meant, doubting(recorder, clients, meant));
  }
}

/** The databases a client can be connected to: those of the dialect it speaks. */
function meantBy(clients: ReturnType<typeof clientsOf>, context: AccessContext): AccessContext {
  const dialect = dialectOf(clients);
  return dialect === null ? context : { ...context, databases: context.databases.filter((d) => d.dialect === dialect) };
}

/** A recorder that trusts what goes through a client of another database of the repository less. */
function doubting(recorder: Recorder, clients: ReturnType<typeof clientsOf>, { databases }: AccessContext): Recorder {
  const doubtful = new Set(databases.filter((d) => isDoubtful(clients, d)).map((d) => d.id));
  if (doubtful.size === 0) return recorder;
  const add = (draft: Draft, at: Source, call: Source): void =>
    recorder.add(doubtful.has(draft.database) ? { ...draft, confidence: 'low' } : draft, at, call);
  const addRows = (draft: RowDraft, at: Source, call: Source): void =>
    recorder.addRows(doubtful.has(draft.database) ? { ...draft, confidence: 'low' } : draft, at, call);
  return { ...recorder, add, addRows };
}

const ATTEMPTS: readonly (readonly [HoleStyle, boolean])[] = [
  ['guess', false],
  ['guess', true],
  ['value', false],
  ['value', true],
  ['nothing', false],
  ['nothing', true],
];

function addStatement(source: Source, context: AccessContext, recorder: Recorder): void {
  const { node, module } = source;
  for (const [variant, read] of variantsOf(source, context.modules).entries()) {
    const pieces = withSetObject(read, source, context.modules);
    const written = pieces.map((p) => p.text ?? ' ').join('');
    if (isOtherDialect(written)) return;
    const text = joinPieces(pieces, 'guess');
    if (!isStatement(text.sql) || !namesTable(text.sql, context) || isSentence(node, module, written)) continue;
    const parses = (some: Pieces): boolean =>
      ATTEMPTS.some(([style, replace]) => addParsed(joinPieces(some, style), replace, source, context, recorder));
    if (parses(pieces)) continue;
    // What functions and variables add may be what does not parse; the statement around it is still worth reading.
    const plain = variantsOf(source, context.modules, true);
    const isPlainParsed = parses(plain[Math.min(variant, plain.length - 1)] ?? []);
    const isScanned =
      !usesOtherDatabase(module) && isSqlShaped(node, module, written) && (!isPlainParsed || /^\s*(?:select|with)/i.test(text.sql));
    if (isScanned) addScanned(text, source, context, recorder, false);
  }
}

type Pieces = ReturnType<typeof variantsOf>[number];

/** A part of a statement that is put together elsewhere: it names tables itself, and columns by the aliases it declares. */
function addFragment(node: Template, module: Module, context: AccessContext, recorder: Recorder): void {
  const text = joinPieces(ownPieces(node, module), 'guess');
  if (!isOtherDialect(text.sql) && namesTable(text.sql, context)) addScanned(text, { node, module }, context, recorder, true);
}

/** A word can name a relation, a function or a type. */
const NAMED: readonly ((word: string) => string)[] = [
  (name) => name,
  (name) => usedAs({ kind: 'function', name }),
  (name) => usedAs({ kind: 'enum', name }),
];

/** Names in quotes, which may hold any character: `"order-items"`. */
const quotedIn = (sql: string): readonly string[] =>
  [...sql.matchAll(/"((?:[^"]|"")+)"|`((?:[^`]|``)+)`/g)].map(
    ([, double, back]) => double?.replaceAll('""', '"') ?? back?.replaceAll('``', '`') ?? '',
  );

/** Whether any word of the text is a table or view: what names none needs no parser. */
function namesTable(sql: string, context: AccessContext): boolean {
  const plain = [...(sql.match(/\w+/g) ?? []), ...(sql.match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? [])];
  const dotted = (sql.match(/\w+"?\."?\w+/g) ?? []).map((name) => name.replaceAll('"', ''));
  const written = [...plain, ...dotted, ...quotedIn(sql)];
  const words = new Set(written.flatMap((word) => [word, word.toLowerCase()]));
  return context.databases.some(
    (database) =>
      [...words].some((word) => NAMED.some((as) => isKnown(as(word), database, context))) ||
      qualifiedTables(database).some((table) => words.has(table)),
  );
}

/** Tables outside the default schema by their own name. */
const qualifiedTables = ({ schema }: DatabaseView): string[] =>
  [...schema.tables.keys()].flatMap((t) => (t.includes('.') ? [t.slice(t.indexOf('.') + 1)] : []));

function addParsed(text: SqlText, replace: boolean, call: Source, context: AccessContext, recorder: Recorder): boolean {
  const sql = replace ? replacePlaceholders(text.sql) : text.sql;
  const dialects = new Set(context.databases.map((d) => d.dialect));
  return [...dialects].map((dialect) => addParsedAs(dialect, sql, text, call, context, recorder)).some(Boolean);
}

/** What a text means to the databases of one dialect; false where their parser does not read it. */
function addParsedAs(dialect: Dialect, sql: string, text: SqlText, call: Source, context: AccessContext, recorder: Recorder): boolean {
  const parser = context.parsers.get(dialect);
  const parsed = parser?.parse(sql);
  if (!parsed?.ok) return false;
  const nodes = parsed.nodes.map((n) => n.node);
  const written: WrittenSql = { text, parsed: sql, toUtf16: parsed.toUtf16, call };
  const prepared = isNamed(call, context.modules) ? { isPrepared: true } : {};
  for (const database of context.databases.filter((d) => d.dialect === dialect)) {
    addRowWrites(nodes, written, database, context, recorder);
    for (const found of references(nodes, database.schema, { toUtf16: parsed.toUtf16, anyCase: parser?.anyCase ?? false })) {
      if (!isMeant(found.table, database, call, context)) continue;
      const operation = `SQL ${found.statement}`;
      const at = sourceAt(text, found.location);
      const constants = found.constants ? { constants: valuesOf(found.constants, written, context.modules) } : {};
      const base = { database: database.id, kind: found.kind, table: found.table, operation, ...constants, ...prepared } as const;
      if (found.how === 'implicit') addImplicit({ ...base, column: found.column }, database, at, call, context, recorder);
      else recorder.add({ ...base, column: found.column, how: 'named', confidence: 'high' }, at, call);
    }
  }
  return true;
}

/** The rows the text writes. */
function addRowWrites(
  nodes: readonly unknown[],
  sql: WrittenSql,
  database: DatabaseView,
  context: AccessContext,
  recorder: Recorder,
): void {
  for (const { table, constants, location, ...found } of rowWrites(nodes, database.schema, {
    toUtf16: sql.toUtf16,
    anyCase: context.parsers.get(database.dialect)?.anyCase ?? false,
  })) {
    if (!isMeant(table, database, sql.call, context)) continue;
    const values = [...constants].flatMap(([column, some]) => valuesOf(some, sql, context.modules).map((value) => ({ column, value })));
    const operation = `SQL ${found.statement}`;
    recorder.addRows(
      { ...found, database: database.id, table, isComplete: !sql.text.isOpen, constants: values, confidence: 'high', operation },
      sourceAt(sql.text, location),
      sql.call,
    );
  }
}

/** `{ name: 'find-user', text: '…' }`: node-postgres keeps it prepared on the connection. */
function isNamed({ node, module }: Source, modules: AccessContext['modules']): boolean {
  const property = module.parent(node);
  const object = property?.type === 'Property' ? module.parent(property) : null;
  if (property?.type !== 'Property' || keyName(property) !== 'text' || object?.type !== 'ObjectExpression') return false;
  return entriesOf({ node: object, module }, modules).entries.some((entry) => entry.key === 'name');
}

const isKnown = (table: string, { id, schema }: DatabaseView, { interest }: AccessContext): boolean =>
  schema.tables.has(table) ||
  schema.routines.has(`view ${table}`) ||
  schema.routines.has(`materialized-view ${table}`) ||
  (interest?.has(id, table, null) ?? false);

/** Whether a table's name, written here, means this database's: of several that have it, the nearest. */
function isMeant(table: string, database: DatabaseView, { module }: Source, context: AccessContext): boolean {
  if (!isKnown(table, database, context)) return false;
  const owners = context.databases.filter((d) => isKnown(table, d, context));
  return nearest(owners, (d) => d.id, module.path).includes(database);
}

const hasColumn = (table: string, column: string, { id, schema }: DatabaseView, { interest }: AccessContext): boolean =>
  (schema.tables.get(table)?.columns.has(column) ?? false) || (interest?.has(id, table, column) ?? false);

type ImplicitDraft = {
  readonly database: string;
  readonly kind: 'read' | 'write';
  readonly table: string;
  readonly operation: string;
  readonly column: string | null;
  readonly isPrepared?: boolean;
};

/** `SELECT *` uses a column where the field is read from its result; INSERT without a column list uses all of them. */
function addImplicit(
  draft: ImplicitDraft,
  database: DatabaseView,
  at: Source,
  call: Source,
  context: AccessContext,
  recorder: Recorder,
): void {
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

/** MySQL writes names in backticks, and strings in either quotes. */
const scannable = (sql: string, dialect: Dialect): string =>
  dialect === 'mysql' ? sql.replace(/"(?:[^"\\]|\\.)*"/g, (text) => `'${text.slice(1, -1).replace(/'/g, ' ')}'`).replaceAll('`', '"') : sql;

function addScanned(text: SqlText, call: Source, context: AccessContext, recorder: Recorder, isFragment: boolean): void {
  for (const database of context.databases) {
    const { id } = database;
    for (const { location, ...found } of scanSql(scannable(text.sql, database.dialect), {
      isTable: (table) => isMeant(table, database, call, context),
      hasColumn: (table, column) => hasColumn(table, column, database, context),
      isFragment,
    })) {
      recorder.add({ ...found, database: id, how: 'named', confidence: 'medium', operation: 'SQL' }, sourceAt(text, location), call);
    }
  }
}

/** The place of one character, as a node-like range inside the node it is written in: what guards that guards it. */
function sourceAt(text: SqlText, offset: number): Source {
  const { source, offset: start } = text.at(offset);
  const length = /^(?:"[^"\n]*"|`[^`\n]*`|[\w$]+)/.exec(source.module.text.slice(start, start + 128))?.[0].length ?? 1;
  return { module: source.module, node: { ...source.node, start, end: start + length, parent: source.node } as Node };
}

export default sql;
