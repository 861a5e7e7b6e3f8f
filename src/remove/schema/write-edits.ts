/**
 * How one write of a legacy column is taken out of code: its property of a row, its place in a SQL text, or the statement that
 * does nothing else. Input: a module, the write. Output: replacements, or why it is left, in plain words. Pure.
 * Invariants: only what is evaluated without an effect goes; nothing is edited outside the statement that runs the query.
 */
import type { RowWrite, SchemaAccess } from '../../access/types.ts';
import { type CallNode, childrenOf, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { numberedIn, type Parameter, withoutColumn } from './sql-lists.ts';

export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export type WriteEdit =
  | {
      readonly ok: true;
      /** Accesses that stand in a range that goes are expected to go with it, and no others. */
      readonly replacements: readonly Replacement[];
    }
  | { readonly ok: false; readonly reason: string };

export interface Place {
  readonly line: number;
  readonly column: number;
}

const no = (reason: string): WriteEdit => ({ ok: false, reason });

/** The offset of a place in a text. */
export function offsetOf(text: string, { line, column }: Place): number {
  let start = 0;
  for (let n = 1; n < line; n++) {
    const next = /\r\n|[\n\r\u2028\u2029]/g;
    next.lastIndex = start;
    const found = next.exec(text);
    if (found === null) return text.length;
    start = found.index + found[0].length;
  }
  return start + column - 1;
}

/** `others`: every write of the file, the one asked about included; `rows`: its statements that write rows. */
export function editOfWrite(module: Module, write: SchemaAccess, others: readonly SchemaAccess[], rows: readonly RowWrite[]): WriteEdit {
  const at = offsetOf(module.text, write.location);
  if (write.how !== 'named') return no('the column is written without being named');
  if (write.site !== undefined) return no('what is written is put together elsewhere than the query');
  const whole = wholeStatement(module, write, at, others, rows);
  if (whole !== null) return whole;
  if (write.column === null) return no('what it gives back is taken, or the statement does more than to write the table');
  const property = module.nodes('Property').find((node) => node.key.start === at && !node.computed);
  if (property) return propertyEdit(module, property);
  const literal = textAround(module, at);
  return literal === null ? no('the column is named by a value') : textEdit(module, literal, at);
}

type TextNode = Extract<Node, { type: 'Literal' | 'TemplateLiteral' }>;

function textAround(module: Module, at: number): TextNode | null {
  const isAround = (node: Node): boolean => node.start < at && at < node.end - 1;
  const literal = module.nodes('Literal').find((node) => typeof node.value === 'string' && isAround(node));
  const template = module.nodes('TemplateLiteral').filter(isAround).at(-1);
  const found = literal ?? template ?? null;
  return found !== null && module.text.slice(found.start, found.end).includes(' ') ? found : null;
}

/** An UPDATE that sets nothing but the column, or what writes a table that goes, as a statement of its own whose result nobody takes. */
function wholeStatement(
  module: Module,
  write: SchemaAccess,
  at: number,
  others: readonly SchemaAccess[],
  rows: readonly RowWrite[],
): WriteEdit | null {
  const statement = module
    .nodes('ExpressionStatement')
    .filter((s) => s.start <= at && at < s.end)
    .at(-1);
  const call = statement === undefined ? null : unwrapAwait(statement.expression);
  if (statement === undefined || call?.type !== 'CallExpression') return null;
  const isInside = (location: Place): boolean => {
    const offset = offsetOf(module.text, location);
    return statement.start <= offset && offset < statement.end;
  };
  const isTable = write.column === null;
  const isOwn = (a: SchemaAccess): boolean =>
    a.table === write.table && (isTable || ((a.column === write.column || a.column === null) && a.how === 'named'));
  const own = rows.filter((row) => isInside(row.location));
  const isOne = ({ statement: verb, isComplete, columns: [first, ...more] }: RowWrite): boolean =>
    verb === 'UPDATE' && isComplete && first === write.column && more.length === 0;
  const isOnly =
    (isTable ? own.every((row) => row.table === write.table) : own.length === 1 && own.every(isOne)) &&
    others.filter((a) => isInside(a.location)).every(isOwn);
  if (!isOnly) return null;
  const isNested = module
    .nodes('ArrowFunctionExpression', 'FunctionExpression')
    .some((f) => statement.start <= f.start && f.start <= at && at < f.end && f.end <= statement.end);
  const isChained = /\.\s*(?:then|catch|finally)\s*\(/.test(module.text.slice(statement.start, statement.end));
  if (isNested || isChained) return no('the statement does more than to write it');
  if (!isPlainChain(module, call)) return no('what the statement is given is computed by calls, which may do more');
  return statementEdit(module, statement);
}

function statementEdit(module: Module, statement: Node): WriteEdit {
  const parent = module.parent(statement);
  const region = { start: statement.start, end: statement.end };
  if (parent?.type === 'BlockStatement' || parent?.type === 'Program' || parent?.type === 'SwitchCase' || parent?.type === 'StaticBlock')
    return { ok: true, replacements: [{ ...linesOf(module.text, region), text: '' }] };
  if (parent?.type === 'IfStatement' && parent.alternate === statement)
    return { ok: true, replacements: [{ start: parent.consequent.end, end: statement.end, text: '' }] };
  return no('the statement is the only one of a branch or loop');
}

/** Builders of queries that only build. */
const BUILDERS = /^(?:drizzle-orm|kysely|knex|typeorm|sequelize|@sequelize\/core|@prisma\/client)(?:\/|$)/;

/** Calls of one chain, with nothing but plain values as arguments. */
function isPlainChain(module: Module, call: CallNode): boolean {
  if (!call.arguments.every((argument) => isPlain(module, argument))) return false;
  const { callee } = call;
  if (callee.type !== 'MemberExpression') return callee.type === 'Identifier';
  const object = unwrapAwait(callee.object);
  return object.type === 'CallExpression' ? isPlainChain(module, object) : isPlain(module, object);
}

const PLAIN: ReadonlySet<string> = new Set([
  ...['Literal', 'Identifier', 'ThisExpression', 'TemplateLiteral', 'TemplateElement', 'MemberExpression', 'ArrayExpression'],
  ...[
    'ObjectExpression',
    'Property',
    'UnaryExpression',
    'BinaryExpression',
    'LogicalExpression',
    'ConditionalExpression',
    'ChainExpression',
  ],
  ...['ParenthesizedExpression', 'TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression', 'SpreadElement', 'PrivateIdentifier'],
]);

/** Methods of texts and dates that only compute. */
const COMPUTING: ReadonlySet<string> = new Set(['trim', 'toLowerCase', 'toUpperCase', 'toString', 'toISOString', 'normalize']);

/** Whether evaluating it has no effect. */
function isPlain(module: Module, node: Node): boolean {
  if (node.type.startsWith('TS') && !PLAIN.has(node.type)) return true;
  if (node.type === 'CallExpression') {
    const { callee } = node;
    const isBuilder = callee.type === 'Identifier' && isFromBuilder(module, callee);
    const isComputing =
      callee.type === 'MemberExpression' &&
      callee.property.type === 'Identifier' &&
      COMPUTING.has(callee.property.name) &&
      node.arguments.length === 0;
    return (isBuilder && node.arguments.every((a) => isPlain(module, a))) || (isComputing && isPlain(module, callee.object));
  }
  if (node.type === 'UnaryExpression' && node.operator === 'delete') return false;
  return PLAIN.has(node.type) && childrenOf(node).every((child) => isPlain(module, child));
}

function isFromBuilder(module: Module, callee: Node): boolean {
  const binding = module.binding(callee);
  return binding?.kind === 'import' && BUILDERS.test(binding.source);
}

function propertyEdit(module: Module, property: Extract<Node, { type: 'Property' }>): WriteEdit {
  const object = module.parent(property);
  if (object?.type !== 'ObjectExpression' || property.method || property.kind !== 'init')
    return no('the column is not a plain property of the row');
  if (object.properties.some((p) => p.type === 'SpreadElement')) return no('a row spread beside it may hold the column too');
  if (object.properties.length === 1) return no('nothing else would be written');
  if (!isPlain(module, property.value)) return no('its value is computed by a call, which may do more');
  const index = object.properties.findIndex((p) => p.start === property.start);
  const cut = listCut(module.text, object.properties, index);
  return { ok: true, replacements: [{ ...cut, text: '' }] };
}

/** An item of a list with its comma; the whole line where it stands alone on one. */
function listCut(
  text: string,
  items: readonly ({ readonly start: number; readonly end: number } | null)[],
  index: number,
): { start: number; end: number } {
  const item = items[index] ?? { start: 0, end: 0 };
  const [before, after] = [items[index - 1], items[index + 1]];
  const comma = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*?,/.exec(text.slice(item.end, item.end + 500));
  const end = comma === null ? item.end : item.end + comma[0].length;
  const lines = linesOf(text, { start: item.start, end });
  if (lines.start < item.start || text[lines.end - 1] === '\n')
    return after || comma !== null ? lines : { start: before?.end ?? lines.start, end: item.end };
  if (after) return { start: item.start, end: after.start };
  return { start: before?.end ?? item.start, end: item.end };
}

/** The whole lines of a range where nothing else stands on them; else the range itself. */
function linesOf(text: string, { start, end }: { readonly start: number; readonly end: number }): { start: number; end: number } {
  const first = text.lastIndexOf('\n', start - 1) + 1;
  const rest = /^[ \t]*(?:\/\/[^\n]*)?(\r?\n|$)/.exec(text.slice(end));
  const isAlone = text.slice(first, start).trim() === '' && rest !== null;
  return isAlone ? { start: first, end: end + rest[0].length } : { start, end };
}

function textEdit(module: Module, literal: TextNode, at: number): WriteEdit {
  const raw = module.text.slice(literal.start + 1, literal.end - 1);
  const shift = literal.start + 1;
  const found = withoutColumn(raw, at - shift);
  if (!found.ok) return no(found.reason);
  const cuts = found.cuts.map(({ start, end }): Replacement => ({ start: start + shift, end: end + shift, text: '' }));
  const given = parameterEdits(module, literal, raw, found.parameters, cuts);
  if (!given.ok) return given;
  return { ok: true, replacements: [...cuts, ...given.replacements] };
}

type Given = { readonly ok: true; readonly replacements: readonly Replacement[] } | Extract<WriteEdit, { ok: false }>;

/** What is handed in for the values that go: taken out of the array beside the text, and the others counted anew. */
function parameterEdits(
  module: Module,
  literal: TextNode,
  raw: string,
  parameters: readonly Parameter[],
  cuts: readonly Replacement[],
): Given {
  const refuse = (reason: string): Given => ({ ok: false, reason });
  const inside = (start: number): boolean =>
    cuts.some((cut) => cut.start <= start + literal.start + 1 && start + literal.start + 1 < cut.end);
  for (const parameter of parameters) {
    if (parameter.kind !== 'expression') continue;
    const expression =
      literal.type === 'TemplateLiteral' ? literal.expressions.find((e) => inside(e.start - literal.start - 1)) : undefined;
    if (expression === undefined || !isPlain(module, expression)) return refuse('its value is computed by a call, which may do more');
  }
  const numbered = numberedIn(raw);
  const lost = parameters.flatMap((p) =>
    p.kind === 'numbered' && numbered.every((n) => n.number !== p.number || inside(n.start)) ? [p.number - 1] : [],
  );
  const questions = parameters.flatMap((p) => (p.kind === 'question' ? [p.index] : []));
  const indexes = [...new Set([...lost, ...questions])].sort((a, b) => a - b);
  if (indexes.length === 0) return { ok: true, replacements: [] };
  const list = valuesBeside(module, literal);
  if (list === null) return refuse('the values are not handed in as a list beside the text');
  if (list.elements.some((e) => e === null || e.type === 'SpreadElement')) return refuse('the list of values is put together of others');
  if (indexes.length > 1) return refuse('several values would go');
  const [index = 0] = indexes;
  const value = list.elements[index];
  if (!value || !isPlain(module, value)) return refuse('its value is computed by a call, which may do more');
  const renumbered = numbered
    .filter(({ number, start }) => lost.length > 0 && number > index + 1 && !inside(start))
    .map(
      ({ number, start, end }): Replacement => ({ start: start + literal.start + 1, end: end + literal.start + 1, text: `$${number - 1}` }),
    );
  return { ok: true, replacements: [{ ...listCut(module.text, list.elements, index), text: '' }, ...renumbered] };
}

/** `query(text, [a, b])`, `query({ text, values: [a, b] })`. */
function valuesBeside(module: Module, literal: TextNode): Extract<Node, { type: 'ArrayExpression' }> | null {
  const parent = module.parent(literal);
  if (parent?.type === 'CallExpression' && parent.arguments[0]?.start === literal.start) {
    const second = parent.arguments[1];
    return second?.type === 'ArrayExpression' ? second : null;
  }
  const object = parent?.type === 'Property' ? module.parent(parent) : null;
  if (object?.type !== 'ObjectExpression') return null;
  for (const property of object.properties) {
    if (
      property.type === 'Property' &&
      property.key.type === 'Identifier' &&
      property.key.name === 'values' &&
      property.value.type === 'ArrayExpression'
    )
      return property.value;
  }
  return null;
}
