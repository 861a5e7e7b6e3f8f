/**
 * SQL as TypeScript writes it: templates, concatenations, fragments kept in constants, built by functions, gathered in
 * lists or in variables that grow. Input: an expression. Output: its pieces in the order they are put together, once per
 * variant: a condition has two, a variable one per text that is assigned to it.
 */
import { enclosingClass } from '../../code/functions.ts';
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Binding, Module, Modules, Node } from '../../code/types.ts';
import { resolveValue, stringOf } from '../../code/values.ts';
import { writtenOffsets } from '../../code/written.ts';
import { elementsOf, functionOf, returnsOf, type Source } from '../values.ts';
import { identifierPieces, writtenNames } from './names.ts';

export interface Piece {
  /** null: a hole, known at run time only. */
  readonly text: string | null;
  /** Where it is written. */
  readonly source: Source;
  /** Offset of the text's first character in its module. */
  readonly offset: number;
  /** Offsets of all its characters from there, where escapes or line endings make them differ from their index. */
  readonly map?: readonly number[];
  /** Names that a helper writes out: `sql({ email })`, `sql(rows, 'id', 'email')`. */
  readonly names?: readonly Piece[];
  /** A column of an object that may have more of them. */
  readonly isOpen?: boolean;
}

/** One reading of an expression: wherever there is a choice, the option of that number is taken. */
interface Reading {
  readonly modules: Modules;
  readonly variant: number;
  /** The most options that a choice had so far. */
  options: number;
  /** Whether what functions return and what variables come to hold is left out: less text, but nothing that could be in the way. */
  readonly isPlain: boolean;
  /** How many names lead here. */
  names: number;
  /** Variables that are being put together: their name in their own text is what they held before. */
  readonly open: Set<Node>;
}

type Go = (next: Node) => readonly Piece[];
type Call = Extract<Node, { type: 'CallExpression' }>;

const MAX_DEPTH = 6;
const MAX_VARIANTS = 12;

/** Every text an expression can give, as pieces: as many as its widest choice has options. */
export function variantsOf(source: Source, modules: Modules, isPlain = false): readonly (readonly Piece[])[] {
  const variants: (readonly Piece[])[] = [];
  let options = 1;
  for (let variant = 0; variant < Math.min(options, MAX_VARIANTS); variant++) {
    const reading: Reading = { modules, variant, options, isPlain, names: 0, open: new Set() };
    variants.push(piecesOf(source, reading, 0));
    options = reading.options;
  }
  return variants;
}

/** The pieces of one template, whatever is put into it. */
export const ownPieces = (template: Extract<Node, { type: 'TemplateLiteral' }>, module: Module): readonly Piece[] =>
  templatePieces(template, { node: template, module }, (node) => [holeAt({ node, module })]);

const holeAt = (source: Source): Piece => ({ text: null, source, offset: source.node.start });

function chosen<T>(options: readonly T[], reading: Reading): T | undefined {
  reading.options = Math.max(reading.options, options.length);
  return options[Math.min(reading.variant, options.length - 1)];
}

function piecesOf(source: Source, reading: Reading, depth: number): readonly Piece[] {
  const node = unwrapAwait(source.node);
  const { module } = source;
  const hole = holeAt(source);
  if (depth > MAX_DEPTH) return [hole];
  const go: Go = (next) => piecesOf({ node: next, module }, reading, depth + 1);
  const under: Go = (next) => (isParameter(next, module, reading.modules) ? [holeAt({ node: next, module })] : go(next));
  const oneOf = (...options: readonly (Node | null)[]): readonly Piece[] => {
    const option = chosen(options, reading);
    return option ? go(option) : [];
  };
  switch (node.type) {
    case 'TemplateLiteral':
      return templatePieces(node, source, isSqlTagged(node, module) ? under : go);
    case 'TaggedTemplateExpression':
      return go(node.quasi);
    case 'Literal':
      return typeof node.value === 'string' ? [writtenPiece(node.value, node.start + 1, node.end - 1, source)] : [hole];
    case 'BinaryExpression':
      return node.operator === '+' ? [...go(node.left), ...go(node.right)] : [hole];
    case 'ConditionalExpression':
      return oneOf(node.consequent, node.alternate);
    case 'LogicalExpression':
      return node.operator === '&&' ? oneOf(node.right, null) : isTextLike(node.right) ? oneOf(node.left, node.right) : [hole];
    case 'CallExpression':
      return callPieces(node, source, reading, depth, go) ?? [hole];
    case 'Identifier':
    case 'MemberExpression':
      return namedPieces(source, reading, depth) ?? [hole];
    default:
      return [hole];
  }
}

/** Whether an expression is written as text, or as a fragment of SQL. */
function isTextLike(start: Node): boolean {
  const node = unwrapAwait(start);
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string';
    case 'TemplateLiteral':
      return true;
    case 'BinaryExpression':
      return node.operator === '+' && (isTextLike(node.left) || isTextLike(node.right));
    case 'ConditionalExpression':
      return isTextLike(node.consequent) || isTextLike(node.alternate);
    case 'LogicalExpression':
      return isTextLike(node.right);
    default:
      return isFragment(node);
  }
}

/** Whether an expression is SQL of its own, not a string that a tag would send as a parameter. */
function isFragment(start: Node): boolean {
  const node = unwrapAwait(start);
  if (node.type === 'TaggedTemplateExpression') return true;
  if (node.type === 'ConditionalExpression') return isFragment(node.consequent) || isFragment(node.alternate);
  if (node.type === 'LogicalExpression') return isFragment(node.right);
  if (node.type === 'CallExpression') return isRawText(node) || keyName(node.callee) === 'join';
  return node.type === 'MemberExpression' && keyName(node) === 'empty';
}

/** Whether a tag sends what is put into the template as values; some only tidy the text. */
function isSqlTagged(node: Node, module: Module): boolean {
  const parent = module.parent(node);
  if (parent?.type !== 'TaggedTemplateExpression' || parent.quasi !== node) return false;
  return !/(?:^String\.raw|dedent|outdent|strip\w*|oneLine\w*|trim\w*)$/i.test(module.text.slice(parent.tag.start, parent.tag.end));
}

/** Under a tag, a variable of plain strings and what a function makes of strings are values of the query, never its text. */
function isParameter(start: Node, module: Module, modules: Modules): boolean {
  const node = unwrapAwait(start);
  if (node.type === 'CallExpression') {
    const target = isFragment(node) ? null : functionOf(memberOfThis(node.callee, module) ?? { node: node.callee, module }, modules);
    const returned = target ? returnsOf(target) : [];
    return returned.length > 0 && !returned.some((r) => isFragment(r.node) || holds(r, isFragment));
  }
  if (node.type === 'ConditionalExpression') return isTextLike(node) && !isFragment(node);
  const binding = node.type === 'Identifier' ? module.binding(node) : null;
  if (binding?.kind !== 'variable' || binding.path.length > 0 || stringOf(node, module, modules) !== null) return false;
  const isValue = (write: Node): boolean =>
    isTextLike(write) ? !isFragment(write) : unwrapAwait(write).type === 'CallExpression' && isParameter(write, module, modules);
  return binding.writes.length > 0 && binding.writes.every((write) => write !== null && isValue(write));
}

function callPieces(node: Call, source: Source, reading: Reading, depth: number, go: Go): readonly Piece[] | null {
  const [first] = node.arguments;
  if (isRawText(node)) return first ? go(first) : null;
  const joined = joinOf(node);
  if (joined) return joinedPieces(joined, source, reading, depth, go);
  const identifier = identifierPieces(node, source.module, reading.modules);
  if (identifier) return identifier;
  if (node.callee.type === 'MemberExpression' && /^(?:trim\w*|toString|concat|append)$/.test(keyName(node.callee) ?? ''))
    return [...go(node.callee.object), ...node.arguments.flatMap(go)];
  const names = node.callee.type === 'Identifier' && reading.names === 0 ? writtenNames(node, source.module, reading.modules) : [];
  if (names.length > 0) return [{ text: null, source, offset: node.start, names }];
  return returnedPieces(node, source.module, reading, depth);
}

/** What a function or method of the repository returns, where that is text. */
function returnedPieces({ callee }: Call, module: Module, reading: Reading, depth: number): readonly Piece[] | null {
  if (reading.isPlain) return null;
  const target = functionOf(memberOfThis(callee, module) ?? { node: callee, module }, reading.modules);
  const texts = target ? returnsOf(target).filter((r) => isTextLike(r.node) || holds(r, isTextLike)) : [];
  const text = texts.length > 0 ? chosen(texts, reading) : undefined;
  return text ? piecesOf(text, reading, depth + 1) : null;
}

/** Whether a variable is given such an expression anywhere. */
function holds({ node, module }: Source, is: (written: Node) => boolean): boolean {
  const binding = node.type === 'Identifier' ? module.binding(node) : null;
  return binding?.kind === 'variable' && binding.writes.some((write) => write !== null && is(write));
}

/** `this.columns`, `this.where`: what the class around it says of the member. */
function memberOfThis(start: Node, module: Module): Source | null {
  const node = unwrapAwait(start);
  if (node.type !== 'MemberExpression' || node.object.type !== 'ThisExpression') return null;
  const name = keyName(node);
  const member = enclosingClass(node, module)?.body.body.find((one) => name !== null && keyName(one) === name);
  return member && (member.type === 'PropertyDefinition' || member.type === 'MethodDefinition') && member.value
    ? { node: member.value, module }
    : null;
}

interface Join {
  readonly list: Node;
  readonly separator: Node | null;
  /** Strings in the list are parameters: `Prisma.join(ids)`. */
  readonly isOfFragments: boolean;
}

/** `list.join(' AND ')`, `Prisma.join(list, ' AND ')`, `sql.join(list, sql` AND `)`. */
function joinOf({ callee, arguments: args }: Call): Join | null {
  const isNamespace =
    callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && /^(?:Prisma|\w*sql)$/i.test(callee.object.name);
  const name = callee.type === 'Identifier' ? callee.name : keyName(callee);
  if (name !== 'join') return null;
  if (callee.type === 'MemberExpression' && !isNamespace) return { list: callee.object, separator: args[0] ?? null, isOfFragments: false };
  return args[0] ? { list: args[0], separator: args[1] ?? null, isOfFragments: true } : null;
}

/** Lists, as far as their parts can be seen: what else they may hold is a hole. */
function joinedPieces(
  { list, separator, isOfFragments }: Join,
  source: Source,
  reading: Reading,
  depth: number,
  go: Go,
): readonly Piece[] | null {
  const { elements } = elementsOf({ node: list, module: source.module }, reading.modules);
  if (elements.some((e) => unwrapAwait(e.node).type === 'ObjectExpression')) return null;
  const parts = elements.map((e) => ({
    at: e,
    pieces: isOfFragments && !isFragmentOf(e, reading.modules) ? [holeAt(e)] : piecesOf(e, reading, depth + 1),
  }));
  // Only values: a list of parameters, for which one stands as well as many.
  if (!parts.some(({ pieces }) => pieces.some((piece) => piece.text !== null))) return null;
  const between: readonly Piece[] = separator ? go(separator) : [{ text: ',', source, offset: source.node.start }];
  return parts.flatMap(({ pieces }, i) => [...(i > 0 ? between : []), ...pieces]);
}

function isFragmentOf({ node, module }: Source, modules: Modules): boolean {
  if (isFragment(node)) return true;
  if (unwrapAwait(node).type === 'CallExpression') return !isParameter(node, module, modules);
  const value = resolveValue(node, module, modules);
  return value ? isFragment(value.node) : holds({ node, module }, isFragment);
}

/** `Prisma.raw('…')`, `sql.unsafe('…')`: text put in as it is. */
const isRawText = (node: Call): boolean =>
  node.callee.type === 'MemberExpression' && /^(?:raw|unsafe|literal)$/.test(keyName(node.callee) ?? '');

function templatePieces(node: Extract<Node, { type: 'TemplateLiteral' }>, source: Source, go: Go): readonly Piece[] {
  const { module } = source;
  return node.quasis.flatMap((quasi, i) => {
    const start = /[`}]/.test(module.text[quasi.start] ?? '') ? quasi.start + 1 : quasi.start;
    const text = writtenPiece(quasi.value.cooked ?? quasi.value.raw, start, node.end, source);
    const expression = node.expressions[i];
    return expression ? [text, ...go(expression)] : [text];
  });
}

/** Text as the language reads it, with the way back to what is written between `start` and `end`: escapes and CRLF are longer there. */
function writtenPiece(text: string, start: number, end: number, source: Source): Piece {
  const map = writtenOffsets(text, source.module.text.slice(start, end));
  return { text, source, offset: start, ...(map && { map }) };
}

/** A constant with text, a fragment built elsewhere, a variable that is given text once or step by step. */
function namedPieces(source: Source, reading: Reading, depth: number): readonly Piece[] | null {
  reading.names++;
  const pieces = piecesOfName(source, reading, depth);
  reading.names--;
  return pieces;
}

function piecesOfName(source: Source, reading: Reading, depth: number): readonly Piece[] | null {
  const { node, module } = source;
  const text = stringOf(node, module, reading.modules);
  if (text !== null) return [{ text, source, offset: node.start }];
  const own = memberOfThis(node, module);
  if (own) return isTextLike(own.node) ? piecesOf(own, reading, depth + 1) : null;
  const value = resolveValue(node, module, reading.modules);
  const binding = node.type === 'Identifier' ? module.binding(node) : null;
  const isGrown = binding?.kind === 'variable' && assignedTexts(binding, module).some((parts) => parts.length > 1);
  if (isGrown && !reading.isPlain) return variablePieces(node, module, reading, depth);
  if (!value || value.node === node) return reading.isPlain && depth > 0 ? null : variablePieces(node, module, reading, depth);
  const isChoice = ['ConditionalExpression', 'LogicalExpression'].includes(unwrapAwait(value.node).type);
  if (isTextLike(value.node)) return isChoice && reading.isPlain ? null : piecesOf(value, reading, depth + 1);
  const call = unwrapAwait(value.node);
  if (call.type !== 'CallExpression') return null;
  return joinOf(call) || identifierPieces(call, value.module, reading.modules)
    ? piecesOf(value, reading, depth + 1)
    : returnedPieces(call, value.module, reading, depth);
}

/** A variable that is assigned several times: one of its texts. */
function variablePieces(node: Node, module: Module, reading: Reading, depth: number): readonly Piece[] | null {
  const binding = node.type === 'Identifier' ? module.binding(node) : null;
  if (binding?.kind !== 'variable') return null;
  if (reading.open.has(binding.node)) return [];
  const texts = assignedTexts(binding, module);
  const text = texts.length > 0 ? chosen(texts, reading) : undefined;
  if (!text) return null;
  reading.open.add(binding.node);
  const pieces = text.flatMap((part) => piecesOf({ node: part, module }, reading, depth + 1));
  reading.open.delete(binding.node);
  return pieces;
}

type Variable = Extract<Binding, { kind: 'variable' }>;

/**
 * Every text a variable comes to hold, as the parts it is put together from, in the order they are written: `=` begins
 * anew, `+=` and `q = q + …` go on with all there is. Empty where it is never given text.
 */
export function assignedTexts(binding: Variable, module: Module): readonly (readonly Node[])[] {
  if (binding.path.length > 0) return [];
  const steps = stepsOf(binding, module);
  if (!steps.some((step) => isTextLike(step.value))) return [];
  let texts: readonly (readonly Node[])[] = [];
  for (const { value, goesOn } of steps) texts = goesOn && texts.length > 0 ? texts.map((parts) => [...parts, value]) : [...texts, [value]];
  return texts;
}

function stepsOf(binding: Variable, module: Module): readonly { readonly value: Node; readonly goesOn: boolean }[] {
  const references = module.references(binding.node);
  return references.flatMap((reference) => {
    const parent = module.parent(reference);
    if (parent?.type === 'VariableDeclarator' && parent.id === reference) return parent.init ? [{ value: parent.init, goesOn: false }] : [];
    const call = parent?.type === 'MemberExpression' && keyName(parent) === 'append' ? module.parent(parent) : null;
    const added = call?.type === 'CallExpression' && call.callee === parent ? call.arguments[0] : undefined;
    if (added && added.type !== 'SpreadElement') return [{ value: added, goesOn: true }];
    if (parent?.type !== 'AssignmentExpression' || parent.left !== reference) return [];
    const { right, operator } = parent;
    const usesItself = references.some(
      (r) => r.start >= right.start && r.end <= right.end && /^[`${(\s]*$/.test(module.text.slice(right.start, r.start)),
    );
    return operator === '=' || operator === '+=' ? [{ value: right, goesOn: operator === '+=' || usesItself }] : [];
  });
}
