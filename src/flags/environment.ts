/**
 * Environment variables that the config names as flags: `process.env.X === '1'`, `import.meta.env.X`, `Deno.env.get('X')`,
 * and objects that a schema has read them into.
 * Output: a Meaning with an evaluation of sdk `env`. Invariant: nothing unless the config asks for the variable.
 */
import { keyName, unwrap } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import { originOf, stringOf } from '../code/values.ts';
import type { Interpreter } from './interpreter.ts';
import type { Meaning } from './meaning.ts';
import type { Place } from './sdk-calls.ts';
import type { Evaluation } from './types.ts';

const environment: Meaning = { kind: 'environment' };

/** The environment itself; null: the member access is something else. */
export function environmentMeaning(node: Extract<Node, { type: 'MemberExpression' }>, module: Module): Meaning | null {
  if (keyName(node) !== 'env') return null;
  const owner = unwrap(node.object);
  if (owner.type === 'MetaProperty') return environment;
  if (owner.type !== 'Identifier' || !/^(?:process|Bun|Deno)$/.test(owner.name)) return null;
  const binding = module.binding(owner);
  return binding === null || (binding.kind === 'import' && /^(?:node:)?process$/.test(binding.source)) ? environment : null;
}

/** A variable of the environment; null: the config does not name it a flag. */
export function variableMeaning(name: string, place: Place, interpreter: Interpreter): Meaning | null {
  if (!interpreter.isEnvironmentFlag(name)) return name === 'data' || name === 'value' ? environment : null;
  const evaluation: Evaluation = {
    flag: name,
    keyFrom: 'text',
    sdk: 'env',
    provider: '',
    location: { file: place.module.path, ...place.module.span(place.node) },
    context: { kind: 'opaque' },
    fallback: null,
  };
  interpreter.origins.set(evaluation, { ...place, form: null, sdk: null });
  return { kind: 'text', evaluation, onOff: 'words', isMaybe: false, isValue: true };
}

const getters: ReadonlySet<string> = new Set(['get', 'getOrThrow']);

/** `Deno.env.get('X')`, `configService.get('X')`; undefined: another method. */
export function environmentMethod(
  name: string,
  place: Place & { readonly node: { readonly arguments: readonly Node[] } },
  interpreter: Interpreter,
) {
  if (!getters.has(name)) return undefined;
  const [argument] = place.node.arguments;
  const variable = argument === undefined ? null : stringOf(argument, place.module, interpreter.modules);
  return variable === null ? null : variableMeaning(variable, place, interpreter);
}

const readers: ReadonlySet<string> = new Set([
  'parse',
  'safeParse',
  'parseAsync',
  'cleanEnv',
  'validate',
  'validateSync',
  'cast',
  'create',
]);

/** What reads the environment into an object of the same names: `schema.parse(process.env)`, `createEnv({ … })`. */
export function readEnvironment(
  node: Extract<Node, { type: 'CallExpression' | 'NewExpression' }>,
  module: Module,
  interpreter: Interpreter,
): Meaning | null {
  const callee = unwrap(node.callee);
  const name = callee.type === 'Identifier' ? callee.name : keyName(callee);
  if (name === 'createEnv' && callee.type === 'Identifier') {
    const origin = originOf(callee, module, interpreter.modules);
    return origin?.kind === 'package' && origin.source.startsWith('@t3-oss/') ? environment : null;
  }
  const [argument] = node.arguments;
  if (argument === undefined || name === null || !readers.has(name)) return null;
  return interpreter.read(argument, module, null)?.kind === 'environment' ? environment : null;
}

/**
 * A setting of a class that reads the variable of its own name: `X = this.toBoolean(environment.X ?? 'true')`. Only where
 * the value is handed through as it is: one call around it at most, and a text where it is missing.
 */
export function settingMeaning(owner: Extract<Meaning, { kind: 'instance' }>, name: string, place: Place, interpreter: Interpreter) {
  if (!interpreter.isEnvironmentFlag(name)) return null;
  const { node } = owner;
  if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return null;
  const fields = node.body.body.filter((one) => one.type === 'PropertyDefinition' && keyName(one) === name);
  const [field] = fields;
  if (fields.length !== 1 || field?.type !== 'PropertyDefinition' || field.value === null) return null;
  const value = unwrap(field.value);
  const read = value.type === 'CallExpression' && value.arguments.length === 1 ? (value.arguments[0] as Node) : value;
  const variable = withoutDefault(read);
  if (variable.type !== 'MemberExpression' || keyName(variable) !== name) return null;
  return isEnvironment(variable.object, owner.module, interpreter) ? variableMeaning(name, place, interpreter) : null;
}

function withoutDefault(node: Node): Node {
  const inner = unwrap(node);
  const isDefault = inner.type === 'LogicalExpression' && inner.operator !== '&&' && unwrap(inner.right).type === 'Literal';
  return isDefault ? unwrap(inner.left) : inner;
}

/** `process.env`, or a constant of a module that is made of it: `withSecrets(process.env)`, `{ ...process.env }`. */
function isEnvironment(node: Node, module: Module, interpreter: Interpreter): boolean {
  if (interpreter.read(node, module, null)?.kind === 'environment') return true;
  const made = originOf(node, module, interpreter.modules);
  if (made?.kind !== 'local') return false;
  const value = unwrap(made.node);
  const parts =
    value.type === 'CallExpression'
      ? value.arguments
      : value.type === 'ObjectExpression'
        ? value.properties.flatMap((one) => (one.type === 'SpreadElement' ? [one.argument] : []))
        : [];
  return parts.some((one) => interpreter.read(one, made.module, null)?.kind === 'environment');
}

/** Types of packages whose values hold the environment. */
export function environmentType(source: string, name: string): Meaning | null {
  return source === '@nestjs/config' && name === 'ConfigService' ? environment : null;
}
