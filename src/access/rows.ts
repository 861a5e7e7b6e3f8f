/**
 * Which expressions hold rows of a model, so that `user.imageUrl` is known to read a column of its table.
 * Rows come from queries, from functions that return them, from loops and list callbacks over them, from `this` of a
 * model's own methods, and from annotated types. Input: what one layer knows of its queries and types. Output: Rows, which
 * finds the row of an expression; null where it is not known.
 */
import { isFunction, keyName, unwrapAwait } from '../code/syntax.ts';
import type { Binding, Module, Modules, Node } from '../code/types.ts';
import { rowOfType, type TypeReader } from './row-types.ts';
import { functionOf, returnsOf, type Source } from './values.ts';

/** A value that holds one row of a model, or a list of them. */
export interface Row<Model> {
  readonly model: Model;
  readonly list: boolean;
  /** The argument that chose the columns; null: the whole row. */
  readonly selection: Source | null;
  /** Known by an annotation, not by the query that gave it. */
  readonly isTyped: boolean;
  /** The value only holds it, under this key: `'0'` of `[rows, count]`, `rows` of `{ rows, count }`. */
  readonly heldAs?: string;
}

/** What a layer knows: the rows its queries give, its types, and what a row leads to. */
export interface RowReader<Model> extends TypeReader<Model> {
  /** The row a call gives; `no rows` for a query without any (a count); null for every other call. */
  ofCall(call: Extract<Node, { type: 'CallExpression' }>, module: Module): Row<Model> | 'no rows' | null;
  /** What `this` is inside a model's own methods. */
  ofThis?(node: Node, module: Module): Row<Model> | null;
  /** What `new X()` makes. */
  ofNew?(node: Extract<Node, { type: 'NewExpression' }>, module: Module): Row<Model> | null;
  /** The related row a property of a single row holds. */
  related(row: Row<Model>, property: string): Row<Model> | null;
}

export interface Rows<Model> {
  /** The row an expression holds. */
  of(source: Source): Row<Model> | null;
  /** The row a destructuring pattern takes apart. */
  ofPattern(pattern: Node, module: Module): Row<Model> | null;
}

/** A field of a single row, as code names it. */
export interface FieldUse<Model> {
  readonly row: Row<Model>;
  readonly name: string;
  readonly at: Source;
  readonly isWritten: boolean;
}

const SAME_LIST = new Set(['filter', 'slice', 'sort', 'toSorted', 'reverse', 'toReversed', 'concat']);
const ONE_OF_LIST = new Set(['find', 'at', 'pop', 'shift', 'findLast']);
const CALLBACKS = new Set(['map', 'flatMap', 'filter', 'forEach', 'find', 'findLast', 'findIndex', 'some', 'every', 'sort', 'toSorted']);
const TOGETHER = new Set(['all', 'allSettled', '$transaction']);
const MAX_DEPTH = 10;

const element = <M>(row: Row<M> | null): Row<M> | null => (row?.heldAs === undefined && row ? { ...row, list: false } : null);

/** The rows of one layer. */
export function makeRows<M>(reader: RowReader<M>, modules: Modules): Rows<M> {
  const typed = (node: Node, module: Module): Row<M> | null => rowOfType({ node, module }, reader, modules);

  const stepInto = (row: Row<M>, key: string | null): Row<M> | null => {
    if (key === null) return null;
    const { heldAs, ...held } = row;
    if (heldAs !== undefined) return heldAs === key ? held : null;
    if (row.list) return /^\d+$/.test(key) ? element(row) : null;
    return reader.related(row, key);
  };
  const follow = (row: Row<M> | null, path: readonly string[]): Row<M> | null =>
    path.reduce<Row<M> | null>((at, key) => (at ? stepInto(at, key) : null), row);

  const rowOf = (source: Source, depth: number): Row<M> | null => {
    if (depth > MAX_DEPTH) return null;
    const { module } = source;
    const node = unwrapAwait(source.node);
    const go = (next: Node): Row<M> | null => rowOf({ node: next, module }, depth + 1);
    switch (node.type) {
      case 'CallExpression':
        return rowOfCall(node, module, depth);
      case 'NewExpression':
        return reader.ofNew?.(node, module) ?? null;
      case 'ThisExpression':
        return reader.ofThis?.(node, module) ?? null;
      case 'Identifier': {
        const binding = module.binding(node);
        return binding ? rowOfBinding(binding, module, depth) : null;
      }
      case 'MemberExpression': {
        const owner = go(node.object);
        return owner && stepInto(owner, node.computed && keyName(node) === null ? '0' : keyName(node));
      }
      case 'ConditionalExpression':
        return go(node.consequent) ?? go(node.alternate);
      case 'LogicalExpression':
        return go(node.right) ?? go(node.left);
      default:
        return null;
    }
  };

  const rowOfCall = (node: Extract<Node, { type: 'CallExpression' }>, module: Module, depth: number): Row<M> | null => {
    const queried = reader.ofCall(node, module);
    if (queried) return queried === 'no rows' ? null : queried;
    const callee = unwrapAwait(node.callee);
    const method = callee.type === 'MemberExpression' ? keyName(callee) : null;
    if (callee.type === 'MemberExpression' && method !== null && (SAME_LIST.has(method) || ONE_OF_LIST.has(method))) {
      const list = rowOf({ node: callee.object, module }, depth + 1);
      if (list?.list && list.heldAs === undefined) return SAME_LIST.has(method) ? list : element(list);
    }
    const target = functionOf({ node: callee, module }, modules);
    if (!target) return null;
    const declared = target.node.returnType ? typed(target.node.returnType, target.module) : null;
    if (declared) return declared;
    for (const returned of returnsOf(target)) {
      const row = rowOf(returned, depth + 2);
      if (row) return row;
    }
    return null;
  };

  const rowOfBinding = (binding: Binding, module: Module, depth: number): Row<M> | null => {
    if (binding.kind === 'variable') return rowOfVariable(binding, module, depth);
    if (binding.kind !== 'parameter') return null;
    const row = binding.annotation ? typed(binding.annotation, module) : rowOfCallback(binding.owner, binding.index, module, depth);
    return follow(row, binding.path);
  };

  const rowOfVariable = (binding: Extract<Binding, { kind: 'variable' }>, module: Module, depth: number): Row<M> | null => {
    const declared = binding.annotation ? follow(typed(binding.annotation, module), binding.path) : null;
    if (declared) return declared;
    const loop = loopOver(binding.node, module);
    if (loop) return follow(element(rowOf({ node: loop, module }, depth + 1)), binding.path);
    const written = binding.init ?? (binding.writes.length === 1 ? binding.writes[0] : null);
    if (!written) return null;
    const { node, rest } = ofPromiseAll(written, binding.path) ?? { node: written, rest: binding.path };
    return follow(rowOf({ node, module }, depth + 1), rest);
  };

  /** What a list hands to its callback, and a promise to `then`. */
  const rowOfCallback = (owner: Node, index: number, module: Module, depth: number): Row<M> | null => {
    const call = module.parent(owner);
    if (call?.type !== 'CallExpression' || !isFunction(owner) || call.arguments[0] !== owner) return null;
    const callee = unwrapAwait(call.callee);
    const method = callee.type === 'MemberExpression' ? keyName(callee) : null;
    if (callee.type !== 'MemberExpression' || method === null) return null;
    if (method === 'then' && index === 0) return rowOf({ node: callee.object, module }, depth + 1);
    if (!CALLBACKS.has(method) || index > 1) return null;
    const list = rowOf({ node: callee.object, module }, depth + 1);
    return list?.list ? element(list) : null;
  };

  /** In a declaration, a loop, a parameter, or inside another pattern. */
  const ofPattern = (pattern: Node, module: Module, depth: number): Row<M> | null => {
    const holder = module.parent(pattern);
    if (!holder || depth > MAX_DEPTH) return null;
    if ((pattern.type === 'ObjectPattern' || pattern.type === 'ArrayPattern') && pattern.typeAnnotation)
      return typed(pattern.typeAnnotation, module);
    if (isFunction(holder)) {
      const index = holder.params.findIndex((parameter) => parameter.start === pattern.start);
      return rowOfCallback(holder, index, module, depth + 1);
    }
    switch (holder.type) {
      case 'VariableDeclarator': {
        const loop = loopOver(holder, module);
        if (loop) return element(rowOf({ node: loop, module }, depth + 1));
        return holder.init ? rowOf({ node: holder.init, module }, depth + 1) : null;
      }
      case 'AssignmentPattern':
        return ofPattern(holder, module, depth + 1);
      case 'Property': {
        const whole = module.parent(holder);
        const row = whole?.type === 'ObjectPattern' ? ofPattern(whole, module, depth + 1) : null;
        return row && stepInto(row, keyName(holder));
      }
      case 'ArrayPattern': {
        const index = String(holder.elements.findIndex((part) => part?.start === pattern.start));
        const declared = module.parent(holder);
        const combined = declared?.type === 'VariableDeclarator' && declared.init ? ofPromiseAll(declared.init, [index]) : null;
        if (combined) return rowOf({ node: combined.node, module }, depth + 1);
        const row = ofPattern(holder, module, depth + 1);
        return row && stepInto(row, index);
      }
      default:
        return null;
    }
  };

  return { of: (source) => rowOf(source, 0), ofPattern: (pattern, module) => ofPattern(pattern, module, 0) };
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
  if (!TOGETHER.has(keyName(call.callee) ?? '')) return null;
  const part = first.elements[Number(path[0])];
  return part && part.type !== 'SpreadElement' ? { node: part, rest: path.slice(1) } : null;
}

/** Every field that code names on a single row: `user.imageUrl`, `const { imageUrl } = user`. `isAsked`: which names matter. */
export function fieldUses<M>(rows: Rows<M>, module: Module, isAsked: (name: string) => boolean): FieldUse<M>[] {
  const found: FieldUse<M>[] = [];
  const add = (name: string, row: Row<M> | null, node: Node, isWritten: boolean): void => {
    if (row && !row.list && row.heldAs === undefined) found.push({ row, name, at: { node, module }, isWritten });
  };
  for (const node of module.nodes('MemberExpression')) {
    const name = keyName(node);
    if (name !== null && isAsked(name)) add(name, rows.of({ node: node.object, module }), node.property, isAssigned(node, module));
  }
  for (const pattern of module.nodes('ObjectPattern')) {
    for (const property of pattern.properties) {
      const name = property.type === 'Property' ? keyName(property) : null;
      if (property.type === 'Property' && name !== null && isAsked(name)) add(name, rows.ofPattern(pattern, module), property.key, false);
    }
  }
  return found;
}

function isAssigned(node: Node, module: Module): boolean {
  const parent = module.parent(node);
  return parent?.type === 'AssignmentExpression' && parent.left === node && parent.operator === '=';
}
