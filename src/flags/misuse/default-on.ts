/**
 * Evaluations that are on when they fail: by a default that is no plain value, by what follows them, or by what catches
 * their failure.
 * Input: the syntax of an evaluation. Output: what turns it on. What the state of a flag says is the rule's matter.
 * Invariant: `?? true` and the like are claimed only where the evaluation can give nothing.
 */
import { isFunction, keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { resolveValue } from '../../code/values.ts';
import type { Interpreter } from '../interpreter.ts';
import { asTruth } from '../meaning.ts';
import type { EvaluationSite } from '../sites.ts';
import type { Misuse } from '../types.ts';

export type DefaultOn = Extract<Misuse, { kind: 'default-on' }>;
type Try = Extract<Node, { type: 'TryStatement' }>;

/** What an evaluation is given for the case that it fails: a value, a function that gives it, or a variant that is on. */
export function defaultOnBy({ node, evaluation, form }: EvaluationSite, module: Module, { modules }: Interpreter): DefaultOn | null {
  if (evaluation.fallback === true || evaluation.fallback === 'on')
    return { ...defaultOn('argument', node, module), text: String(evaluation.fallback) };
  const argument = typeof form?.fallback === 'number' && node.type === 'CallExpression' ? node.arguments[form.fallback] : undefined;
  const value = argument === undefined ? null : resolveValue(argument, module, modules)?.node;
  return value && (givesTrue(value) || isEnabledVariant(value)) ? defaultOn('argument', node, module) : null;
}

/** `{ name: 'blue', enabled: true }` */
const isEnabledVariant = (node: Node): boolean =>
  node.type === 'ObjectExpression' &&
  node.properties.some((one) => one.type === 'Property' && keyName(one) === 'enabled' && isTrue(one.value));

/** What follows the value of an evaluation and turns it on where there is none: `?? true`, `!== false`, `.catch(() => true)`. */
export function defaultOnAfter(
  { node: site, evaluation, sdk }: EvaluationSite,
  module: Module,
  interpreter: Interpreter,
): DefaultOn | null {
  const value = passedOn(site, module);
  const isMaybe = hasOptionalChain(site) || (evaluation.fallback === null && canBeNothing(site, module, interpreter));
  const given = variableOf(value, module);
  const uses = given === null ? [value] : module.references(given).filter((one) => one !== given);
  for (const use of uses) {
    const found = isOrTrue(use, module) ?? (isMaybe ? onWhereNothing(use, module, sdk !== null) : null);
    if (found !== null) return found;
  }
  return caughtAsTrue(site, module) ?? triedAsTrue(value, module);
}

/** The value of an evaluation, past what hands it on: `await`, `.value`, parentheses. */
function passedOn(site: Node, module: Module): Node {
  let value = site;
  for (let parent = module.parent(value); parent !== null && isPassedOn(parent, value); parent = module.parent(value)) value = parent;
  return value;
}

function isPassedOn(parent: Node, value: Node): boolean {
  if (parent.type === 'AwaitExpression' || parent.type === 'ChainExpression' || parent.type === 'ParenthesizedExpression') return true;
  return parent.type === 'MemberExpression' && parent.object === value && keyName(parent) === 'value';
}

/** The variable that is declared with a value. */
function variableOf(value: Node, module: Module): Node | null {
  const parent = module.parent(value);
  return parent?.type === 'VariableDeclarator' && parent.init === value && parent.id.type === 'Identifier' ? parent.id : null;
}

function hasOptionalChain(site: Node): boolean {
  for (let node: Node = site; ; ) {
    if ((node.type === 'CallExpression' || node.type === 'MemberExpression') && node.optional) return true;
    const inner: Node | null = node.type === 'CallExpression' ? node.callee : node.type === 'MemberExpression' ? node.object : null;
    if (inner === null) return false;
    node = unwrapAwait(inner);
  }
}

function canBeNothing(site: Node, module: Module, interpreter: Interpreter): boolean {
  const meaning = interpreter.read(site, module, null);
  const value = meaning?.kind === 'promise' ? meaning.of : meaning;
  return value !== null && value.kind !== 'result' && asTruth(value).whenNullish !== 'never';
}

function isOrTrue(value: Node, module: Module): DefaultOn | null {
  const parent = module.parent(value);
  const isOr = parent?.type === 'LogicalExpression' && parent.left === value && parent.operator === '||';
  return isOr && isTrue(parent.right) ? defaultOn('expression', parent, module) : null;
}

/** `?? true`, `!== false`, `=== undefined || on`, `=== undefined ? true : on`. `isKnown`: an SDK says that a failure gives nothing. */
function onWhereNothing(value: Node, module: Module, isKnown: boolean): DefaultOn | null {
  const parent = module.parent(value);
  if (parent?.type === 'LogicalExpression')
    return parent.operator === '??' && parent.left === value && isTrue(parent.right) ? defaultOn('expression', parent, module) : null;
  if (parent?.type !== 'BinaryExpression') return null;
  const other = parent.left === value ? parent.right : parent.left;
  if (parent.operator === '!==' || parent.operator === '!=')
    return isKnown && isFalse(other) ? defaultOn('expression', parent, module) : null;
  const isAsked = isKnown && (parent.operator === '===' || parent.operator === '==') && isNothing(other);
  const around = isAsked ? module.parent(parent) : null;
  const isOn =
    (around?.type === 'LogicalExpression' && around.operator === '||' && around.left === parent) ||
    (around?.type === 'ConditionalExpression' && around.test === parent && isTrue(around.consequent));
  return isOn && around ? defaultOn('expression', around, module) : null;
}

/** `.catch(() => true)`, `.then(f, () => true)` */
function caughtAsTrue(site: Node, module: Module): DefaultOn | null {
  const member = module.parent(site);
  const call = member?.type === 'MemberExpression' && member.object === site ? module.parent(member) : null;
  if (member?.type !== 'MemberExpression' || call?.type !== 'CallExpression' || call.callee !== member) return null;
  const name = keyName(member);
  const handler = call.arguments[name === 'catch' ? 0 : 1];
  if (handler !== undefined && (name === 'catch' || name === 'then') && givesTrue(handler)) return defaultOn('handler', handler, module);
  return name === 'then' ? caughtAsTrue(call, module) : null;
}

/** `try { return evaluate() } catch { return true }`, `try { on = evaluate() } catch { on = true }`. */
function triedAsTrue(value: Node, module: Module): DefaultOn | null {
  const around = tryAround(value, module);
  if (around?.handler == null) return null;
  const { body } = around.handler.body;
  const last = body.at(-1);
  if (last?.type === 'ReturnStatement')
    return last.argument !== null && isTrue(last.argument) && isReturned(value, module) ? defaultOn('handler', last, module) : null;
  const target = assignedTo(value, module);
  const binding = target === null ? null : module.binding(target);
  if (target === null || binding?.kind !== 'variable') return null;
  const again = body.find((one) => one.type === 'ExpressionStatement' && assigns(one.expression, target, module));
  if (again?.type === 'ExpressionStatement' && again.expression.type === 'AssignmentExpression')
    return isTrue(again.expression.right) ? defaultOn('handler', again, module) : null;
  const isLeft = last?.type === 'ThrowStatement' || last?.type === 'ContinueStatement' || last?.type === 'BreakStatement';
  return binding.init !== null && isTrue(binding.init) && !isLeft ? defaultOn('handler', around.handler, module) : null;
}

function tryAround(value: Node, module: Module): Try | null {
  let child = value;
  for (let up = module.parent(value); up !== null && !isFunction(up); up = module.parent(up)) {
    if (up.type === 'TryStatement' && up.block === child) return up;
    child = up;
  }
  return null;
}

/** Whether it is the value that the function returns: by itself, as a boolean, or by a variable. */
function isReturned(start: Node, module: Module): boolean {
  const given = variableOf(start, module);
  if (given !== null) return module.references(given).some((one) => one !== given && isReturned(one, module));
  const parent = module.parent(start);
  if (parent === null) return false;
  if (parent.type === 'ReturnStatement') return true;
  const isKept =
    isPassedOn(parent, start) ||
    (parent.type === 'LogicalExpression' && parent.operator !== '&&' && parent.left === start) ||
    (parent.type === 'BinaryExpression' && parent.operator === '===' && isTrue(parent.right)) ||
    (parent.type === 'UnaryExpression' && parent.operator === '!' && isNegation(module.parent(parent))) ||
    (parent.type === 'UnaryExpression' && parent.operator === '!' && isNegation(parent.argument)) ||
    (parent.type === 'CallExpression' && parent.callee.type === 'Identifier' && parent.callee.name === 'Boolean');
  return isKept && isReturned(parent, module);
}

const isNegation = (node: Node | null): boolean => node?.type === 'UnaryExpression' && node.operator === '!';

/** The variable that a value, or what is made of it by a default, is assigned to. */
function assignedTo(value: Node, module: Module): Node | null {
  const parent = module.parent(value);
  if (parent?.type === 'LogicalExpression' && parent.left === value) return assignedTo(parent, module);
  if (parent?.type === 'ParenthesizedExpression') return assignedTo(parent, module);
  const isAssigned = parent?.type === 'AssignmentExpression' && parent.operator === '=' && parent.right === value;
  return isAssigned && parent.left.type === 'Identifier' ? parent.left : null;
}

const assigns = (node: Node, name: Node, module: Module): boolean =>
  node.type === 'AssignmentExpression' && node.left.type === 'Identifier' && module.references(name).includes(node.left);

/** Whether a function gives true whatever it is given. */
export function givesTrue(fn: Node): boolean {
  if (!isFunction(fn) || fn.body === null) return false;
  if (fn.body.type !== 'BlockStatement') return isTrue(fn.body);
  const last = fn.body.body.at(-1);
  return last?.type === 'ReturnStatement' && last.argument !== null && isTrue(last.argument);
}

export const isTrue = (node: Node): boolean => node.type === 'Literal' && node.value === true;
const isFalse = (node: Node): boolean => node.type === 'Literal' && node.value === false;
const isNothing = (node: Node): boolean =>
  (node.type === 'Literal' && node.value === null) || (node.type === 'Identifier' && node.name === 'undefined');

/** The record of a default that is on. */
export const defaultOn = (how: DefaultOn['how'], node: Node, module: Module): DefaultOn => ({
  kind: 'default-on',
  how,
  text: module.text.slice(node.start, node.end).replace(/\s+/g, ' ').slice(0, 80),
  location: { file: module.path, ...module.span(node) },
});
