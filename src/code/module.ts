/**
 * One source file with its names resolved: the `Module` that everything above syntax reads code through.
 * Input: path, text and the parsed program. Output: a Module.
 * Invariants: nothing is computed before it is asked for (tree index, scopes, positions are each built once, on first
 * use); every walk is iterative; the program is not changed but for `parent` and `range` links on its nodes.
 */

import { lineIndex } from '../parse/positions.ts';
import { childrenOf } from '../parse/typescript.ts';
import { exportsOf, type ModuleSurface } from './exports.ts';
import { analyzeScopes, type ScopeTable } from './scopes.ts';
import { isFunction } from './syntax.ts';
import type { Module, Node, Program } from './types.ts';

interface TreeIndex {
  readonly byType: ReadonlyMap<string, readonly Node[]>;
  readonly sorted: Map<string, readonly Node[]>;
}

/** Makes a module of a parsed file. `loadScopes()` must have finished before a binding is asked for. */
export function makeModule(path: string, text: string, program: Program): Module {
  const tree = once(() => indexTree(program));
  const scopes = once((): ScopeTable => {
    tree();
    return analyzeScopes(module);
  });
  const surface = once((): ModuleSurface => exportsOf(program, nodes));
  const lines = once(() => lineIndex(text));
  const nodes = <T extends Node['type']>(...types: readonly T[]) => nodesOf<T>(tree(), types);

  const module: Module = {
    path,
    text,
    program,
    parent(node) {
      tree();
      return parentOf(node);
    },
    binding: (identifier) => scopes().binding(identifier),
    references: (identifier) => scopes().references(identifier),
    topLevel: (name) => scopes().topLevel(name),
    get exports() {
      return surface().exports;
    },
    get exportStars() {
      return surface().exportStars;
    },
    get imports() {
      return surface().imports;
    },
    nodes,
    span: (node) => lines().span(node.start, node.end),
  };
  return module;
}

function indexTree(program: Program): TreeIndex {
  const byType = new Map<string, Node[]>();
  const stack: Node[] = [program];
  link(program, null);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const list = byType.get(node.type);
    if (list === undefined) byType.set(node.type, [node]);
    else list.push(node);
    const children = childrenOf(node);
    for (let at = children.length - 1; at >= 0; at--) {
      const child = children[at] as Node;
      link(child, node);
      stack.push(child);
    }
  }
  return { byType, sorted: new Map() };
}

/** Scope analysis asks for the range of names and of function bodies, and of nothing else: a million arrays are not made. */
function link(node: Node, parent: Node | null): void {
  const linked = node as unknown as { parent: Node | null; range: readonly [number, number] };
  linked.parent = parent;
  if (node.type === 'Identifier' || node.type === 'JSXIdentifier' || (parent !== null && isFunction(parent)))
    linked.range ??= [node.start, node.end];
}

function parentOf(node: Node): Node | null {
  return (node as unknown as { parent?: Node | null }).parent ?? null;
}

/** The parsers visit children in different orders; a list is put in source order when it is first asked for. */
function nodesOf<T extends Node['type']>(tree: TreeIndex, types: readonly T[]): readonly Extract<Node, { type: T }>[] {
  const key = types.join(' ');
  let found = tree.sorted.get(key);
  if (found === undefined) {
    found = types.flatMap((type) => tree.byType.get(type) ?? []).sort((a, b) => a.start - b.start || b.end - a.end);
    tree.sorted.set(key, found);
  }
  return found as readonly Node[] as readonly Extract<Node, { type: T }>[];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
