/**
 * Defaults that are given to an SDK for flags by name, and that are on: `new Feature('k', 'on')`, `fallbackFlags: { k: true }`.
 * Input: a module. Output: the flags, each with its place.
 * Invariant: an option counts only in a module that imports the SDK it is of.
 */
import { keyName, unwrap } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { originOf, resolveValue, stringOf } from '../../code/values.ts';
import { sdkOf } from '../catalogue.ts';
import { type DefaultOn, defaultOn, isTrue } from './default-on.ts';

export interface Registered {
  readonly flag: string;
  readonly source: string;
  readonly misuse: DefaultOn;
}

/** Options in which SDKs are given defaults by key, and by whose provider; `within`: the option that has to be around it. */
const registries: ReadonlyMap<string, { readonly provider: string; readonly within?: string }> = new Map([
  ['fallbackFlags', { provider: 'reflag' }],
  ['defaultFlags', { provider: 'flagsmith' }],
  ['byFlag', { provider: 'split', within: 'fallbackTreatments' }],
  ['bootstrap', { provider: 'launchdarkly' }],
  ['featureFlags', { provider: 'posthog', within: 'bootstrap' }],
  ['defaultConfig', { provider: 'firebase-remote-config' }],
]);

/** Elements that are given defaults by key: attribute → provider. */
const attributes: ReadonlyMap<string, { readonly element: string; readonly provider: string }> = new Map([
  ['flags', { element: 'LDProvider', provider: 'launchdarkly' }],
]);

/** Everything a module registers as on. */
export function registeredOn(module: Module, modules: Modules): Registered[] {
  const providers = new Set(module.imports.flatMap((one) => sdkOf(one)?.provider ?? []));
  if (providers.size === 0) return [];
  return [
    ...(providers.has('featureflow') ? module.nodes('NewExpression').flatMap((one) => featureOn(one, module, modules)) : []),
    ...module.nodes('Property').flatMap((one) => {
      const registry = registries.get(keyName(one) ?? '');
      const isMeant = registry !== undefined && providers.has(registry.provider) && isWithin(one, registry.within, module);
      return isMeant ? keysOn(one.value, module, modules, registry.provider) : [];
    }),
    ...module.nodes('AssignmentExpression').flatMap(({ left, right }) => {
      const registry = left.type === 'MemberExpression' ? registries.get(keyName(left) ?? '') : undefined;
      const isMeant = registry !== undefined && registry.within === undefined && providers.has(registry.provider);
      return isMeant ? keysOn(right, module, modules, registry.provider) : [];
    }),
    ...module.nodes('JSXAttribute').flatMap((one) => {
      const meant = one.name.type === 'JSXIdentifier' ? attributes.get(one.name.name) : undefined;
      const element = module.parent(one);
      const isElement = element?.type === 'JSXOpeningElement' && module.text.slice(element.name.start, element.name.end) === meant?.element;
      const value = one.value?.type === 'JSXExpressionContainer' ? one.value.expression : null;
      return meant !== undefined && isElement && value !== null && providers.has(meant.provider)
        ? keysOn(value, module, modules, meant.provider)
        : [];
    }),
  ];
}

/** `new Feature('k', 'on')` */
function featureOn(node: Extract<Node, { type: 'NewExpression' }>, module: Module, modules: Modules): Registered[] {
  const [key, failover] = node.arguments;
  if (key === undefined || failover === undefined) return [];
  const origin = originOf(node.callee, module, modules);
  const isFeature =
    origin?.kind === 'package' && origin.source === 'featureflow-node-sdk' && [origin.imported, ...origin.path].at(-1) === 'Feature';
  const flag = isFeature ? stringOf(key, module, modules) : null;
  const isOn = stringOf(failover, module, modules)?.toLowerCase() === 'on';
  return flag !== null && isOn ? [{ flag, source: 'featureflow', misuse: defaultOn('registration', node, module) }] : [];
}

function isWithin(property: Node, within: string | undefined, module: Module): boolean {
  if (within === undefined) return true;
  const object = module.parent(property);
  const holder = object === null ? null : module.parent(object);
  return holder?.type === 'Property' && keyName(holder) === within;
}

/** The keys of a registry that are on; a list of keys has them all on. */
function keysOn(node: Node, module: Module, modules: Modules, source: string): Registered[] {
  const value = unwrap(node);
  const resolved = value.type === 'Identifier' ? resolveValue(value, module, modules) : null;
  const object = resolved?.module === module ? unwrap(resolved.node) : value;
  const registeredAs = (flag: string | null, at: Node): Registered[] =>
    flag === null ? [] : [{ flag, source, misuse: defaultOn('registration', at, module) }];
  if (object.type === 'ArrayExpression' && source === 'reflag')
    return object.elements.flatMap((one) => (one === null ? [] : registeredAs(stringOf(one, module, modules), one)));
  if (object.type !== 'ObjectExpression') return [];
  return object.properties.flatMap((one) => {
    const isOn = one.type === 'Property' && isOnValue(one.value, module, modules);
    return isOn ? registeredAs(keyName(one) ?? stringOf(one.key, module, modules), one) : [];
  });
}

function isOnValue(value: Node, module: Module, modules: Modules): boolean {
  if (value.type === 'ObjectExpression') {
    const enabled = value.properties.find((one) => one.type === 'Property' && /^(?:isEnabled|enabled|treatment)$/.test(keyName(one) ?? ''));
    return enabled?.type === 'Property' && isOnValue(enabled.value, module, modules);
  }
  return isTrue(value) || stringOf(value, module, modules) === 'on';
}
