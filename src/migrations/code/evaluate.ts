/**
 * Expressions of a migration → their values. Calls of the runner's objects record what they do on the way.
 * Invariants: never throws; a function that is not of this repository gives `unknown`.
 */
import { importSourceOf, isFunction, keyName, unwrap } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { writtenOffsets } from '../../code/written.ts';
import { assign, assignmentValue, forget } from './assign.ts';
import { bounded, fits, textOf } from './bounds.ts';
import { methodOf } from './builtins.ts';
import { evaluateCall } from './call.ts';
import { oneOf } from './choice.ts';
import { cellOf, importValue } from './names.ts';
import { type Condition, cut, MAX_DEPTH, type Run, step, under } from './run.ts';
import { entry, handle, list, type Piece, placeOf, plain, type Scope, stringOf, truthOf, UNDEFINED, UNKNOWN, type Value } from './value.ts';

const textPiece = (text: string, start: number, end: number, module: Module): Piece => {
  const map = writtenOffsets(text, module.text.slice(start, end));
  return { text, place: { module, start, end }, map: map ?? 'same' };
};

/** The value of an expression. */
export const evaluate = (run: Run, start: Node, scope: Scope): Value => {
  const node = unwrap(start);
  const { module } = scope;
  if (!step(run, () => placeOf(node, module))) return UNKNOWN;
  if (run.depth > MAX_DEPTH) {
    cut(run, placeOf(node, module), 'it is');
    return UNKNOWN;
  }
  run.depth++;
  const value = EXPRESSIONS.get(node.type)?.(run, node as never, scope) ?? UNKNOWN;
  run.depth--;
  return bounded(run, value);
};

type Expression<T extends Node['type']> = (run: Run, node: Extract<Node, { type: T }>, scope: Scope) => Value;
const expression = <T extends Node['type']>(type: T, read: Expression<T>): [string, Expression<never>] => [
  type,
  read as unknown as Expression<never>,
];

const literalValue: Expression<'Literal'> = (_, node, { module }) => {
  if (typeof node.value === 'string') return { kind: 'text', pieces: [textPiece(node.value, node.start + 1, node.end - 1, module)] };
  if (node.value === null && 'regex' in node) return handle({ name: 'RegExp', data: node });
  return typeof node.value === 'object' && node.value !== null ? UNKNOWN : plain(node.value as number | boolean | bigint | null);
};

/** The pieces of a template; what is put in is asked for with `put`. */
export const templatePieces = (
  run: Run,
  node: Extract<Node, { type: 'TemplateLiteral' }>,
  scope: Scope,
  put: (value: Value, node: Node) => readonly Piece[] = (value, at) => piecesOf(value, at, scope.module),
): readonly Piece[] =>
  node.quasis.flatMap((quasi, i) => {
    const { module } = scope;
    const begin = /[`}]/.test(module.text[quasi.start] ?? '') ? quasi.start + 1 : quasi.start;
    const text = textPiece(quasi.value.cooked ?? quasi.value.raw, begin, node.end, module);
    const own = { ...text, place: { ...text.place, end: begin + (quasi.value.raw.length || 0) } };
    const inner = node.expressions[i];
    return inner ? [own, ...put(evaluate(run, inner, scope), inner)] : [own];
  });

/** A value as part of a text. */
export const piecesOf = (value: Value, node: Node, module: Module): readonly Piece[] => {
  if (value.kind === 'text') return value.pieces;
  const raw = value.kind === 'handle' ? (value.handle.data as { readonly raw?: string } | undefined)?.raw : undefined;
  if (raw !== undefined) return [{ text: raw, place: placeOf(node, module), map: null }];
  const joined = value.kind === 'list' ? value.items.map((item) => stringOf(item)) : [stringOf(value)];
  const known = value.kind === 'plain' && typeof value.value !== 'number' ? [String(value.value)] : joined;
  const length = known.reduce((sum, one) => sum + (one?.length ?? 0) + 1, 0);
  const isKnown = known.every((one) => one !== null) && !(value.kind === 'list' && value.isOpen) && fits(length, 1);
  return [{ text: isKnown ? known.join(',') : null, place: placeOf(node, module), map: null }];
};

const objectValue: Expression<'ObjectExpression'> = (run, node, scope) => {
  const made: Extract<Value, { kind: 'record' }> = { kind: 'record', entries: new Map(), isOpen: false };
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      const spread = evaluate(run, property.argument, scope);
      if (spread.kind === 'record') for (const [key, value] of spread.entries) made.entries.set(key, value);
      made.isOpen ||= spread.kind === 'record' ? spread.isOpen : spread.kind !== 'plain';
      continue;
    }
    const key = keyName(property) ?? stringOf(evaluate(run, property.key, scope));
    if (key === null) made.isOpen = true;
    else made.entries.set(key, property.kind === 'init' ? evaluate(run, property.value, scope) : UNKNOWN);
  }
  return made;
};

const arrayValue: Expression<'ArrayExpression'> = (run, node, scope) => {
  const items: Value[] = [];
  let isOpen = false;
  for (const element of node.elements) {
    if (element?.type === 'SpreadElement') {
      const spread = evaluate(run, element.argument, scope);
      if (spread.kind === 'list') for (const item of spread.items) items.push(item);
      isOpen ||= spread.kind !== 'list' || spread.isOpen;
    } else items.push(element ? evaluate(run, element, scope) : UNDEFINED);
  }
  return list(items, isOpen);
};

/** A member of a value. */
export const memberValue = (owner: Value, name: string): Value => {
  switch (owner.kind) {
    case 'record':
      return owner.entries.get(name) ?? (owner.isOpen ? UNKNOWN : UNDEFINED);
    case 'list':
      if (name === 'length') return owner.isOpen ? UNKNOWN : plain(owner.items.length);
      return /^\d+$/.test(name) ? (owner.items[Number(name)] ?? (owner.isOpen ? UNKNOWN : UNDEFINED)) : UNKNOWN;
    case 'handle':
      return owner.handle.get?.(name) ?? UNKNOWN;
    case 'text': {
      const text = stringOf(owner);
      return name === 'length' && text !== null ? plain(text.length) : UNKNOWN;
    }
    default:
      return UNKNOWN;
  }
};

/** A member of an instance or class: its methods and fields, with `this` known in them. */
export const classMember = (run: Run, owner: Value, name: string): Value => {
  const made = entry(owner, '(class)');
  if (made?.kind !== 'class') return memberValue(owner, name);
  const own = entry(owner, name);
  if (own) return own;
  const member = made.node.body.body.find((one) => keyName(one) === name);
  const scope: Scope = { names: new Map(), parent: made.scope, module: made.scope.module, self: owner };
  if (member?.type === 'MethodDefinition' && isFunction(member.value)) return { kind: 'function', node: member.value, scope };
  if (member?.type === 'PropertyDefinition' && member.value) return evaluate(run, member.value, scope);
  return memberValue(entry(owner, '(base)') ?? UNKNOWN, name);
};

const memberExpression: Expression<'MemberExpression'> = (run, node, scope) => {
  const owner = evaluate(run, node.object, scope);
  const name = keyName(node) ?? (node.computed ? stringOf(evaluate(run, node.property, scope)) : null);
  if (name === null) return UNKNOWN;
  return methodOf(owner, name) ?? classMember(run, owner, name);
};

/** `==` without its conversions: null where they would decide. */
const looselyEqual = (a: unknown, b: unknown): boolean | null => {
  if (a == null || b == null) return a == null && b == null;
  return typeof a === typeof b ? a === b : null;
};
const not = (truth: boolean | null): boolean | null => (truth === null ? null : !truth);

const COMPARE: ReadonlyMap<string, (a: unknown, b: unknown) => unknown> = new Map<string, (a: never, b: never) => unknown>([
  ['===', (a, b) => a === b],
  ['!==', (a, b) => a !== b],
  ['==', (a, b) => looselyEqual(a, b)],
  ['!=', (a, b) => not(looselyEqual(a, b))],
  ['<', (a, b) => a < b],
  ['<=', (a, b) => a <= b],
  ['>', (a, b) => a > b],
  ['>=', (a, b) => a >= b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
  ['%', (a, b) => a % b],
]) as unknown as ReadonlyMap<string, (a: unknown, b: unknown) => unknown>;

const scalarOf = (value: Value): { readonly value: unknown } | null => {
  if (value.kind === 'plain') return { value: value.value };
  const text = value.kind === 'text' ? stringOf(value) : null;
  return text === null ? null : { value: text };
};

/** `a + b`: a sum, or a text with holes. */
export const sumOf = (left: Value, right: Value, leftNode: Node, rightNode: Node, module: Module): Value => {
  const [a, b] = [scalarOf(left)?.value, scalarOf(right)?.value];
  if (typeof a === 'number' && typeof b === 'number') return plain(a + b);
  if (left.kind !== 'text' && right.kind !== 'text') return UNKNOWN;
  return textOf([piecesOf(left, leftNode, module), piecesOf(right, rightNode, module)]);
};

const binaryExpression: Expression<'BinaryExpression'> = (run, node, scope) => {
  const [left, right] = [evaluate(run, node.left as Node, scope), evaluate(run, node.right, scope)];
  if (node.operator === '+') return sumOf(left, right, node.left as Node, node.right, scope.module);
  const checked = comparedCheck(left, right, node.operator);
  if (checked) return checked;
  const [a, b] = [scalarOf(left), scalarOf(right)];
  const result = a && b ? COMPARE.get(node.operator)?.(a.value, b.value) : undefined;
  return typeof result === 'boolean' || typeof result === 'number' ? plain(result) : UNKNOWN;
};

/** `hasTable('x') === false`. */
const comparedCheck = (left: Value, right: Value, operator: string): Value | null => {
  const wanted = right.kind === 'plain' ? right.value : undefined;
  if (left.kind !== 'check' || !/^[!=]==?$/.test(operator)) return null;
  const isSame = operator.startsWith('=');
  return Boolean(wanted) === isSame ? left : { kind: 'check', check: { ...left.check, exists: !left.check.exists } };
};

const unaryExpression: Expression<'UnaryExpression'> = (run, node, scope) => {
  if (node.operator === 'delete') {
    forget(run, unwrap(node.argument), scope);
    return plain(true);
  }
  const value = evaluate(run, node.argument, scope);
  if (node.operator === '!') {
    if (value.kind === 'check') return { kind: 'check', check: { ...value.check, exists: !value.check.exists } };
    const truth = truthOf(value);
    return truth === null ? UNKNOWN : plain(!truth);
  }
  if (node.operator === '-' && value.kind === 'plain' && typeof value.value === 'number') return plain(-value.value);
  return node.operator === 'void' ? UNDEFINED : UNKNOWN;
};

/** The condition that a value is. */
export const conditionOf = (value: Value, node: Node, module: Module, holds: boolean): Condition => {
  const text = module.text.slice(node.start, node.end).replace(/\s+/g, ' ').slice(0, 60);
  const check = value.kind === 'check' ? { ...value.check, exists: value.check.exists === holds } : null;
  return { text: holds ? text : `!(${text})`, check };
};

const logicalExpression: Expression<'LogicalExpression'> = (run, node, scope) => {
  const left = evaluate(run, node.left, scope);
  if (node.operator === '??') {
    if (left.kind === 'unknown' || (left.kind === 'handle' && truthOf(left) === null)) {
      const text = `${scope.module.text.slice(node.left.start, node.left.end).slice(0, 60)} == null`;
      return oneOf(run, [left, under(run, { text, check: null }, () => evaluate(run, node.right, scope))]);
    }
    return left.kind === 'plain' && left.value == null ? evaluate(run, node.right, scope) : left;
  }
  const truth = truthOf(left);
  if (truth !== null) return truth === (node.operator === '&&') ? evaluate(run, node.right, scope) : left;
  const right = under(run, conditionOf(left, node.left, scope.module, node.operator === '&&'), () => evaluate(run, node.right, scope));
  return oneOf(run, [left, right]);
};

const conditionalExpression: Expression<'ConditionalExpression'> = (run, node, scope) => {
  const test = evaluate(run, node.test, scope);
  const truth = truthOf(test);
  if (truth !== null) return evaluate(run, truth ? node.consequent : node.alternate, scope);
  const first = under(run, conditionOf(test, node.test, scope.module, true), () => evaluate(run, node.consequent, scope));
  const second = under(run, conditionOf(test, node.test, scope.module, false), () => evaluate(run, node.alternate, scope));
  return oneOf(run, [first, second]);
};

const NO_CALLS = { invoke: (): Value => UNKNOWN, maybe: (): void => undefined };

const templateTag: Expression<'TaggedTemplateExpression'> = (run, node, scope) => {
  const tag = evaluate(run, node.tag, scope);
  const values = node.quasi.expressions.map((one) => evaluate(run, one, scope));
  const text: Value = { kind: 'text', pieces: templatePieces(run, node.quasi, scope) };
  if (tag.kind === 'handle' && tag.handle.call) {
    return tag.handle.call({
      args: [text, ...values],
      place: placeOf(node, scope.module),
      isConditional: run.conditions.length > 0,
      ...NO_CALLS,
    });
  }
  return text;
};

const EXPRESSIONS: ReadonlyMap<string, Expression<never>> = new Map([
  expression('Literal', literalValue),
  expression('TemplateLiteral', (run, node, scope) => ({ kind: 'text', pieces: templatePieces(run, node, scope) })),
  expression('TaggedTemplateExpression', templateTag),
  expression('ObjectExpression', objectValue),
  expression('ArrayExpression', arrayValue),
  expression('Identifier', (run, node, scope) => (node.name === 'undefined' ? UNDEFINED : cellOf(run, node.name, scope).value)),
  expression('ThisExpression', (_, __, scope) => selfOf(scope)),
  expression('MemberExpression', memberExpression),
  expression('BinaryExpression', binaryExpression),
  expression('UnaryExpression', unaryExpression),
  expression('LogicalExpression', logicalExpression),
  expression('ConditionalExpression', conditionalExpression),
  expression('AssignmentExpression', assignmentValue),
  expression('SequenceExpression', (run, node, scope) => node.expressions.reduce<Value>((_, one) => evaluate(run, one, scope), UNDEFINED)),
  expression('AwaitExpression', (run, node, scope) => evaluate(run, node.argument, scope)),
  expression('FunctionExpression', (_, node, scope) => ({ kind: 'function', node, scope })),
  expression('ArrowFunctionExpression', (_, node, scope) => ({ kind: 'function', node, scope })),
  expression('ClassExpression', (_, node, scope) => ({ kind: 'class', node, scope })),
  expression('UpdateExpression', (run, node, scope) => {
    const target = node.argument;
    const cell = target.type === 'Identifier' ? cellOf(run, target.name, scope) : null;
    const before = cell?.value.kind === 'plain' && typeof cell.value.value === 'number' ? cell.value.value : null;
    const after = before === null ? UNKNOWN : plain(before + (node.operator === '++' ? 1 : -1));
    if (cell) assign(run, cell, after);
    else forget(run, target as Node, scope);
    return before === null || node.prefix ? after : plain(before);
  }),
  expression('CallExpression', (run, node, scope) => evaluateCall(run, node, scope)),
  expression('NewExpression', (run, node, scope) => evaluateCall(run, node, scope)),
  expression('ImportExpression', (run, node, scope) => {
    const source = importSourceOf(node);
    return source === null ? UNKNOWN : importValue(run, source, '*', scope.module);
  }),
]);

const selfOf = (scope: Scope): Value => {
  for (let at: Scope | null = scope; at; at = at.parent) if (at.self.kind !== 'unknown') return at.self;
  return UNKNOWN;
};
