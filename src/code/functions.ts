/**
 * Functions and the names people know them by.
 */
import { type FunctionNode, isFunction, keyName } from './syntax.ts';
import type { Module, Node } from './types.ts';

/** The innermost function around a node (not the node itself); null at module level. */
export function enclosingFunction(node: Node, module: Module): FunctionNode | null {
  for (let up = module.parent(node); up !== null; up = module.parent(up)) if (isFunction(up)) return up;
  return null;
}

/** The innermost class around a node. */
export function enclosingClass(node: Node, module: Module): Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }> | null {
  for (let up = module.parent(node); up !== null; up = module.parent(up)) {
    if (up.type === 'ClassDeclaration' || up.type === 'ClassExpression') return up;
  }
  return null;
}

/** Readable name of the code a node stands in: `createUser`, `UserService.create`, `<module>`. Callbacks count as their owner. */
export function scopeName(node: Node, module: Module): string {
  for (let up: Node | null = node; up !== null; up = module.parent(up)) {
    const name = isFunction(up) ? functionName(up, module) : null;
    if (name !== null) return name;
    if (up.type === 'PropertyDefinition' || up.type === 'StaticBlock') return memberName(up, module);
  }
  return '<module>';
}

/** The name a function is declared or bound under; null for a callback. */
export function functionName(node: FunctionNode, module: Module): string | null {
  const parent = module.parent(node);
  if (parent?.type === 'MethodDefinition' || parent?.type === 'PropertyDefinition') return memberName(parent, module);
  if (node.type !== 'ArrowFunctionExpression' && node.id != null) return node.id.name;
  return parent === null ? null : holderName(parent, module);
}

function holderName(parent: Node, module: Module): string | null {
  switch (parent.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : null;
    case 'AssignmentExpression':
      return parent.left.type === 'Identifier' ? parent.left.name : keyName(parent.left);
    case 'Property':
      return propertyName(parent, module);
    case 'ExportDefaultDeclaration':
      return 'default';
    case 'CallExpression': {
      // `export const createUser = wrap(async () => …)`: the callback is what the constant is known for.
      const holder = module.parent(parent);
      return holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id.name : null;
    }
    default:
      return null;
  }
}

function propertyName(property: Node, module: Module): string | null {
  const name = keyName(property);
  const object = module.parent(property);
  const holder = object === null ? null : module.parent(object);
  const owner = holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id.name : null;
  return name !== null && owner !== null ? `${owner}.${name}` : name;
}

function memberName(member: Node, module: Module): string {
  const owner = enclosingClass(member, module);
  const name = keyName(member) ?? (member.type === 'StaticBlock' ? 'static' : '<computed>');
  const className = owner?.id?.name;
  return className === undefined ? name : `${className}.${name}`;
}
