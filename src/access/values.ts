/**
 * Objects and arrays as queries are given them: literals, constants of other files, spreads, both sides of a condition,
 * results of small functions, and keys assigned afterwards.
 * Input: an expression and its module. Output: entries with the place each key is written at; `complete` is false as soon
 * as something could add keys that cannot be seen.
 */
import { enclosingClass, enclosingFunction } from '../code/functions.ts';
import { type FunctionNode, isFunction, keyName, unwrapAwait } from '../code/syntax.ts';
import type { Module, Modules, Node } from '../code/types.ts';
import { resolveValue } from '../code/values.ts';

/** An expression and the module it stands in. */
export interface Source {
  readonly node: Node;
  readonly module: Module;
}

export interface Entry {
  readonly key: string;
  readonly value: Source;
  /** Where the key is written. */
  readonly at: Source;
}

export interface Entries {
  readonly entries: readonly Entry[];
  readonly complete: boolean;
}

const NOTHING: Entries = { entries: [], complete: true };
const UNKNOWN: Entries = { entries: [], complete: false };
const MAX_DEPTH = 8;

const merge = (parts: readonly Entries[]): Entries => ({
  entries: parts.flatMap((p) => p.entries),
  complete: parts.every((p) => p.complete),
});

/** The entries of the object an expression gives. */
export function entriesOf(source: Source, modules: Modules, depth = 0): Entries {
  if (depth > MAX_DEPTH) return UNKNOWN;
  const { module } = source;
  const node = unwrapAwait(source.node);
  const go = (next: Node, within: Module = module): Entries => entriesOf({ node: next, module: within }, modules, depth + 1);
  switch (node.type) {
    case 'ObjectExpression':
      return merge(node.properties.map((p) => (p.type === 'SpreadElement' ? go(p.argument) : propertyEntry(p, module))));
    case 'ConditionalExpression':
      return merge([go(node.consequent), go(node.alternate)]);
    case 'LogicalExpression':
      return node.operator === '&&' ? go(node.right) : merge([go(node.left), go(node.right)]);
    case 'AssignmentExpression':
      return go(node.right);
    case 'Literal':
      return NOTHING;
    case 'Identifier':
      return node.name === 'undefined' ? NOTHING : identifierEntries(node, module, modules, depth);
    case 'CallExpression':
      return callEntries(node, module, modules, depth);
    default: {
      const resolved = resolveValue(node, module, modules);
      return resolved && resolved.node !== node ? go(resolved.node, resolved.module) : UNKNOWN;
    }
  }
}

function propertyEntry(property: Node, module: Module): Entries {
  if (property.type !== 'Property') return UNKNOWN;
  const key = keyName(property);
  if (key === null) return UNKNOWN;
  return { entries: [{ key, value: { node: property.value, module }, at: { node: property.key, module } }], complete: true };
}

function identifierEntries(node: Node, module: Module, modules: Modules, depth: number): Entries {
  const resolved = resolveValue(node, module, modules);
  const later = assignedLater(node, module);
  if (!resolved || resolved.node === node) return { entries: later, complete: false };
  return merge([entriesOf(resolved, modules, depth + 1), { entries: later, complete: true }]);
}

/** `where.userId = id` after `const where = {}`. */
function assignedLater(identifier: Node, module: Module): Entry[] {
  if (module.binding(identifier)?.kind !== 'variable') return [];
  return module.references(identifier).flatMap((reference) => {
    const member = module.parent(reference);
    if (member?.type !== 'MemberExpression' || member.object !== reference) return [];
    const assignment = module.parent(member);
    const key = keyName(member);
    if (assignment?.type !== 'AssignmentExpression' || assignment.left !== member || key === null) return [];
    return [{ key, value: { node: assignment.right, module }, at: { node: member.property, module } }];
  });
}

function callEntries(node: Extract<Node, { type: 'CallExpression' }>, module: Module, modules: Modules, depth: number): Entries {
  const first = node.arguments[0];
  const callee = unwrapAwait(node.callee);
  const isObjectHelper = callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === 'Object';
  if (isObjectHelper && ['assign', 'freeze', 'seal'].includes(keyName(callee) ?? '')) {
    return merge(node.arguments.map((a) => entriesOf({ node: a.type === 'SpreadElement' ? a.argument : a, module }, modules, depth + 1)));
  }
  // Prisma.validator<Prisma.UserSelect>()({ … }) gives back its argument.
  if (callee.type === 'CallExpression' && first) return entriesOf({ node: first, module }, modules, depth + 1);
  const target = functionOf({ node: callee, module }, modules);
  if (!target) return UNKNOWN;
  const returned = returnsOf(target);
  return returned.length === 0 ? UNKNOWN : merge(returned.map((r) => entriesOf(r, modules, depth + 1)));
}

const LIST_METHODS = new Set(['map', 'flatMap', 'filter', 'slice', 'concat', 'sort']);

/** The objects a list holds, as far as they are written somewhere; a single object is a list of itself. */
export function elementsOf(
  source: Source,
  modules: Modules,
  depth = 0,
): { readonly elements: readonly Source[]; readonly complete: boolean } {
  const { module } = source;
  const node = unwrapAwait(source.node);
  if (depth > MAX_DEPTH) return { elements: [], complete: false };
  if (node.type === 'ArrayExpression') {
    const parts = node.elements.flatMap((e) =>
      e === null
        ? []
        : [
            e.type === 'SpreadElement'
              ? elementsOf({ node: e.argument, module }, modules, depth + 1)
              : { elements: [{ node: e as Node, module }], complete: true },
          ],
    );
    return { elements: parts.flatMap((p) => p.elements), complete: parts.every((p) => p.complete) };
  }
  if (node.type === 'ObjectExpression' || node.type === 'ConditionalExpression' || node.type === 'LogicalExpression')
    return { elements: [{ node, module }], complete: true };
  if (node.type === 'CallExpression') return callElements(node, module, modules, depth);
  const resolved = resolveValue(node, module, modules);
  // The name of an object stays: keys may be set on it afterwards.
  if (resolved && unwrapAwait(resolved.node).type === 'ObjectExpression') return { elements: [{ node, module }], complete: true };
  const added = node.type === 'Identifier' ? addedLater(node, module, modules, depth) : [];
  if (!resolved || resolved.node === node) return { elements: [{ node, module }, ...added], complete: false };
  const { elements, complete } = elementsOf(resolved, modules, depth + 1);
  return { elements: [...elements, ...added], complete };
}

/** `list.push(a, ...more)`, `list.unshift(a)` after `const list = []`. */
function addedLater(identifier: Node, module: Module, modules: Modules, depth: number): readonly Source[] {
  return module.references(identifier).flatMap((reference) => {
    const member = module.parent(reference);
    if (member?.type !== 'MemberExpression' || member.object !== reference || !/^(?:push|unshift)$/.test(keyName(member) ?? '')) return [];
    const call = module.parent(member);
    if (call?.type !== 'CallExpression' || call.callee !== member) return [];
    return call.arguments.flatMap((a) =>
      a.type === 'SpreadElement' ? elementsOf({ node: a.argument, module }, modules, depth + 1).elements : [{ node: a, module }],
    );
  });
}

function callElements(
  node: Extract<Node, { type: 'CallExpression' }>,
  module: Module,
  modules: Modules,
  depth: number,
): { elements: readonly Source[]; complete: boolean } {
  const callee = unwrapAwait(node.callee);
  const method = callee.type === 'MemberExpression' ? keyName(callee) : null;
  if (callee.type !== 'MemberExpression' || method === null || !LIST_METHODS.has(method))
    return { elements: [{ node, module }], complete: true };
  const callback = node.arguments[0];
  if (method !== 'map' && method !== 'flatMap') return elementsOf({ node: callee.object, module }, modules, depth + 1);
  const target = callback ? functionOf({ node: callback, module }, modules) : null;
  const returned = target ? returnsOf(target) : [];
  if (returned.length === 0) return { elements: [], complete: false };
  const parts = returned.map((r) => (method === 'flatMap' ? elementsOf(r, modules, depth + 1) : { elements: [r], complete: true }));
  return { elements: parts.flatMap((p) => p.elements), complete: parts.every((p) => p.complete) };
}

export interface FunctionSource {
  readonly node: FunctionNode;
  readonly module: Module;
}

/** The function an expression names: declared here or in another file, or wrapped once, as in `cache(async () => …)`. */
export function functionOf(source: Source, modules: Modules): FunctionSource | null {
  const node = unwrapAwait(source.node);
  if (isFunction(node)) return { node, module: source.module };
  const resolved = ownMethod(node, source.module) ?? resolveValue(node, source.module, modules);
  if (!resolved) return null;
  const target = unwrapAwait(resolved.node);
  if (isFunction(target)) return { node: target, module: resolved.module };
  if (target.type !== 'CallExpression') return null;
  const wrapped = target.arguments.find((a) => isFunction(a));
  return wrapped && isFunction(wrapped) ? { node: wrapped, module: resolved.module } : null;
}

/** `this.toRow`: the method, or the function a field holds, of the class around it. */
function ownMethod(node: Node, module: Module): Source | null {
  if (node.type !== 'MemberExpression' || node.object.type !== 'ThisExpression') return null;
  const name = keyName(node);
  const member = enclosingClass(node, module)?.body.body.find((one) => name !== null && keyName(one) === name);
  const isValued = member?.type === 'PropertyDefinition' || member?.type === 'MethodDefinition';
  return isValued && member.value ? { node: member.value, module } : null;
}

/** The expressions a function returns. */
export function returnsOf(target: FunctionSource): Source[] {
  const { node, module } = target;
  if (!node.body) return [];
  if (node.body.type !== 'BlockStatement') return [{ node: node.body, module }];
  return module.nodes('ReturnStatement').flatMap((statement) => {
    if (statement.start < node.start || statement.end > node.end || !statement.argument) return [];
    return enclosingFunction(statement, module) === node ? [{ node: statement.argument, module }] : [];
  });
}
