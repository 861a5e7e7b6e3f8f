/**
 * Reading libpg-query's JSON trees without trusting their shape: every accessor answers with an empty value where the
 * tree has none, so that an unknown node is walked past and never throws.
 */

export type Body = Readonly<Record<string, unknown>>;

/** A tagged node `{ SelectStmt: { … } }`, unwrapped. */
export interface TaggedNode {
  readonly type: string;
  readonly body: Body;
}

export const EMPTY: Body = Object.freeze({});

export const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The one key of a tagged node, with its content; null for anything else. */
export const untag = (value: unknown): TaggedNode | null => {
  if (!isBody(value)) return null;
  const keys = Object.keys(value);
  const type = keys[0];
  if (type === undefined || keys.length !== 1 || !isUpper(type.charCodeAt(0))) return null;
  const body = value[type];
  return isBody(body) ? { type, body } : null;
};

const isUpper = (c: number): boolean => c >= 65 && c <= 90;

export const listOf = (body: Body, key: string): readonly unknown[] => {
  const value = body[key];
  return Array.isArray(value) ? value : [];
};

export const textOf = (body: Body, key: string): string | null => {
  const value = body[key];
  return typeof value === 'string' ? value : null;
};

export const numberOf = (body: Body, key: string): number => {
  const value = body[key];
  return typeof value === 'number' ? value : 0;
};

export const isTrue = (body: Body, key: string): boolean => body[key] === true;

/** An untagged child such as `relation` (a RangeVar without its tag). */
export const childOf = (body: Body, key: string): Body | null => {
  const value = body[key];
  return isBody(value) ? value : null;
};

/** A tagged child such as `query: { SelectStmt: … }`. */
export const nodeOf = (body: Body, key: string): TaggedNode | null => untag(body[key]);

/** Tagged members of a list, anything else left out. */
export const nodesOf = (body: Body, key: string): readonly TaggedNode[] => {
  const found: TaggedNode[] = [];
  for (const item of listOf(body, key)) {
    const node = untag(item);
    if (node) found.push(node);
  }
  return found;
};

/** The text of a `String` node, or null. */
export const stringOf = (value: unknown): string | null => {
  const node = untag(value);
  return node?.type === 'String' ? textOf(node.body, 'sval') : null;
};

/** The texts of a list of `String` nodes. */
export const stringsOf = (values: readonly unknown[]): readonly string[] =>
  values.map(stringOf).filter((text): text is string => text !== null);

/** The dotted name held by a `List` of strings, a plain list, a TypeName or an ObjectWithArgs. */
export const nameParts = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return stringsOf(value);
  const node = untag(value);
  if (!node) return [];
  if (node.type === 'List') return stringsOf(listOf(node.body, 'items'));
  if (node.type === 'TypeName') return stringsOf(listOf(node.body, 'names'));
  if (node.type === 'ObjectWithArgs') return stringsOf(listOf(node.body, 'objname'));
  const text = stringOf(value);
  return text === null ? [] : [text];
};

/** The text of a string constant, casts looked through; null for anything else. */
export const literalOf = (value: unknown): string | null => {
  const node = untag(value);
  if (node?.type === 'TypeCast') return literalOf(node.body['arg']);
  if (node?.type !== 'A_Const') return null;
  const text = childOf(node.body, 'sval');
  return text ? (textOf(text, 'sval') ?? '') : null;
};
