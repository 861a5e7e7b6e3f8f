/**
 * Where control comes into the code: request handlers, jobs, start-up, scripts, components.
 * Input: a function or a place of a module. Output: the entry point it is, by the catalogue; null where it is none.
 * Invariant: only what a framework calls by itself; a function that other code calls is that code's matter.
 */
import type { Location } from '../../parse/span.ts';
import { enclosingClass, functionName } from '../functions.ts';
import { type FunctionNode, isFunction, keyName, unwrap } from '../syntax.ts';
import type { Module, Modules, Node } from '../types.ts';
import { originOf } from '../values.ts';
import { type CallEntry, calls, classMethods, decorators, type EntryKind, files, lifecycle } from './catalogue.ts';

export interface EntryPoint {
  readonly kind: EntryKind;
  readonly framework: string | null;
  /** `GET /users`, `UserService.nightly`, a file's path. */
  readonly name: string;
  readonly location: Location;
}

/** The entry point that a function itself is. */
export function entryOf(fn: FunctionNode, module: Module, modules: Modules): EntryPoint | null {
  return entryAt(fn, module, modules) ?? methodEntry(fn, module) ?? exportEntry(fn, module);
}

/** The entry point that an expression becomes by being given to a framework. */
export function entryAt(node: Node, module: Module, modules: Modules): EntryPoint | null {
  let child = node;
  for (let up = module.parent(node); up !== null && !isStop(up); up = module.parent(up)) {
    const call = up.type === 'CallExpression' || up.type === 'NewExpression' ? up : null;
    if (call !== null && call.callee !== child) {
      const form = calls.find((one) => isCallOf(one, call, module, modules));
      if (form !== undefined)
        return { kind: form.kind, framework: form.framework, name: callName(call, module), location: at(call, module) };
    }
    child = up;
  }
  return null;
}

/** What code outside every function is: a script, a test, or what runs at start-up. */
export function moduleEntry(module: Module): EntryPoint {
  const isScript = module.text.startsWith('#!') || /(?:^|\/)(?:bin|scripts?|cli)\//.test(module.path);
  const isTest = /(?:^|\/)(?:__tests__|tests?|e2e)\/|[._-](?:test|spec)\.\w+$/.test(module.path);
  const kind = isScript ? 'script' : isTest ? 'test' : 'start-up';
  return { kind, framework: null, name: module.path, location: at({ start: 0, end: 0 }, module) };
}

/** What a function is that nothing calls, as far as can be seen. */
export function loneEntry(fn: FunctionNode, module: Module): EntryPoint {
  const name = functionName(fn, module) ?? '<callback>';
  const last = name.split('.').at(-1) ?? name;
  const isComponent = /\.[jt]sx$/.test(module.path) && (/^[A-Z]/.test(last) || /^use[A-Z]/.test(last) || last === 'default');
  return { kind: isComponent ? 'component' : 'unknown', framework: isComponent ? 'react' : null, name, location: at(fn, module) };
}

function isStop(node: Node): boolean {
  return isFunction(node) || /Statement$|Declaration$|^Program$|^MethodDefinition$|^PropertyDefinition$/.test(node.type);
}

function at(node: { readonly start: number; readonly end: number }, module: Module): Location {
  return { file: module.path, ...module.span(node) };
}

type Call = Extract<Node, { type: 'CallExpression' | 'NewExpression' }>;

function isCallOf(form: CallEntry, call: Call, module: Module, modules: Modules): boolean {
  const callee = unwrap(call.callee);
  const name = callee.type === 'Identifier' ? importedAs(callee, module) : keyName(callee);
  if (name === null || !form.names.includes(name)) return false;
  const root = rootOf(callee);
  if (form.packages.length === 0) return callee === root && root.type === 'Identifier' && module.binding(root) === null;
  if (comesFrom(form.packages, root, module, modules)) return true;
  if (form.receivers === undefined || callee.type !== 'MemberExpression') return false;
  if (!form.receivers.test(module.text.slice(callee.object.start, callee.object.end).split('(', 1)[0] ?? '')) return false;
  const first = call.arguments[0];
  return form.first === undefined || (first !== undefined && form.first.test(module.text.slice(first.start, first.end)));
}

function importedAs(name: Extract<Node, { type: 'Identifier' }>, module: Module): string {
  const binding = module.binding(name);
  return binding?.kind === 'import' && binding.imported !== 'default' && binding.imported !== '*' ? binding.imported : name.name;
}

/** The name a chain of members and calls starts with. */
function rootOf(start: Node): Node {
  let node = unwrap(start);
  for (let steps = 0; steps < 50; steps++) {
    if (node.type === 'MemberExpression') node = unwrap(node.object);
    else if (node.type === 'CallExpression' || node.type === 'NewExpression') node = unwrap(node.callee);
    else break;
  }
  return node;
}

/** Whether a name is one of the packages, or what a call of one gave. */
function comesFrom(packages: readonly string[], root: Node, module: Module, modules: Modules): boolean {
  let node = root;
  let from = module;
  for (let steps = 0; steps < 4; steps++) {
    const origin = originOf(node, from, modules);
    if (origin?.kind === 'package') return packages.includes(origin.source);
    if (origin === null || (origin.node.type !== 'CallExpression' && origin.node.type !== 'NewExpression')) return false;
    node = rootOf(origin.node);
    from = origin.module;
  }
  return false;
}

function callName(call: Call, module: Module): string {
  const callee = unwrap(call.callee);
  const name = callee.type === 'Identifier' ? callee.name : (keyName(callee) ?? '');
  const first = call.arguments[0];
  const text = first?.type === 'Literal' && typeof first.value === 'string' ? first.value : '';
  if (text.startsWith('/')) return `${name.toUpperCase()} ${text}`;
  const owner = callee.type === 'MemberExpression' ? keyOrName(callee.object, module) : '';
  return [owner === '' ? name : `${owner}.${name}`, text].filter((part) => part !== '').join(' ');
}

function keyOrName(node: Node, module: Module): string {
  const inner = unwrap(node);
  if (inner.type === 'Identifier') return inner.name;
  return inner.type === 'MemberExpression' ? (keyName(inner) ?? '') : module.text.slice(inner.start, inner.start).trim();
}

function methodEntry(fn: FunctionNode, module: Module): EntryPoint | null {
  const member = module.parent(fn);
  if (member?.type !== 'MethodDefinition' && member?.type !== 'PropertyDefinition') return null;
  const owner = enclosingClass(member, module);
  const name = keyName(member) ?? '';
  const entry = (kind: EntryKind, framework: string): EntryPoint => ({
    kind,
    framework,
    name: functionName(fn, module) ?? name,
    location: at(member, module),
  });
  for (const one of member.decorators) {
    const decorator = decoratorOf(one, module);
    const form = decorators.find((d) => d.names.includes(decorator.name) && d.packages.test(decorator.source));
    if (form !== undefined) return entry(form.kind, form.framework);
  }
  const above = owner === null ? [] : owner.decorators.map((one) => decoratorOf(one, module).name);
  const byClass = classMethods.find((one) => one.method.test(name) && above.some((d) => one.decorator.test(d)));
  if (byClass !== undefined) return entry(byClass.kind, byClass.framework);
  const hook = lifecycle.get(name);
  return hook === undefined ? null : entry(hook.kind, hook.framework);
}

function decoratorOf(decorator: Node, module: Module): { readonly name: string; readonly source: string } {
  const expression = decorator.type === 'Decorator' ? unwrap(decorator.expression) : decorator;
  const callee = expression.type === 'CallExpression' ? unwrap(expression.callee) : expression;
  const root = rootOf(callee);
  const binding = root.type === 'Identifier' ? module.binding(root) : null;
  if (binding?.kind !== 'import') return { name: '', source: '' };
  const name = callee.type === 'MemberExpression' ? (keyName(callee) ?? '') : binding.imported;
  return { name, source: binding.source };
}

function exportEntry(fn: FunctionNode, module: Module): EntryPoint | null {
  const names = exportedNames(fn, module);
  if (hasDirective(fn.body, 'use server') || (names.length > 0 && hasDirective(module.program, 'use server')))
    return { kind: 'request', framework: 'next', name: functionName(fn, module) ?? 'server action', location: at(fn, module) };
  for (const name of names) {
    const form = files.find((one) => one.exports.test(name) && one.path.test(module.path) && isImporting(module, one.imports));
    if (form !== undefined) return { kind: form.kind, framework: form.framework, name: `${module.path} ${name}`, location: at(fn, module) };
  }
  return null;
}

function isImporting(module: Module, prefix: string | undefined): boolean {
  return prefix === undefined || module.imports.some((one) => one.startsWith(prefix));
}

function hasDirective(block: Node | null, text: string): boolean {
  const first = block?.type === 'BlockStatement' || block?.type === 'Program' ? block.body[0] : undefined;
  return first?.type === 'ExpressionStatement' && first.expression.type === 'Literal' && first.expression.value === text;
}

/** Names a function, or the constant it is wrapped into, is exported under. */
function exportedNames(fn: FunctionNode, module: Module): string[] {
  let node: Node = fn;
  for (let up = module.parent(node); up !== null; up = module.parent(up)) {
    if (up.type === 'ExportDefaultDeclaration') return ['default'];
    if (up.type === 'VariableDeclarator') {
      node = up.id;
      break;
    }
    if (up.type !== 'CallExpression' && unwrap(up) !== unwrap(node)) break;
    node = up;
  }
  const name = node.type === 'Identifier' ? node.name : fn.type === 'FunctionDeclaration' ? fn.id?.name : undefined;
  if (name === undefined) return [];
  const holder = node.type === 'Identifier' ? node : fn.type === 'FunctionDeclaration' ? fn.id : null;
  if (holder === null || module.topLevel(name) !== module.binding(holder)) return [];
  return [...module.exports].flatMap(([exported, one]) => (one.kind === 'local' && one.name === name ? [exported] : []));
}
