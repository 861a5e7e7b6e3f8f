/**
 * Who can run a function: the names under which other code reaches it, and the places that mention it.
 * Input: a function and its module; then candidate modules. Output: sites, each a call with its arguments, a component
 * used as an element, or a place that passes the function on (arguments unknown).
 * Invariants: every mention is a site, so guards that hold at all of them hold in the function; a method call whose
 * receiver cannot be resolved counts as a site, one that resolves to something else does not.
 */
import { fileWords, functionPlace, holdingName, isTransparent, objectWords, type Place } from './places.ts';
import { mayRun, type ObjectNode, receiverOf } from './receivers.ts';
import { type FunctionNode, importSourceOf, isFunction, keyName, patternIdentifiers, unwrap } from './syntax.ts';
import type { Module, Modules, Node } from './types.ts';
import { originOf } from './values.ts';

export interface CallSite {
  /** The mention: conditions around it hold whenever the function runs. */
  readonly node: Node;
  readonly module: Module;
  /** What it is given: arguments of a call, attributes of an element; null: not known. */
  readonly given:
    | { readonly kind: 'arguments'; readonly nodes: readonly Node[]; readonly call: Node }
    | { readonly kind: 'element'; readonly node: Extract<Node, { type: 'JSXOpeningElement' }> }
    | null;
}

/** Callers as far as they have been looked for. */
export interface Callers {
  /** All sites of a function; null: not all are known. */
  sites(fn: Node): readonly CallSite[] | null;
}

/** A function that is looked for. */
export interface Target {
  readonly fn: FunctionNode;
  readonly module: Module;
  readonly place: Place;
  /** Objects of modules that have it as a member, besides the one it is written in. */
  readonly holders: readonly Holder[];
}

export interface Holder {
  readonly node: ObjectNode;
  readonly module: Module;
}

/** Sites in one module, and names that further modules may use for the function. */
export interface Mentions {
  readonly sites: readonly CallSite[];
  /** Words that other files have, which mention it under another name. */
  readonly words: readonly string[];
  /** Names by which it is a member of an object. */
  readonly members: readonly string[];
  readonly holders: readonly Holder[];
}

/** The function as something to look for; null: nothing can name it (a callback, which runs where it is passed). */
export function targetOf(fn: FunctionNode, module: Module): Target | null {
  const place = functionPlace(fn, module);
  return place === null ? null : { fn, module, place, holders: place.kind === 'member' ? [{ node: place.owner, module }] : [] };
}

/** Every mention of the function in a module. */
export function mentionsIn(target: Target, module: Module, modules: Modules): Mentions {
  const found: Found = { sites: new Map(), words: new Set(), members: new Set(), holders: new Map(), seen: new Set() };
  const { place } = target;
  if (place.kind === 'name') {
    const own = module === target.module ? references(place.identifier, module) : [];
    for (const node of [...own, ...importedReferences(target, module, modules)]) addMention(node, module, found);
    for (const name of reexports(target, module, modules)) found.words.add(name);
  }
  const members = new Set([...place.members, ...(place.kind === 'name' ? place.exported : [])]);
  if (members.size > 0) for (const node of memberMentions(target, members, module, modules)) addSite(node, module, found.sites);
  for (const holder of target.holders) for (const node of handedOn(holder, module, modules)) addSite(node, module, found.sites);
  return {
    sites: [...found.sites.values()].sort((x, y) => x.node.start - y.node.start),
    words: [...found.words],
    members: [...found.members],
    holders: [...found.holders.values()],
  };
}

interface Found {
  readonly sites: Map<Node, CallSite>;
  readonly words: Set<string>;
  readonly members: Set<string>;
  readonly holders: Map<Node, Holder>;
  /** Aliases that have been followed. */
  readonly seen: Set<Node>;
}

function references(identifier: Node, module: Module): Node[] {
  return module.references(identifier).filter((one) => one !== identifier && !isDeclaration(one, module));
}

function isDeclaration(identifier: Node, module: Module): boolean {
  const parent = module.parent(identifier);
  return parent !== null && 'id' in parent && parent.id === identifier;
}

/** References to names that imports or constants of a module bind to the function. */
function importedReferences(target: Target, module: Module, modules: Modules): Node[] {
  const found: Node[] = [];
  for (const local of importedNames(module)) {
    const origin = originOf(local, module, modules);
    if (origin?.kind !== 'local' || !isBehind(target.fn, origin.node, origin.module, modules)) continue;
    found.push(...references(local, module).filter((one) => module.parent(one)?.type !== 'ImportSpecifier'));
  }
  return found;
}

/** Whether a value is the function, or a call that gives it back. */
function isBehind(fn: Node, start: Node, startModule: Module, modules: Modules): boolean {
  let node = start;
  let module = startModule;
  for (let steps = 0; steps < 5; steps++) {
    if (node === fn) return true;
    const inner = isTransparent(node, module) ? node.arguments[0] : undefined;
    const origin = inner === undefined ? null : originOf(inner, module, modules);
    if (origin?.kind !== 'local') return false;
    node = origin.node;
    module = origin.module;
  }
  return false;
}

function importedNames(module: Module): Node[] {
  const names: Node[] = [];
  for (const one of module.nodes('ImportSpecifier', 'ImportDefaultSpecifier')) names.push(one.local);
  for (const one of module.nodes('VariableDeclarator'))
    if (one.init !== null && importSourceOf(one.init) !== null) names.push(...patternIdentifiers(one.id));
  return names;
}

/** Names under which a module hands the function on. */
function reexports(target: Target, module: Module, modules: Modules): string[] {
  return [...module.exports].flatMap(([name, exported]) => {
    if (exported.kind !== 'from') return [];
    const path = modules.resolve(exported.source, module.path);
    const from = path === null ? null : modules.get(path);
    const isSame =
      from !== null && (from === target.module || from.exportStars.length > 0 || from.exports.get(exported.imported)?.kind === 'from');
    return isSame && name !== exported.imported ? [name] : [];
  });
}

/** Places where an object is used whole: whoever gets it can call its members. */
function handedOn(holder: Holder, module: Module, modules: Modules): Node[] {
  const names: Node[] = [];
  const held = module === holder.module ? holdingName(holder.node, module) : null;
  if (held !== null && held !== 'default') names.push(held);
  for (const local of importedNames(module)) {
    const origin = originOf(local, module, modules);
    if (origin?.kind === 'local' && origin.node === holder.node) names.push(local);
  }
  return names.flatMap((name) => references(name, module)).filter((one) => !isPassive(one, module));
}

/** A member access, a destructuring, an import or an export: the object stays where it is. */
function isPassive(reference: Node, module: Module): boolean {
  const parent = module.parent(reference);
  if (parent?.type === 'MemberExpression') return parent.object === reference && keyName(parent) !== null;
  if (parent?.type === 'VariableDeclarator') return parent.id.type === 'ObjectPattern';
  return parent?.type === 'ExportSpecifier' || parent?.type === 'ImportSpecifier' || parent?.type === 'ExportDefaultDeclaration';
}

/** A mention is a site, or gives the function a further name. */
function addMention(start: Node, module: Module, found: Found): void {
  let node = start;
  let parent = module.parent(node);
  while (parent !== null && isTransparent(parent, module) && parent.arguments[0] === node) {
    node = parent;
    parent = module.parent(node);
  }
  if (parent === null || isTypeOnly(parent)) return;
  if (parent.type === 'ExportSpecifier') found.words.add(nameOf(parent.exported));
  else if (parent.type === 'ExportDefaultDeclaration') for (const word of fileWords(module.path) ?? []) found.words.add(word);
  else addAlias(node, parent, module, found);
}

function addAlias(node: Node, parent: Node, module: Module, found: Found): void {
  const alias = aliasOf(node, parent, module);
  if (alias === null) {
    addSite(node, module, found.sites);
  } else if (alias.type !== 'Identifier') {
    found.members.add(keyName(alias) ?? '');
    const object = module.parent(alias);
    const held = object === null ? null : holdingName(object, module);
    if (object?.type !== 'ObjectExpression' || held === null) return;
    found.holders.set(object, { node: object, module });
    for (const word of objectWords(held, module)) found.words.add(word);
  } else if (!found.seen.has(alias)) {
    found.seen.add(alias);
    found.words.add(alias.name);
    for (const one of references(alias, module)) addMention(one, module, found);
  }
}

function isTypeOnly(parent: Node): boolean {
  return parent.type === 'TSTypeQuery' || parent.type === 'TSTypeReference';
}

function nameOf(node: { readonly type: string; readonly name?: string; readonly value?: unknown }): string {
  return node.name ?? String(node.value);
}

/** `const g = f`: g; `const service = { f }` at module level: its property. */
function aliasOf(node: Node, parent: Node, module: Module): Node | null {
  if (parent.type === 'VariableDeclarator' && parent.init === node && parent.id.type === 'Identifier') {
    const declaration = module.parent(parent);
    return declaration?.type === 'VariableDeclaration' && declaration.kind === 'const' ? parent.id : null;
  }
  if (parent.type !== 'Property' || parent.value !== node) return null;
  const object = module.parent(parent);
  return object?.type === 'ObjectExpression' && holdingName(object, module) !== null && keyName(parent) !== null ? parent : null;
}

/** Member accesses, destructured keys and JSX members of these names that can be the function. */
function memberMentions(target: Target, names: ReadonlySet<string>, module: Module, modules: Modules): Node[] {
  const found: Node[] = [];
  for (const node of module.nodes('MemberExpression')) {
    const name = keyName(node);
    if (name !== null && names.has(name) && canBe(target, node, node.object, name, module, modules)) found.push(node);
  }
  if (target.place.members.length > 0) {
    for (const node of module.nodes('Property')) {
      const pattern = module.parent(node);
      const name = pattern?.type === 'ObjectPattern' ? keyName(node) : null;
      if (name !== null && pattern !== null && names.has(name) && canBeTaken(target, pattern, name, module, modules)) found.push(node);
    }
  }
  for (const node of module.nodes('JSXMemberExpression')) if (names.has(node.property.name)) found.push(node);
  return found;
}

/** Whether `object.name` can be the function. */
function canBe(target: Target, node: Node, object: Node, name: string, module: Module, modules: Modules): boolean {
  const { place, fn } = target;
  if (place.kind === 'method') {
    const receiver = receiverOf(object, module, modules);
    if (receiver.kind === 'class')
      return receiver.isStatic === place.isStatic && mayRun(receiver.node, place.owner, name, receiver.module, modules, target.module);
    return receiver.kind === 'unknown';
  }
  const origin = originOf(node, module, modules);
  if (origin?.kind === 'local' && unwrap(origin.node) !== unwrap(node) && origin.node.type !== 'Identifier')
    return isBehind(fn, origin.node, origin.module, modules);
  if (origin?.kind === 'package') return false;
  const receiver = receiverOf(object, module, modules);
  if (receiver.kind === 'object') return receiver.node === (place.kind === 'member' ? place.owner : null);
  if (receiver.kind !== 'unknown') return false;
  // A plain export is reached through an object only by a namespace, which is resolved, or by a module loaded at run time.
  return place.members.includes(name) || loadsAtRunTime(module);
}

function loadsAtRunTime(module: Module): boolean {
  return module.nodes('ImportExpression').length > 0 || module.nodes('CallExpression').some((one) => importSourceOf(one) !== null);
}

function canBeTaken(target: Target, pattern: Node, name: string, module: Module, modules: Modules): boolean {
  const holder = module.parent(pattern);
  if (holder?.type !== 'VariableDeclarator' || holder.init === null || importSourceOf(holder.init) !== null) return true;
  const { place } = target;
  const receiver = receiverOf(holder.init, module, modules);
  if (receiver.kind === 'class' && place.kind === 'method')
    return mayRun(receiver.node, place.owner, name, receiver.module, modules, target.module);
  if (receiver.kind === 'object') return place.kind === 'name' || receiver.node === place.owner;
  return receiver.kind === 'unknown';
}

function addSite(node: Node, module: Module, sites: Map<Node, CallSite>): void {
  if (!sites.has(node)) sites.set(node, { node, module, given: givenAt(node, module) });
}

/** What the function is given where it is mentioned. */
function givenAt(start: Node, module: Module): CallSite['given'] {
  let node = start;
  let parent = module.parent(node);
  while (parent !== null && parent.type !== 'ChainExpression' && unwrap(parent) === unwrap(node) && parent !== node) {
    node = parent;
    parent = module.parent(node);
  }
  if (parent === null) return null;
  if (parent.type === 'JSXOpeningElement') return { kind: 'element', node: parent };
  if ((parent.type === 'CallExpression' || parent.type === 'NewExpression') && parent.callee === node)
    return { kind: 'arguments', nodes: parent.arguments, call: parent };
  if (parent.type !== 'MemberExpression' || parent.object !== node || keyName(parent) !== 'call') return null;
  const call = module.parent(parent);
  if (call?.type !== 'CallExpression' || call.callee !== parent || call.arguments[0]?.type === 'SpreadElement') return null;
  return { kind: 'arguments', nodes: call.arguments.slice(1), call };
}

/** The functions around a node, innermost first. */
export function functionsAround(node: Node, module: Module): FunctionNode[] {
  const found: FunctionNode[] = [];
  for (let up = module.parent(node); up !== null; up = module.parent(up)) if (isFunction(up)) found.push(up);
  return found;
}
