/**
 * A parsed source file with its names resolved: what `access/` and `flags/` read code through.
 * Nodes are TS-ESTree nodes as oxc-parser (or @typescript-eslint/parser, the fallback) makes them.
 */
import type { Node, Program } from '@oxc-project/types';
import type { Span } from '../parse/span.ts';

export type { Node, Program } from '@oxc-project/types';

/** What an identifier stands for. `path` is the way through a destructuring pattern: `const { a: { b } } = x` gives b the path ['a', 'b']. */
export type Binding =
  | {
      readonly kind: 'import';
      readonly source: string /** `default`, `*` or the exported name */;
      readonly imported: string;
      readonly typeOnly: boolean;
      readonly node: Node;
    }
  | {
      readonly kind: 'variable';
      readonly init: Node | null;
      readonly path: readonly string[];
      readonly annotation: Node | null /** assigned exactly once */;
      readonly constant: boolean /** every expression assigned to it, `undefined` not counted; null for a write that is no plain `=` */;
      readonly writes: readonly (Node | null)[];
      readonly node: Node;
    }
  | {
      readonly kind: 'parameter';
      readonly owner: Node;
      readonly index: number;
      readonly path: readonly string[];
      readonly annotation: Node | null;
      readonly node: Node;
    }
  | { readonly kind: 'function' | 'class' | 'enum' | 'type' | 'namespace'; readonly node: Node };

/** What a module exports under a name: a local binding or expression, or a name re-exported from elsewhere. */
export type Export =
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'expression'; readonly node: Node }
  | { readonly kind: 'from'; readonly source: string; readonly imported: string };

export interface Module {
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  /** The node that holds `node`; null for the program. */
  parent(node: Node): Node | null;
  /** What an identifier reference or declaration stands for; null for globals and names this file does not declare. */
  binding(identifier: Node): Binding | null;
  /** Every identifier node (reference or declaration) that stands for the same variable as this one, in source order. */
  references(identifier: Node): readonly Node[];
  /** Top-level binding by name. */
  topLevel(name: string): Binding | null;
  readonly exports: ReadonlyMap<string, Export>;
  /** Sources of `export * from`. */
  readonly exportStars: readonly string[];
  /** Sources of all imports and re-exports. */
  readonly imports: readonly string[];
  /** All nodes of these types, in source order. Built once per module. */
  nodes<T extends Node['type']>(...types: readonly T[]): readonly Extract<Node, { type: T }>[];
  span(node: { readonly start: number; readonly end: number }): Span;
}

/**
 * Modules of one revision. `resolve` needs only the list of paths; `get` returns null for a file that is not loaded yet
 * and notes that it is wanted, so that the caller can load it and ask again.
 */
export interface Modules {
  get(path: string): Module | null;
  /** The repository file an import of `source` from `from` leads to; null for packages outside the repository. */
  resolve(source: string, from: string): string | null;
}
