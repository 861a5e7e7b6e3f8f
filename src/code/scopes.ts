/**
 * Names of one file resolved to what they stand for, by `@typescript-eslint/scope-manager`.
 * Input: a module whose tree is linked. Output: bindings and references by identifier node.
 * The analyser is loaded by `loadScopes()`, because loading it costs more than most runs need.
 */
import type { analyze, Definition, Variable } from '@typescript-eslint/scope-manager';
import { importSourceOf, isFunction, keyName, unwrapAwait } from './syntax.ts';
import type { Binding, Module, Node } from './types.ts';

export interface ScopeTable {
  binding(identifier: Node): Binding | null;
  references(identifier: Node): readonly Node[];
  topLevel(name: string): Binding | null;
}

type Tree = Parameters<typeof analyze>[0];

let analyzer: typeof analyze | null = null;

/** Loads the scope analyser; must have finished before a module is asked for a binding. */
export async function loadScopes(): Promise<void> {
  analyzer ??= (await import('@typescript-eslint/scope-manager')).analyze;
}

/** Resolves every name of a module. */
export function analyzeScopes(module: Module): ScopeTable {
  if (analyzer === null) throw new Error('loadScopes() has not been awaited');
  const manager = analyzer(module.program as unknown as Tree, { sourceType: 'module', lib: [], jsxPragma: null });
  const variables = new Map<Node, Variable>();
  for (const scope of manager.scopes) {
    for (const variable of scope.variables as Variable[]) {
      for (const identifier of variable.identifiers) variables.set(identifier as unknown as Node, variable);
      for (const reference of variable.references) variables.set(reference.identifier as unknown as Node, variable);
    }
  }
  const bindings = new Map<Variable, Binding | null>();
  const bindingOf = (variable: Variable | undefined): Binding | null => {
    if (variable === undefined) return null;
    const known = bindings.get(variable);
    if (known !== undefined) return known;
    const made = makeBinding(variable, module);
    bindings.set(variable, made);
    return made;
  };
  const top = manager.globalScope?.childScopes[0] ?? manager.globalScope;
  return {
    binding: (identifier) => bindingOf(variables.get(identifier)),
    references: (identifier) => identifiersOf(variables.get(identifier)),
    topLevel: (name) => bindingOf(top?.set.get(name) as Variable | undefined),
  };
}

function identifiersOf(variable: Variable | undefined): readonly Node[] {
  if (variable === undefined) return [];
  const nodes = new Set<Node>(variable.identifiers as unknown as Node[]);
  for (const reference of variable.references) nodes.add(reference.identifier as unknown as Node);
  return [...nodes].sort((a, b) => a.start - b.start);
}

const declared: Readonly<Record<string, 'function' | 'class' | 'enum' | 'type' | 'namespace'>> = {
  FunctionName: 'function',
  ClassName: 'class',
  TSEnumName: 'enum',
  Type: 'type',
  TSModuleName: 'namespace',
};

function makeBinding(variable: Variable, module: Module): Binding | null {
  // A type of the same name may be declared beside the value; the value is what code runs.
  const definition = variable.defs.find((one) => (one.type as string) !== 'Type') ?? variable.defs[0];
  if (definition === undefined) return null;
  const node = definition.node as unknown as Node;
  const name = definition.name as unknown as Node;
  const kind = declared[definition.type as string];
  if (kind !== undefined) return { kind, node };
  if ((definition.type as string) === 'ImportBinding') return importBinding(definition, node);
  if ((definition.type as string) === 'Parameter') return parameterBinding(node, name, module);
  return (definition.type as string) === 'Variable' ? variableBinding(variable, node, name, module) : null;
}

function importBinding(definition: Definition, node: Node): Binding | null {
  if (node.type === 'TSImportEqualsDeclaration') {
    const source = importSourceOf(node);
    return source === null ? null : { kind: 'import', source, imported: '*', typeOnly: node.importKind === 'type', node };
  }
  const declaration = definition.parent as unknown as Extract<Node, { type: 'ImportDeclaration' }>;
  const source = declaration.source.value;
  const isType = declaration.importKind === 'type' || ('importKind' in node && node.importKind === 'type');
  return { kind: 'import', source, imported: importedName(node), typeOnly: isType, node };
}

function importedName(node: Node): string {
  if (node.type === 'ImportNamespaceSpecifier') return '*';
  if (node.type !== 'ImportSpecifier') return 'default';
  return node.imported.type === 'Literal' ? node.imported.value : node.imported.name;
}

function parameterBinding(owner: Node, name: Node, module: Module): Binding | null {
  if (!isFunction(owner) && !('params' in owner)) return null;
  const { path, top } = pathTo(name, module, (node) => module.parent(node) === owner);
  const index = (owner as unknown as { params: readonly Node[] }).params.indexOf(top);
  return { kind: 'parameter', owner, index, path, annotation: annotationOf(top), node: name };
}

function variableBinding(variable: Variable, node: Node, name: Node, module: Module): Binding | null {
  if (node.type !== 'VariableDeclarator') return null;
  const { path } = pathTo(name, module, (one) => module.parent(one) === node);
  const imported = requireBinding(node.init, path, name);
  if (imported !== null) return imported;
  const writes = variable.references.filter((reference) => reference.isWrite());
  const declaration = module.parent(node);
  const isConst = declaration?.type === 'VariableDeclaration' && declaration.kind === 'const';
  const late = node.init === null && writes.length === 1 ? (writes[0]?.writeExpr as unknown as Node | undefined) : undefined;
  return {
    kind: 'variable',
    init: node.init ?? (late !== undefined && path.length === 0 ? late : null),
    path,
    annotation: annotationOf(node.id),
    constant: isConst || writes.length <= 1,
    writes: writes.map((reference) => writtenValue(reference.identifier as unknown as Node, node, module)),
    node: name,
  };
}

const plainAssignments: ReadonlySet<string> = new Set(['=', '??=', '||=']);

/** The expression a write gives a name: the initialiser, or the right side of `=`. */
function writtenValue(identifier: Node, declarator: Extract<Node, { type: 'VariableDeclarator' }>, module: Module): Node | null {
  if (identifier.start >= declarator.id.start && identifier.end <= declarator.id.end) return declarator.init;
  const parent = module.parent(identifier);
  const isPlain = parent?.type === 'AssignmentExpression' && parent.left === identifier && plainAssignments.has(parent.operator);
  return isPlain ? parent.right : null;
}

/** `const x = require('m')`, `const { a } = await import('m')`, `const a = require('m').a`. */
function requireBinding(init: Node | null, path: readonly string[], node: Node): Binding | null {
  if (init === null || path.length > 1) return null;
  const inner = unwrapAwait(init);
  const direct = importSourceOf(inner);
  if (direct !== null)
    return { kind: 'import', source: direct, imported: path[0] === undefined || path[0] === '...' ? '*' : path[0], typeOnly: false, node };
  if (inner.type !== 'MemberExpression' || path.length > 0) return null;
  const source = importSourceOf(inner.object);
  const name = keyName(inner);
  return source === null || name === null ? null : { kind: 'import', source, imported: name, typeOnly: false, node };
}

/** The way from the whole pattern down to a name in it, and the pattern's top. `...` stands for a rest element. */
function pathTo(name: Node, module: Module, isTop: (node: Node) => boolean): { path: string[]; top: Node } {
  const path: string[] = [];
  let node = name;
  while (!isTop(node)) {
    const parent = module.parent(node);
    if (parent === null) break;
    if (parent.type === 'Property') path.unshift(keyName(parent) ?? '[computed]');
    else if (parent.type === 'ArrayPattern' && node.type !== 'RestElement') path.unshift(String(parent.elements.indexOf(node as never)));
    else if (parent.type === 'RestElement' && !isTop(parent)) path.unshift('...');
    node = parent;
  }
  return { path, top: node };
}

function annotationOf(pattern: Node): Node | null {
  const inner = pattern.type === 'TSParameterProperty' ? pattern.parameter : pattern;
  const target = inner.type === 'AssignmentPattern' ? inner.left : inner;
  const annotation = 'typeAnnotation' in target ? (target.typeAnnotation as Node | null | undefined) : null;
  return annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : null;
}
