/**
 * Names that helpers of SQL clients write out: `sql.identifier(['users', 'email'])`, `sql(rows, 'id', 'email')`.
 * Input: the helper's call. Output: pieces of SQL with the place each name is written at; null or none for other calls.
 */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { elementsOf, entriesOf } from '../values.ts';
import type { Piece } from './pieces.ts';

type Call = Extract<Node, { type: 'CallExpression' }>;

/** `sql.identifier(['users', 'email'])`, `sql.ref('users.email')`, `sql.table('users')`: a name, put in with quotes. */
export function identifierPieces({ callee, arguments: args }: Call, module: Module, modules: Modules): readonly Piece[] | null {
  const name = callee.type === 'MemberExpression' && callee.object.type === 'Identifier' ? keyName(callee) : null;
  if (name === null || !/^(?:identifier|ref|table|id)$/.test(name)) return null;
  const parts = args.flatMap((a) => elementsOf({ node: a, module }, modules).elements);
  const names = parts.flatMap((part): Piece[] => {
    const text = stringOf(part.node, part.module, modules);
    return text === null ? [] : [{ text, source: part, offset: part.node.start }];
  });
  if (names.length === 0 || names.length < parts.length || !names.every(({ text }) => /^\w+(?:\.\w+)*$/.test(text ?? ''))) return null;
  return names.flatMap((piece, i) => {
    const text = `${i > 0 ? '.' : ''}${(piece.text ?? '')
      .split('.')
      .map((part) => `"${part}"`)
      .join('.')}`;
    return [{ ...piece, text, map: Array.from(text, () => 0) }];
  });
}

/** `sql({ email })`, `sql(rows, 'id', 'email')`: the names a helper is given. */
export function writtenNames(node: Call, module: Module, modules: Modules): readonly Piece[] {
  const written = node.arguments.flatMap((a) => elementsOf({ node: a, module }, modules).elements);
  const names = written.flatMap((e): Piece[] => {
    const value = unwrapAwait(e.node);
    if (value.type === 'Literal') return typeof value.value === 'string' ? [{ text: value.value, source: e, offset: value.start + 1 }] : [];
    return value.type === 'ObjectExpression'
      ? entriesOf(e, modules).entries.map(({ key, at }) => ({ text: key, source: at, offset: at.node.start }))
      : [];
  });
  return names.every((n) => /^\w+$/.test(n.text ?? '')) ? names : [];
}
