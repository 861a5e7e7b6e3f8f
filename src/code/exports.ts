/**
 * What a file shows other files, by syntax alone: its exports, `export *` sources, and the sources it imports.
 * CommonJS counts: `module.exports = x` is the export `export=` (and `default`), `exports.a = x` the export `a`.
 */

import { importSourceOf, keyName, patternNames } from './syntax.ts';
import type { Export, Module, Node, Program } from './types.ts';

export interface ModuleSurface {
  readonly exports: ReadonlyMap<string, Export>;
  readonly exportStars: readonly string[];
  readonly imports: readonly string[];
}

/** Name under which `module.exports = …` and `export = …` are found. */
export const wholeExport = 'export=';

/** Reads the surface of a program. */
export function exportsOf(program: Program, nodes: Module['nodes']): ModuleSurface {
  const exports = new Map<string, Export>();
  const exportStars: string[] = [];
  const imports = new Set<string>();
  for (const statement of program.body) {
    const source = 'source' in statement ? statement.source : null;
    if (source !== null && source !== undefined) imports.add(source.value);
    if (statement.type === 'ExportNamedDeclaration') addNamed(statement, exports);
    else if (statement.type === 'ExportDefaultDeclaration') exports.set('default', exported(statement.declaration));
    else if (statement.type === 'TSExportAssignment') addWhole(statement.expression, exports, exportStars);
    else if (statement.type === 'ExportAllDeclaration') {
      if (statement.exported === null) exportStars.push(statement.source.value);
      else exports.set(nameOf(statement.exported), { kind: 'from', source: statement.source.value, imported: '*' });
    }
  }
  for (const assignment of nodes('AssignmentExpression')) addCommonJs(assignment, exports, exportStars);
  for (const node of nodes('CallExpression', 'ImportExpression', 'TSImportEqualsDeclaration')) {
    const source = importSourceOf(node);
    if (source !== null) imports.add(source);
  }
  return { exports, exportStars, imports: [...imports] };
}

function addNamed(statement: Extract<Node, { type: 'ExportNamedDeclaration' }>, exports: Map<string, Export>): void {
  const { declaration, source } = statement;
  for (const specifier of statement.specifiers) {
    const name = nameOf(specifier.exported);
    const local = nameOf(specifier.local);
    exports.set(name, source === null ? { kind: 'local', name: local } : { kind: 'from', source: source.value, imported: local });
  }
  if (declaration === null) return;
  if (declaration.type === 'VariableDeclaration') {
    for (const { id } of declaration.declarations) for (const name of patternNames(id)) exports.set(name, { kind: 'local', name });
    return;
  }
  const id = 'id' in declaration ? (declaration.id as Node | null) : null;
  if (id?.type === 'Identifier') exports.set(id.name, { kind: 'local', name: id.name });
}

function exported(node: Node): Export {
  if (node.type === 'Identifier') return { kind: 'local', name: node.name };
  const id = 'id' in node ? (node.id as Node | null) : null;
  const isDeclared = node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration';
  return isDeclared && id?.type === 'Identifier' ? { kind: 'local', name: id.name } : { kind: 'expression', node };
}

/** `{ a, b: 1, ...require('./c') }`: what is spread from another file is exported as by `export *`. */
function addWhole(node: Node, exports: Map<string, Export>, stars: string[]): void {
  exports.set(wholeExport, exported(node));
  if (!exports.has('default')) exports.set('default', exported(node));
  if (node.type !== 'ObjectExpression') return;
  for (const property of node.properties) {
    const source = property.type === 'SpreadElement' ? importSourceOf(property.argument) : null;
    if (source !== null) stars.push(source);
    const name = property.type === 'Property' ? keyName(property) : null;
    if (property.type === 'Property' && name !== null) exports.set(name, exported(property.value));
  }
}

function addCommonJs(assignment: Extract<Node, { type: 'AssignmentExpression' }>, exports: Map<string, Export>, stars: string[]): void {
  const { left, right, operator } = assignment;
  if (operator !== '=' || left.type !== 'MemberExpression') return;
  if (isModuleExports(left)) {
    const source = importSourceOf(right);
    if (source !== null) stars.push(source);
    addWhole(right, exports, stars);
    return;
  }
  const owner = left.object;
  const isExports = (owner.type === 'Identifier' && owner.name === 'exports') || isModuleExports(owner);
  const name = keyName(left);
  // TypeScript's output first writes `exports.a = void 0`.
  if (isExports && name !== null && right.type !== 'UnaryExpression') exports.set(name, exported(right));
}

function isModuleExports(node: Node): boolean {
  return (
    node.type === 'MemberExpression' && node.object.type === 'Identifier' && node.object.name === 'module' && keyName(node) === 'exports'
  );
}

function nameOf(node: { readonly type: string; readonly name?: string; readonly value?: unknown }): string {
  return node.name ?? String(node.value);
}
