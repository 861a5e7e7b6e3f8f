/**
 * Small questions about single nodes, asked everywhere: names of keys, wrappers that mean nothing, import calls.
 * Pure, without scopes. Works on nodes of both parsers.
 */
import type { ArrowFunctionExpression, Function as OxcFunction } from '@oxc-project/types';
import { childrenOf, isNode } from '../parse/typescript.ts';
import type { Node } from './types.ts';

export { childrenOf, isNode };

export type FunctionNode = OxcFunction | ArrowFunctionExpression;
export type CallNode = Extract<Node, { type: 'CallExpression' }>;
export type MemberNode = Extract<Node, { type: 'MemberExpression' }>;

const transparent: ReadonlySet<string> = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'ParenthesizedExpression',
  'ChainExpression',
]);

/** The expression without casts, `!`, `satisfies`, parentheses and the chain wrapper of `?.`. */
export function unwrap(node: Node): Node {
  let inner = node;
  while (transparent.has(inner.type)) inner = (inner as unknown as { expression: Node }).expression;
  return inner;
}

/** Like `unwrap`, and without `await`. */
export function unwrapAwait(node: Node): Node {
  let inner = unwrap(node);
  while (inner.type === 'AwaitExpression') inner = unwrap(inner.argument);
  return inner;
}

/** Whether the node is a function of any form. */
export function isFunction(node: Node): node is FunctionNode {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

/** The static name of a property, member access, method or enum member; null where it is computed. */
export function keyName(node: Node): string | null {
  if (node.type === 'MemberExpression') return nameIn(node.property, node.computed);
  if (node.type === 'TSEnumMember') return nameIn(node.id, node.computed && node.id.type !== 'Literal');
  if ('key' in node && isNode(node.key)) return nameIn(node.key, 'computed' in node && node.computed === true);
  return null;
}

function nameIn(key: Node, computed: boolean): string | null {
  if (key.type === 'Literal') return typeof key.value === 'string' || typeof key.value === 'number' ? String(key.value) : null;
  if (key.type === 'TemplateLiteral' && key.expressions.length === 0) return key.quasis[0]?.value.cooked ?? null;
  if (computed) return null;
  if (key.type === 'Identifier') return key.name;
  return key.type === 'PrivateIdentifier' ? `#${key.name}` : null;
}

/** All names a pattern declares. */
export function patternNames(pattern: Node): string[] {
  return patternIdentifiers(pattern).map((id) => id.name);
}

/** All identifiers a pattern declares. */
export function patternIdentifiers(pattern: Node): Extract<Node, { type: 'Identifier' }>[] {
  const found: Extract<Node, { type: 'Identifier' }>[] = [];
  const stack: Node[] = [pattern];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === 'Identifier') found.push(node);
    else if (node.type === 'ObjectPattern') stack.push(...node.properties);
    else if (node.type === 'Property') stack.push(node.value);
    else if (node.type === 'ArrayPattern') {
      for (const element of node.elements) if (element !== null) stack.push(element);
    } else if (node.type === 'AssignmentPattern') stack.push(node.left);
    else if (node.type === 'RestElement') stack.push(node.argument);
    else if (node.type === 'TSParameterProperty') stack.push(node.parameter);
  }
  return found.sort((a, b) => a.start - b.start);
}

/** The source of `require('x')`, `import('x')` or `import a = require('x')`; null for everything else. */
export function importSourceOf(node: Node): string | null {
  const inner = unwrapAwait(node);
  if (inner.type === 'TSImportEqualsDeclaration') {
    const reference = inner.moduleReference;
    return reference.type === 'TSExternalModuleReference' ? literalString(reference.expression) : null;
  }
  if (inner.type === 'ImportExpression') return literalString(inner.source);
  const isRequire = inner.type === 'CallExpression' && inner.callee.type === 'Identifier' && inner.callee.name === 'require';
  const argument = isRequire ? inner.arguments[0] : undefined;
  return argument === undefined ? null : literalString(argument);
}

/** The value of a string literal or of a template without parts. */
export function literalString(node: Node): string | null {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : null;
  return node.type === 'TemplateLiteral' && node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? null) : null;
}
