/**
 * Evaluations whose answer is kept for longer than a request: made at module level, in a static initialiser, a provider's
 * factory, the constructor of an object that lives on, or behind a memo.
 * Input: a node that evaluates, its module. Output: how it is frozen; null where it is asked anew.
 * Invariants: scripts and tests run from start to end each time; what a component renders is asked at each rendering.
 */
import { moduleEntry } from '../../code/entries/entries.ts';
import { isFunction, keyName, unwrap } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { originOf } from '../../code/values.ts';
import type { Misuse } from '../types.ts';

export type Frozen = Pick<Extract<Misuse, { kind: 'frozen' }>, 'how' | 'isCertain'>;

type ClassNode = Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>;

/** Nest runs these once, when the application starts. */
const startHooks: ReadonlySet<string> = new Set(['onModuleInit', 'onApplicationBootstrap']);

/** Functions that keep what the function they are given answers: package and name. */
const memos: ReadonlySet<string> = new Set([
  ...['lodash', 'lodash-es', 'underscore', 'es-toolkit'].flatMap((name) => [`${name} once`, `${name} memoize`]),
  ...['lodash', 'lodash-es'].flatMap((name) => [`${name}/once default`, `${name}/memoize default`, `${name}.once default`]),
  ...['ramda', 'remeda', 'rambda'].flatMap((name) => [`${name} once`]),
  ...[
    'lodash.once',
    'lodash.memoize',
    'memoize-one',
    'memoize',
    'p-memoize',
    'mem',
    'onetime',
    'fast-memoize',
    'moize',
    'memoizee',
    'p-once',
  ].map((name) => `${name} default`),
]);

/** How an evaluation is frozen. */
export function frozenAt(node: Node, module: Module, modules: Modules): Frozen | null {
  let child = node;
  for (let up = module.parent(node); up !== null; up = module.parent(up)) {
    if (up.type === 'Decorator' || up.type.startsWith('JSX')) return null;
    if (up.type === 'StaticBlock') return { how: 'static', isCertain: true };
    if (up.type === 'PropertyDefinition' && up.value === child)
      return up.static ? { how: 'static', isCertain: true } : inObject(up, module, modules);
    if (isFunction(up) && !isCalledAtOnce(up, module)) return inFunction(up, node, module, modules);
    child = up;
  }
  const { kind } = moduleEntry(module);
  return kind === 'script' || kind === 'test' ? null : { how: 'module', isCertain: true };
}

/** `(async () => { … })()` runs where it stands. */
function isCalledAtOnce(fn: Node, module: Module): boolean {
  let callee = fn;
  let parent = module.parent(callee);
  while (parent?.type === 'ParenthesizedExpression') {
    callee = parent;
    parent = module.parent(parent);
  }
  return parent?.type === 'CallExpression' && parent.callee === callee;
}

function inFunction(fn: Node, node: Node, module: Module, modules: Modules): Frozen | null {
  const parent = module.parent(fn);
  if (parent?.type === 'MethodDefinition') {
    if (parent.kind === 'constructor') {
      const held = inObject(parent, module, modules);
      // Whether an object of which nothing is known acts on the answer once, as it is made, is its own affair.
      return held?.isCertain === false && assignmentOf(node, module) === null ? null : held;
    }
    return startHooks.has(keyName(parent) ?? '') && isKept(node, module) ? { how: 'factory', isCertain: true } : null;
  }
  if (parent?.type === 'Property' && keyName(parent) === 'useFactory') return { how: 'factory', isCertain: true };
  if (parent?.type === 'CallExpression' && isMemo(parent, module, modules)) return { how: 'memo', isCertain: true };
  return isCached(node, module) ? { how: 'memo', isCertain: true } : null;
}

/** A memo without an end: one that is given options may forget. */
function isMemo({ callee, arguments: [, options] }: Extract<Node, { type: 'CallExpression' }>, module: Module, modules: Modules): boolean {
  const origin = originOf(callee, module, modules);
  const isKnown = origin?.kind === 'package' && memos.has(`${origin.source} ${[origin.imported, ...origin.path].at(-1)}`);
  return isKnown && (options === undefined || isFunction(options));
}

/** Fields and constructors: the answer lives as long as the object does. */
function inObject(member: Node, module: Module, modules: Modules): Frozen | null {
  const owner = classOf(member, module);
  if (owner === null || isComponent(owner)) return null;
  const isProvider = owner.decorators.some((one) => isNestProvider(one.expression, module, modules));
  if (isProvider) return isRequestScoped(owner, module) ? null : { how: 'constructor', isCertain: true };
  const made = instancesOf(owner, module);
  if (made.some((one) => isAtModuleLevel(one, module))) return { how: 'constructor', isCertain: true };
  return made.length > 0 ? null : { how: 'constructor', isCertain: false };
}

function classOf(member: Node, module: Module): ClassNode | null {
  for (let up = module.parent(member); up !== null; up = module.parent(up))
    if (up.type === 'ClassDeclaration' || up.type === 'ClassExpression') return up;
  return null;
}

const isComponent = ({ superClass }: ClassNode): boolean =>
  superClass !== null && /Component$/.test(superClass.type === 'Identifier' ? superClass.name : (keyName(superClass) ?? ''));

const providers: ReadonlySet<string> = new Set(['Injectable', 'Controller', 'Resolver', 'Processor', 'WebSocketGateway', 'Catch']);

function isNestProvider(decorator: Node, module: Module, modules: Modules): boolean {
  const origin = originOf(decorator.type === 'CallExpression' ? decorator.callee : decorator, module, modules);
  return origin?.kind === 'package' && origin.source.startsWith('@nestjs/') && providers.has(origin.imported);
}

const isRequestScoped = ({ decorators }: ClassNode, module: Module): boolean =>
  decorators.some((one) => /Scope\.(?:REQUEST|TRANSIENT)/.test(module.text.slice(one.start, one.end)));

/** `new C(…)` in the class's own file. */
function instancesOf(owner: ClassNode, module: Module): readonly Node[] {
  return module.nodes('NewExpression').filter(({ callee }) => {
    const binding = callee.type === 'Identifier' ? module.binding(callee) : null;
    return binding?.kind === 'class' && binding.node === owner;
  });
}

function isAtModuleLevel(node: Node, module: Module): boolean {
  for (let up = module.parent(node); up !== null; up = module.parent(up)) if (isFunction(up) && !isCalledAtOnce(up, module)) return false;
  return true;
}

/** Assigned to a member of `this`, or to a variable of the module. */
function isKept(node: Node, module: Module): boolean {
  const assignment = assignmentOf(node, module);
  if (assignment === null) return false;
  return assignment.left.type === 'MemberExpression' || isModuleVariable(assignment.left, module);
}

/** `cached ??= evaluate()`, `if (cached === undefined) cached = evaluate()`: kept in a variable of the module for good. */
function isCached(node: Node, module: Module): boolean {
  const assignment = assignmentOf(node, module);
  if (assignment === null || assignment.left.type !== 'Identifier' || !isModuleVariable(assignment.left, module)) return false;
  const { left } = assignment;
  if (isGivenElsewhere(left, module)) return false;
  if (assignment.operator === '??=' || assignment.operator === '||=') return true;
  if (assignment.operator !== '=') return false;
  for (let up = module.parent(assignment); up !== null && !isFunction(up); up = module.parent(up))
    if (up.type === 'IfStatement' && asksForNothing(up.test, left, module)) return true;
  return false;
}

/** `!kept`, `kept === undefined`, `typeof kept === 'undefined'`: and nothing else, such as how old it is. */
function asksForNothing(start: Node, name: Node, module: Module): boolean {
  const test = unwrap(start);
  const isName = (node: Node): boolean => node.type === 'Identifier' && module.references(name).includes(node);
  if (test.type === 'UnaryExpression') return test.operator === '!' && isName(unwrap(test.argument));
  if (test.type !== 'BinaryExpression') return false;
  const left = unwrap(test.left);
  return (test.operator === '===' || test.operator === '==') && isName(left.type === 'UnaryExpression' ? left.argument : left);
}

/** Whether the variable is given another value as well: it is forgotten, or kept anew. */
const isGivenElsewhere = (name: Node, module: Module): boolean =>
  module.references(name).filter((one) => {
    const parent = module.parent(one);
    return parent?.type === 'AssignmentExpression' && parent.left === one;
  }).length > 1;

type Assignment = Extract<Node, { type: 'AssignmentExpression' }>;

function assignmentOf(node: Node, module: Module): Assignment | null {
  for (let up = module.parent(node); up !== null && !isFunction(up); up = module.parent(up)) {
    if (up.type === 'AssignmentExpression') return up;
    if (/Statement$|Declaration$/.test(up.type)) return null;
  }
  return null;
}

function isModuleVariable(name: Node, module: Module): boolean {
  const binding = name.type === 'Identifier' ? module.binding(name) : null;
  return binding?.kind === 'variable' && isAtModuleLevel(binding.node, module);
}
