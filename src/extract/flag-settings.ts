/**
 * Values that code gives to flags by their keys: a bootstrap, an in-memory provider, a table of defaults.
 * Input: keys with the value that stays, a code reader. Output: by key, the first place that gives another one.
 * Tests do not count; what is given by a file that is no code is not seen.
 */
import { keyName } from '../code/syntax.ts';
import type { Module, Modules, Node } from '../code/types.ts';
import { resolveValue, stringOf } from '../code/values.ts';
import { roleOf } from '../discover/roles.ts';
import type { FlagValue } from '../flags/types.ts';
import type { Location } from '../parse/span.ts';
import type { CodeReader } from './code.ts';

type Property = Extract<Node, { type: 'Property' }>;

/** Where code gives one of the flags another value than the one that stays. */
export async function otherSettings(values: ReadonlyMap<string, FlagValue>, reader: CodeReader): Promise<ReadonlyMap<string, Location>> {
  if (values.size === 0) return new Map();
  const candidates = await reader.candidates([{ words: [...values.keys()], beside: [] }]);
  const files = candidates.filter((file) => roleOf(file) !== 'test');
  const read = await reader.read(files, (module, modules) =>
    module.nodes('Property').flatMap((property) => settingOf(property, values, module, modules)),
  );
  return new Map([...read.values()].flat().reverse());
}

function settingOf(
  property: Property,
  values: ReadonlyMap<string, FlagValue>,
  module: Module,
  modules: Modules,
): readonly (readonly [string, Location])[] {
  const object = module.parent(property);
  if (object?.type !== 'ObjectExpression') return [];
  const name = keyName(property) ?? stringOf(property.key, module, modules);
  const text = stringOf(property.value, module, modules);
  return [name, text].flatMap((key) => {
    const value = key === null ? undefined : values.get(key);
    if (key === null || value === undefined) return [];
    const isOther = key === name ? isAnother(property.value, key, value, module, modules) : isBesideAnother(object, value, module, modules);
    return isOther ? [[key, { file: module.path, ...module.span(property) }] as const] : [];
  });
}

/** `{ 'new-checkout': true }`, `{ 'new-checkout': { defaultVariant: 'on' } }`; a text that is the key only names it. */
function isAnother(node: Node, key: string, value: FlagValue, module: Module, modules: Modules): boolean {
  const given = booleanOf(node, module, modules) ?? stringOf(node, module, modules);
  if (given !== null) return given !== value && given !== key;
  return resolveValue(node, module, modules)?.node.type === 'ObjectExpression';
}

/** `{ name: 'new-checkout', enabled: true }` */
const isBesideAnother = (
  object: Extract<Node, { type: 'ObjectExpression' }>,
  value: FlagValue,
  module: Module,
  modules: Modules,
): boolean =>
  object.properties.some((one) => {
    const given = one.type === 'Property' ? booleanOf(one.value, module, modules) : null;
    return given !== null && given !== value;
  });

function booleanOf(node: Node, module: Module, modules: Modules): boolean | null {
  const value = resolveValue(node, module, modules)?.node;
  return value?.type === 'Literal' && typeof value.value === 'boolean' ? value.value : null;
}
