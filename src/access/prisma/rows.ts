/**
 * Which expressions hold rows of a Prisma model, so that `user.imageUrl` is known to read `User.imageUrl`.
 * Rows come from queries, from functions that return them, from loops and list callbacks over them, and from the
 * generated model types. Input: an expression. Output: the model and what the query selected; null where not known.
 */
import { isFunction, keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Binding, Module, Node } from '../../code/types.ts';
import type { PrismaModel, PrismaSchema } from '../../parse/prisma.ts';
import type { AccessContext } from '../types.ts';
import { entriesOf, functionOf, returnsOf, type Source } from '../values.ts';
import { prismaCallOf } from './calls.ts';
import { rowOfType } from './row-types.ts';

export interface Row {
  readonly database: string;
  readonly schema: PrismaSchema;
  readonly model: PrismaModel;
  readonly list: boolean;
  /** The argument that chose the columns; null: the whole row. */
  readonly selection: Source | null;
  /** Known by an annotation, not by the query that gave it. */
  readonly isTyped: boolean;
}

const SAME_LIST = new Set(['filter', 'slice', 'sort', 'toSorted', 'reverse', 'toReversed', 'concat']);
const ONE_OF_LIST = new Set(['find', 'at', 'pop', 'shift', 'findLast']);
const CALLBACKS = new Set(['map', 'flatMap', 'filter', 'forEach', 'find', 'findLast', 'findIndex', 'some', 'every', 'sort', 'toSorted']);
const MAX_DEPTH = 10;

const element = (row: Row | null): Row | null => (row ? { ...row, list: false } : null);

/** The row an expression holds. */
export function rowOf(source: Source, context: AccessContext, depth = 0): Row | null {
  if (depth > MAX_DEPTH) return null;
  const { module } = source;
  const node = unwrapAwait(source.node);
  const go = (next: Node): Row | null => rowOf({ node: next, module }, context, depth + 1);
  switch (node.type) {
    case 'CallExpression':
      return rowOfCall(node, module, context, depth);
    case 'Identifier': {
      const binding = module.binding(node);
      return binding ? rowOfBinding(binding, module, context, depth) : null;
    }
    case 'MemberExpression': {
      const owner = go(node.object);
      return owner && stepInto(owner, node.computed && keyName(node) === null ? '0' : keyName(node), context);
    }
    case 'ConditionalExpression':
      return go(node.consequent) ?? go(node.alternate);
    case 'LogicalExpression':
      return go(node.right) ?? go(node.left);
    default:
      return null;
  }
}

/** From a row along a property: an element of a list, or a related row. */
function stepInto(row: Row, key: string | null, context: AccessContext): Row | null {
  if (key === null) return null;
  if (row.list) return /^\d+$/.test(key) ? element(row) : null;
  const field = row.model.fields.get(key);
  const other = field?.kind === 'relation' ? row.schema.models.get(field.type) : undefined;
  if (!field || !other) return null;
  const nested = row.selection ? selectionOf(row.selection, context).find((e) => e.key === key)?.value : undefined;
  return {
    ...row,
    model: other,
    list: field.list,
    selection: nested && unwrapAwait(nested.node).type === 'ObjectExpression' ? nested : null,
  };
}

function selectionOf(args: Source, context: AccessContext): readonly { key: string; value: Source }[] {
  return entriesOf(args, context.modules).entries.flatMap((e) =>
    e.key === 'select' || e.key === 'include' ? entriesOf(e.value, context.modules).entries : [],
  );
}

/** Whether the query that gave the row fetched this field. */
export function hasField(row: Row, field: string, context: AccessContext): boolean {
  if (!row.selection) return true;
  const top = entriesOf(row.selection, context.modules);
  const select = top.entries.find((e) => e.key === 'select');
  if (!select) return true;
  const chosen = entriesOf(select.value, context.modules);
  return !chosen.complete || chosen.entries.some((e) => e.key === field);
}

function rowOfCall(node: Extract<Node, { type: 'CallExpression' }>, module: Module, context: AccessContext, depth: number): Row | null {
  const [call] = prismaCallOf(node, module, context);
  if (call)
    return call.method.returnsRow
      ? {
          database: call.database,
          schema: call.schema,
          model: call.model,
          list: call.method.returnsRow === 'list',
          selection: call.args,
          isTyped: false,
        }
      : null;
  const callee = unwrapAwait(node.callee);
  const method = callee.type === 'MemberExpression' ? keyName(callee) : null;
  if (callee.type === 'MemberExpression' && method !== null && (SAME_LIST.has(method) || ONE_OF_LIST.has(method))) {
    const list = rowOf({ node: callee.object, module }, context, depth + 1);
    if (list?.list) return SAME_LIST.has(method) ? list : element(list);
  }
  const target = functionOf({ node: callee, module }, context.modules);
  if (!target) return null;
  if (target.node.returnType) {
    const typed = rowOfType({ node: target.node.returnType, module: target.module }, context);
    if (typed) return typed;
  }
  for (const returned of returnsOf(target)) {
    const row = rowOf(returned, context, depth + 2);
    if (row) return row;
  }
  return null;
}

function rowOfBinding(binding: Binding, module: Module, context: AccessContext, depth: number): Row | null {
  if (binding.kind === 'variable') return rowOfVariable(binding, module, context, depth);
  if (binding.kind === 'parameter') return rowOfParameter(binding, module, context, depth);
  return null;
}

const follow = (row: Row | null, path: readonly string[], context: AccessContext): Row | null =>
  path.reduce<Row | null>((at, key) => (at ? stepInto(at, key, context) : null), row);

function rowOfVariable(binding: Extract<Binding, { kind: 'variable' }>, module: Module, context: AccessContext, depth: number): Row | null {
  if (binding.annotation) {
    const typed = follow(rowOfType({ node: binding.annotation, module }, context), binding.path, context);
    if (typed) return typed;
  }
  const loop = loopOver(binding.node, module);
  if (loop) return follow(element(rowOf({ node: loop, module }, context, depth + 1)), binding.path, context);
  if (!binding.init) return null;
  const combined = ofPromiseAll(binding.init, binding.path);
  if (combined) return follow(rowOf({ node: combined.node, module }, context, depth + 1), combined.rest, context);
  return follow(rowOf({ node: binding.init, module }, context, depth + 1), binding.path, context);
}

/** The list of `for (const x of list)` whose variable this is. */
function loopOver(declared: Node, module: Module): Node | null {
  for (let at: Node | null = declared, steps = 0; at && steps < 5; at = module.parent(at), steps++) {
    if (at.type === 'ForOfStatement') return at.left.start <= declared.start && declared.end <= at.left.end ? at.right : null;
  }
  return null;
}

/** `const [user, team] = await Promise.all([a, b])`. */
function ofPromiseAll(init: Node, path: readonly string[]): { node: Node; rest: readonly string[] } | null {
  const call = unwrapAwait(init);
  const first = call.type === 'CallExpression' ? call.arguments[0] : undefined;
  if (call.type !== 'CallExpression' || first?.type !== 'ArrayExpression' || call.callee.type !== 'MemberExpression') return null;
  if (!['all', 'allSettled', '$transaction'].includes(keyName(call.callee) ?? '')) return null;
  const part = first.elements[Number(path[0])];
  return part && part.type !== 'SpreadElement' ? { node: part, rest: path.slice(1) } : null;
}

function rowOfParameter(
  binding: Extract<Binding, { kind: 'parameter' }>,
  module: Module,
  context: AccessContext,
  depth: number,
): Row | null {
  if (binding.annotation) return follow(rowOfType({ node: binding.annotation, module }, context), binding.path, context);
  return follow(rowOfCallback(binding.owner, binding.index, module, context, depth), binding.path, context);
}

/** What a list hands to its callback, and a promise to `then`. */
function rowOfCallback(owner: Node, index: number, module: Module, context: AccessContext, depth: number): Row | null {
  const call = module.parent(owner);
  if (call?.type !== 'CallExpression' || !isFunction(owner) || call.arguments[0] !== owner) return null;
  const callee = unwrapAwait(call.callee);
  const method = callee.type === 'MemberExpression' ? keyName(callee) : null;
  if (callee.type !== 'MemberExpression' || method === null) return null;
  if (method === 'then' && index === 0) return rowOf({ node: callee.object, module }, context, depth + 1);
  if (!CALLBACKS.has(method) || index > 1) return null;
  const list = rowOf({ node: callee.object, module }, context, depth + 1);
  return list?.list ? element(list) : null;
}

/** The row a destructuring pattern takes apart, in a declaration, a loop, a parameter, or inside another pattern. */
export function rowOfPattern(pattern: Node, module: Module, context: AccessContext, depth = 0): Row | null {
  const holder = module.parent(pattern);
  if (!holder || depth > MAX_DEPTH) return null;
  if ((pattern.type === 'ObjectPattern' || pattern.type === 'ArrayPattern') && pattern.typeAnnotation)
    return rowOfType({ node: pattern.typeAnnotation, module }, context);
  const outer = (): Row | null => rowOfPattern(holder, module, context, depth + 1);
  if (isFunction(holder))
    return rowOfCallback(
      holder,
      holder.params.findIndex((p) => p === pattern),
      module,
      context,
      depth + 1,
    );
  switch (holder.type) {
    case 'VariableDeclarator': {
      const loop = loopOver(holder, module);
      if (loop) return element(rowOf({ node: loop, module }, context, depth + 1));
      return holder.init ? rowOf({ node: holder.init, module }, context, depth + 1) : null;
    }
    case 'AssignmentPattern':
      return outer();
    case 'Property': {
      const whole = module.parent(holder);
      const row = whole?.type === 'ObjectPattern' ? rowOfPattern(whole, module, context, depth + 1) : null;
      return row && stepInto(row, keyName(holder), context);
    }
    case 'ArrayPattern': {
      const index = String(holder.elements.findIndex((e) => e === pattern));
      const declared = module.parent(holder);
      const combined = declared?.type === 'VariableDeclarator' && declared.init ? ofPromiseAll(declared.init, [index]) : null;
      if (combined) return rowOf({ node: combined.node, module }, context, depth + 1);
      const row = outer();
      return row && stepInto(row, index, context);
    }
    default:
      return null;
  }
}
