/**
 * MySQL's syntax tree in plain form: rules with children, tokens with their text.
 * Invariants: positions count in the text that was parsed; accessors answer with an empty value where the tree has none.
 */
import { unquote } from './lexer.ts';

export interface Tree {
  /** The grammar's rule; empty for a token. */
  readonly rule: string;
  /** A token's text in upper case; empty for a rule. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
  readonly kids: readonly Tree[];
  /** The whole text that was parsed. */
  readonly text: string;
}

/** The first child of a rule. */
export const kid = (tree: Tree | null | undefined, rule: string): Tree | null => tree?.kids.find((k) => k.rule === rule) ?? null;

export const kids = (tree: Tree | null | undefined, rule: string): readonly Tree[] => tree?.kids.filter((k) => k.rule === rule) ?? [];

/** Whether one of the tree's own tokens is the word. */
export const has = (tree: Tree, word: string): boolean => tree.kids.some((k) => k.word === word);

/** The tree's first tokens, before and between its rules: `ADD COLUMN`. */
export const words = (tree: Tree): readonly string[] => tree.kids.flatMap((k) => (k.word === '' ? [] : [k.word]));

export const sourceOf = (tree: Tree): string => tree.text.slice(tree.start, tree.end);

/** The first node of a rule anywhere below, outermost first. */
export const find = (tree: Tree, rule: string): Tree | null => {
  const queue: Tree[] = [tree];
  for (let i = 0; i < queue.length; i++) {
    const node = queue[i];
    if (node?.rule === rule) return node;
    if (node) queue.push(...node.kids);
  }
  return null;
};

/** The parts of a dotted name: `db.table` → two. */
export const nameParts = (tree: Tree): readonly string[] => {
  const parts: string[] = [];
  let last = '';
  for (const token of tokensOf(tree)) {
    const text = sourceOf(token);
    if (text === '.') last = '.';
    else if (text.startsWith('.')) parts.push(unquote(text.slice(1)));
    else if (parts.length === 0 || last === '.') {
      parts.push(unquote(text));
      last = '';
    }
  }
  return parts;
};

/** A name without its qualifiers. */
export const nameOf = (tree: Tree | null): string => (tree ? (nameParts(tree).at(-1) ?? '') : '');

/** Tokens of a tree in order. */
export const tokensOf = (tree: Tree): readonly Tree[] => {
  const found: Tree[] = [];
  const stack: Tree[] = [tree];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.rule === '') found.push(node);
    for (let i = node.kids.length - 1; i >= 0; i--) {
      const child = node.kids[i];
      if (child) stack.push(child);
    }
  }
  return found;
};
