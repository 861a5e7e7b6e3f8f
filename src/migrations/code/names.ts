/**
 * Names in a migration → their values: of the scopes around, of the file, of other files, of packages.
 * Invariants: a name of a file is read when it is first asked for; a circle is unknown.
 */
import { isFunction, keyName } from '../../code/syntax.ts';
import type { Binding, Module, Node } from '../../code/types.ts';
import { exportOf } from '../../code/values.ts';
import { commonPackage, GLOBALS } from './builtins.ts';
import { evaluate, memberValue } from './evaluate.ts';
import type { Run } from './run.ts';
import { type Cell, handle, record, type Scope, UNDEFINED, UNKNOWN, type Value } from './value.ts';

export const moduleScope = (run: Run, module: Module): Scope => {
  const known = run.moduleScopes.get(module);
  if (known) return known;
  const made: Scope = { names: new Map(), parent: null, module, self: UNKNOWN };
  run.moduleScopes.set(module, made);
  return made;
};

/** The cell of a name: of a scope around, or of the file itself. */
export const cellOf = (run: Run, name: string, scope: Scope): Cell => {
  for (let at: Scope | null = scope; at; at = at.parent) {
    const cell = at.names.get(name);
    if (cell) return cell;
    if (at.parent === null) return topCell(run, name, at);
  }
  return { value: UNKNOWN };
};

/** Names of the file are read when they are first asked for; a circle is unknown. */
const topCell = (run: Run, name: string, scope: Scope): Cell => {
  const cell: Cell = { value: UNKNOWN };
  scope.names.set(name, cell);
  const binding = scope.module.topLevel(name);
  cell.value = binding ? bindingValue(run, binding, scope) : (GLOBALS.get(name) ?? UNKNOWN);
  if (name === '__dirname' || name === '__filename') cell.value = pathValue(scope.module, name === '__filename');
  return cell;
};

const pathValue = ({ path, program }: Module, isFile: boolean): Value => {
  const text = isFile ? path : path.slice(0, Math.max(0, path.lastIndexOf('/')));
  return {
    kind: 'text',
    pieces: [{ text: `/${text}`, place: { module: { path } as Module, start: program.start, end: program.end }, map: null }],
  };
};

const bindingValue = (run: Run, binding: Binding, scope: Scope): Value => {
  switch (binding.kind) {
    case 'import':
      return importValue(run, binding.source, binding.imported, scope.module);
    case 'variable': {
      let value = binding.init === null ? UNDEFINED : evaluate(run, binding.init, scope);
      for (const name of binding.path) value = memberValue(value, name);
      return binding.constant || binding.writes.length <= 1 ? value : UNKNOWN;
    }
    case 'function':
      return isFunction(binding.node) ? { kind: 'function', node: binding.node, scope } : UNKNOWN;
    case 'class':
    case 'enum':
      return declaredValue(run, binding.node, scope);
    default:
      return UNKNOWN;
  }
};

/** Classes, enums, and expressions. */
export const declaredValue = (run: Run, node: Node, scope: Scope): Value => {
  if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') return { kind: 'class', node, scope };
  if (isFunction(node)) return { kind: 'function', node, scope };
  if (node.type === 'TSEnumDeclaration') {
    const members = node.body.members.map(
      (member) => [keyName(member) ?? '', member.initializer ? evaluate(run, member.initializer, scope) : UNKNOWN] as const,
    );
    return record(members);
  }
  if (node.type === 'TSEnumMember') return node.initializer ? evaluate(run, node.initializer, scope) : UNKNOWN;
  return evaluate(run, node, scope);
};

/** What an import gives: of a file of the repository, of a package that the runner knows, or nothing known. */
export const importValue = (run: Run, source: string, imported: string, module: Module): Value => {
  const path = run.modules.resolve(source, module.path);
  if (path === null) {
    const known = run.packageValue(source, imported) ?? commonPackage(run, source, imported);
    if (known) return known;
    return imported === '*' ? packageNamespace(run, source) : handle({ name: source, data: 'outside' });
  }
  if (imported === '*') return fileNamespace(run, path);
  const origin = exportOf(path, imported, run.modules);
  if (origin?.kind !== 'local') return origin ? (run.packageValue(origin.source, origin.imported) ?? UNKNOWN) : UNKNOWN;
  if (origin.node.type === 'Program') return fileNamespace(run, origin.module.path);
  return origin.node.type === 'Identifier' ? UNKNOWN : declaredValue(run, origin.node, moduleScope(run, origin.module));
};

const packageNamespace = (run: Run, source: string): Value =>
  handle({ name: source, data: 'outside', get: (name) => run.packageValue(source, name) ?? commonPackage(run, source, name) });

const fileNamespace = (run: Run, path: string): Value => {
  const module = run.modules.get(path);
  if (!module) return UNKNOWN;
  return handle({ name: path, get: (name) => exportValue(run, path, name) });
};

const exportValue = (run: Run, path: string, name: string): Value => {
  const origin = exportOf(path, name, run.modules);
  if (origin?.kind !== 'local' || origin.node.type === 'Identifier' || origin.node.type === 'Program') return UNKNOWN;
  return declaredValue(run, origin.node, moduleScope(run, origin.module));
};
