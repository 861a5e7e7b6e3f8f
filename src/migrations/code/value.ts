/**
 * What the expressions of a migration are worth, as far as that is known without running it.
 * Invariants: a text knows where each of its characters is written; what is not known is `unknown` or a hole in a text,
 * never a guess; `isOpen` says that a list or record may hold more than is seen.
 */
import type { FunctionNode } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import type { Location } from '../../parse/span.ts';

/** A range of a source file. */
export interface Place {
  readonly module: Module;
  readonly start: number;
  readonly end: number;
}

/** Part of a text: null is a hole, known at run time only. */
export interface Piece {
  readonly text: string | null;
  readonly place: Place;
  /** Offsets of the characters from `place.start`, where they differ from their index; null: the text is not written there as it is. */
  readonly map: readonly number[] | 'same' | null;
}

/** A name bound to a value; assigning changes it. */
export interface Cell {
  value: Value;
}

export interface Scope {
  readonly names: Map<string, Cell>;
  readonly parent: Scope | null;
  readonly module: Module;
  readonly self: Value;
}

/** Whether an object exists, as the migration asks the database. */
export interface Check {
  readonly table: string;
  readonly column: string | null;
  readonly exists: boolean;
}

/** One call, as natives see it. */
export interface Call {
  readonly args: readonly Value[];
  /** The call; without what stands before the last dot where that is a call itself. */
  readonly place: Place;
  /** Whether it happens only under a condition: what it changes is not known afterwards. */
  readonly isConditional: boolean;
  /** Calls a function of the migration. */
  invoke(callee: Value, args: readonly Value[]): Value;
  /** Calls one that may run any number of times, with values that are not known. */
  maybe(callee: Value, args?: readonly Value[]): void;
}

/** An object of the runner or builder: what its members are and what a call of it does. */
export interface Handle {
  readonly name: string;
  get?(name: string): Value | null;
  call?(call: Call): Value;
  /** Whether the schema can be changed through it: code that is not read must not get it unnoticed. */
  readonly isSchema?: true;
  /** Whether it counts as true is only known at run time. */
  readonly isMaybe?: true;
  /** What a builder keeps about the object; only the builder that made it reads it. */
  readonly data?: unknown;
}

export type Value =
  | { readonly kind: 'text'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'plain'; readonly value: number | boolean | bigint | null | undefined }
  | { readonly kind: 'list'; readonly items: Value[]; isOpen: boolean }
  | { readonly kind: 'record'; readonly entries: Map<string, Value>; isOpen: boolean }
  | { readonly kind: 'function'; readonly node: FunctionNode; readonly scope: Scope }
  | { readonly kind: 'class'; readonly node: Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>; readonly scope: Scope }
  | { readonly kind: 'handle'; readonly handle: Handle }
  | { readonly kind: 'check'; readonly check: Check }
  | { readonly kind: 'unknown' };

export type Text = Extract<Value, { kind: 'text' }>;

export const UNKNOWN: Value = { kind: 'unknown' };
export const UNDEFINED: Value = { kind: 'plain', value: undefined };

export const plain = (value: number | boolean | bigint | null | undefined): Value => ({ kind: 'plain', value });
export const list = (items: readonly Value[], isOpen = false): Value => ({ kind: 'list', items: [...items], isOpen });
/** A list whose items are not known any more. */
export const forgetItems = (owner: Extract<Value, { kind: 'list' }>): void => {
  owner.items.length = 0;
  owner.isOpen = true;
};
export const record = (entries: Iterable<readonly [string, Value]>, isOpen = false): Value => ({
  kind: 'record',
  entries: new Map(entries),
  isOpen,
});
export const handle = (made: Handle): Value => ({ kind: 'handle', handle: made });
/** A text that is not written as it is at its place. */
export const madeText = (text: string, place: Place): Text => ({ kind: 'text', pieces: [{ text, place, map: null }] });
export const native = (name: string, call: (call: Call) => Value): Value => handle({ name, call });

/** The whole text of a string or number; null where a part is not known. */
export const stringOf = (value: Value | undefined): string | null => {
  if (value?.kind === 'plain') return typeof value.value === 'number' || typeof value.value === 'bigint' ? String(value.value) : null;
  if (value?.kind !== 'text') return null;
  return value.pieces.every((piece) => piece.text !== null) ? value.pieces.map((piece) => piece.text).join('') : null;
};

/** What is known of a text, holes as `hole`. */
export const seenText = (value: Value | undefined, hole = ' '): string =>
  value?.kind === 'text' ? value.pieces.map((piece) => piece.text ?? hole).join('') : (stringOf(value) ?? '');

/** Whether a value counts as true; null where that is not known. */
export const truthOf = (value: Value): boolean | null => {
  switch (value.kind) {
    case 'plain':
      return Boolean(value.value);
    case 'text': {
      const text = stringOf(value);
      return text === null ? (value.pieces.some((piece) => piece.text) ? true : null) : text !== '';
    }
    case 'unknown':
    case 'check':
      return null;
    case 'handle':
      return value.handle.isMaybe || value.handle.data === 'outside' ? null : true;
    default:
      return true;
  }
};

/** Whether a value is `undefined` itself. */
export const isMissing = (value: Value | undefined): boolean =>
  value === undefined || (value.kind === 'plain' && value.value === undefined);

/** `undefined` or `null`. */
export const isUndefined = (value: Value | undefined): boolean =>
  value === undefined || (value.kind === 'plain' && (value.value === undefined || value.value === null));

/** A property of a record; undefined where it has none. */
export const entry = (value: Value | undefined, name: string): Value | undefined =>
  value?.kind === 'record' ? value.entries.get(name) : undefined;

/** `true` or `false` where it is written as such. */
export const flag = (value: Value | undefined): boolean | null =>
  value?.kind === 'plain' && typeof value.value === 'boolean' ? value.value : null;

/** The texts of a list, or of a single text; null where one is not known. */
export const stringsOf = (value: Value | undefined): readonly string[] | null => {
  if (value?.kind !== 'list') {
    const only = stringOf(value);
    return only === null ? null : [only];
  }
  if (value.isOpen) return null;
  const texts = value.items.map((item) => stringOf(item));
  return texts.every((text) => text !== null) ? texts : null;
};

const MAX_JSON = 100_000;

/** A value as JSON would hold it; undefined where a part is not known. */
export const jsonOf = (value: Value, left = { nodes: MAX_JSON }): unknown => {
  // A list that holds another twice holds its items twice: what is written out grows faster than what is kept.
  if (left.nodes-- <= 0) return undefined;
  if (value.kind === 'plain') return typeof value.value === 'bigint' ? Number(value.value) : (value.value ?? null);
  if (value.kind === 'text') {
    const text = stringOf(value);
    left.nodes -= Math.floor((text?.length ?? 0) / 16);
    return text ?? undefined;
  }
  if (value.kind === 'list') {
    const items = value.items.map((item) => jsonOf(item, left));
    return value.isOpen || items.includes(undefined) ? undefined : items;
  }
  if (value.kind !== 'record' || value.isOpen) return undefined;
  const entries = [...value.entries].map(([key, one]) => [key, jsonOf(one, left)] as const);
  return entries.some(([, one]) => one === undefined) ? undefined : Object.fromEntries(entries);
};

export const locationOf = ({ module, start, end }: Place): Location => ({ file: module.path, ...module.span({ start, end }) });

export const placeOf = (node: Node, module: Module): Place => ({ module, start: node.start, end: node.end });
