/**
 * Names that carry a flag out of a file: a constant that holds its key, a function whose result depends on it.
 * Input: a module and flag keys. Output: names to look for in other files.
 */
import { functionName } from '../code/functions.ts';
import { isFunction, keyName, unwrap } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import { applyFunction } from './calls.ts';
import { evaluationsOf } from './evaluations.ts';
import type { Interpreter } from './interpreter.ts';
import type { Meaning } from './meaning.ts';

/** The names, sorted. */
export function carriersIn(module: Module, keys: ReadonlySet<string>, interpreter: Interpreter): string[] {
  const names = new Set<string>();
  for (const literal of module.nodes('Literal', 'TemplateLiteral')) {
    const name = holdsKey(literal, keys) ? holderOf(literal, module) : null;
    if (name !== null) names.add(name);
  }
  for (const node of module.nodes('FunctionDeclaration' as Node['type'], 'FunctionExpression' as Node['type'], 'ArrowFunctionExpression')) {
    if (!isFunction(node)) continue;
    const name = functionName(node, module)?.split('.').at(-1);
    if (name === undefined) continue;
    const result = applyFunction({ kind: 'code', node, module, frame: null }, [], node, module, null, interpreter);
    if (mentions(result, keys)) names.add(name === 'default' ? stemOf(module.path) : name);
  }
  for (const declaration of module.program.body.flatMap(declaratorsOf)) {
    const isMentioned =
      declaration.init !== null && !isFunction(declaration.init) && mentions(interpreter.read(declaration.init, module, null), keys);
    if (isMentioned && declaration.id.type === 'Identifier') names.add(declaration.id.name);
  }
  return [...names].filter((name) => name !== 'constructor').sort();
}

function mentions(meaning: Meaning | null, keys: ReadonlySet<string>): boolean {
  return evaluationsOf(meaning).some((one) => one.flag !== null && keys.has(one.flag));
}

function holdsKey(node: Node, keys: ReadonlySet<string>): boolean {
  if (node.type === 'Literal') return typeof node.value === 'string' && keys.has(node.value);
  return node.type === 'TemplateLiteral' && node.expressions.length === 0 && keys.has(node.quasis[0]?.value.cooked ?? '');
}

/** The name of the constant, property or enum member a literal is the value of. */
function holderOf(literal: Node, module: Module): string | null {
  let value = literal;
  let parent = module.parent(value);
  while (parent !== null && unwrap(parent) === unwrap(literal)) {
    value = parent;
    parent = module.parent(parent);
  }
  switch (parent?.type) {
    case 'Property':
    case 'PropertyDefinition':
      return parent.value === value ? keyName(parent) : null;
    case 'TSEnumMember':
      return keyName(parent);
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : null;
    case 'AssignmentExpression':
      return parent.left.type === 'MemberExpression' ? keyName(parent.left) : null;
    case 'ExportDefaultDeclaration':
      return stemOf(module.path);
    default:
      return null;
  }
}

type Declarator = Extract<Node, { type: 'VariableDeclarator' }>;

function declaratorsOf(statement: Node): readonly Declarator[] {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  return declaration?.type === 'VariableDeclaration' ? declaration.declarations : [];
}

/** What an import of the file's default export is likely to contain. */
function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.replace(/\.\w+$/, '');
}
