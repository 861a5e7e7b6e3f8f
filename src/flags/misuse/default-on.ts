/**
 * Evaluations that are on when they fail: by an argument, by what follows them, by what catches their failure, or by a
 * default that was registered with the SDK.
 * Input: the syntax of an evaluation. Output: what turns it on. What the state of a flag says is the rule's matter.
 */
import { isFunction, keyName } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { originOf, stringOf } from '../../code/values.ts';
import type { Misuse } from '../types.ts';

export type DefaultOn = Extract<Misuse, { kind: 'default-on' }>;

/** What follows the value of an evaluation and gives true where there is none: `?? true`, `|| true`, `.catch(() => true)`. */
export function defaultOnAfter(site: Node, module: Module): DefaultOn | null {
  let value = site;
  for (let parent = module.parent(value); parent !== null; parent = module.parent(value)) {
    if (isPassedOn(parent, value)) value = parent;
    else if (parent.type === 'VariableDeclarator' && parent.init === value && parent.id.type === 'Identifier') {
      const uses = module.references(parent.id).filter((one) => one !== parent.id);
      return uses.map((one) => orTrue(one, module)).find((one) => one !== null) ?? null;
    } else return orTrue(value, module) ?? caughtAsTrue(value, parent, module) ?? triedAsTrue(value, module);
  }
  return null;
}

/** Nodes that give what they are given. */
function isPassedOn(parent: Node, value: Node): boolean {
  if (parent.type === 'AwaitExpression' || parent.type === 'ChainExpression' || parent.type === 'ParenthesizedExpression') return true;
  return parent.type === 'MemberExpression' && parent.object === value && keyName(parent) === 'value';
}

function orTrue(value: Node, module: Module): DefaultOn | null {
  const parent = module.parent(value);
  const isOr = parent?.type === 'LogicalExpression' && parent.left === value && (parent.operator === '??' || parent.operator === '||');
  return isOr && isTrue(parent.right) ? found('expression', parent, module) : null;
}

function caughtAsTrue(value: Node, parent: Node, module: Module): DefaultOn | null {
  if (parent.type !== 'MemberExpression' || parent.object !== value || keyName(parent) !== 'catch') return null;
  const call = module.parent(parent);
  const handler = call?.type === 'CallExpression' ? call.arguments[0] : undefined;
  return call !== null && handler !== undefined && isFunction(handler) && givesTrue(handler) ? found('handler', handler, module) : null;
}

/** `try { return evaluate() } catch { return true }` */
function triedAsTrue(value: Node, module: Module): DefaultOn | null {
  let child = value;
  for (let up = module.parent(value); up !== null && !isFunction(up); up = module.parent(up)) {
    if (up.type === 'TryStatement' && up.block === child && up.handler !== null) {
      const last = up.handler.body.body.at(-1);
      return last?.type === 'ReturnStatement' && last.argument !== null && isTrue(last.argument) ? found('handler', last, module) : null;
    }
    child = up;
  }
  return null;
}

function givesTrue(fn: Node): boolean {
  if (!isFunction(fn) || fn.body === null) return false;
  if (fn.body.type !== 'BlockStatement') return isTrue(fn.body);
  const last = fn.body.body.at(-1);
  return last?.type === 'ReturnStatement' && last.argument !== null && isTrue(last.argument);
}

const isTrue = (node: Node): boolean => node.type === 'Literal' && node.value === true;

const found = (how: DefaultOn['how'], node: Node, module: Module): DefaultOn => ({
  kind: 'default-on',
  how,
  text: module.text.slice(node.start, node.end).replace(/\s+/g, ' ').slice(0, 80),
  location: { file: module.path, ...module.span(node) },
});

export interface Registered {
  readonly flag: string;
  readonly source: string;
  readonly misuse: DefaultOn;
}

/** Options in which SDKs are given defaults: an object of keys. https://docs of each package; see the catalogue. */
const registries: ReadonlyMap<string, readonly string[]> = new Map([
  ['fallbackFlags', ['@reflag/node-sdk', '@bucketco/node-sdk']],
  ['defaultFlags', ['@flagsmith/flagsmith', 'flagsmith', '@flagsmith/flagsmith/isomorphic']],
  ['byFlag', ['@splitsoftware/splitio', '@splitsoftware/splitio-react', '@splitsoftware/splitio-browserjs']],
]);

/** Defaults that are registered as on: `new Feature('k', 'on')`, `fallbackFlags: { k: true }`. */
export function registeredOn(module: Module, modules: Modules): Registered[] {
  const features = module.nodes('NewExpression').flatMap((node): Registered[] => {
    const [key, failover] = node.arguments;
    if (key === undefined || failover === undefined) return [];
    const origin = originOf(node.callee, module, modules);
    const isFeature =
      origin?.kind === 'package' && origin.source === 'featureflow-node-sdk' && [origin.imported, ...origin.path].at(-1) === 'Feature';
    const flag = isFeature ? stringOf(key, module, modules) : null;
    const isOn = stringOf(failover, module, modules)?.toLowerCase() === 'on';
    return flag !== null && isOn ? [{ flag, source: 'featureflow', misuse: found('registration', node, module) }] : [];
  });
  return [...features, ...module.nodes('Property').flatMap((one) => registeredIn(one, module, modules))];
}

function registeredIn(property: Extract<Node, { type: 'Property' }>, module: Module, modules: Modules): Registered[] {
  const packages = registries.get(keyName(property) ?? '');
  const source = packages?.find((name) => module.imports.includes(name));
  if (source === undefined || property.value.type !== 'ObjectExpression') return [];
  return property.value.properties.flatMap((one): Registered[] => {
    if (one.type !== 'Property') return [];
    const flag = keyName(one) ?? stringOf(one.key, module, modules);
    return flag !== null && isOnValue(one.value, module, modules) ? [{ flag, source: '', misuse: found('registration', one, module) }] : [];
  });
}

function isOnValue(value: Node, module: Module, modules: Modules): boolean {
  if (value.type === 'ObjectExpression') {
    const enabled = value.properties.find((one) => one.type === 'Property' && /^(?:isEnabled|enabled|treatment)$/.test(keyName(one) ?? ''));
    return enabled?.type === 'Property' && isOnValue(enabled.value, module, modules);
  }
  return isTrue(value) || stringOf(value, module, modules) === 'on';
}
