/**
 * What home-made flag checks mean: lookups of a key inside a function named like a check, signatures of such functions,
 * and calls of checks whose result cannot be read further.
 * Output: a Meaning with an evaluation of sdk `inferred`, or null. Invariant: no key without a static text.
 */
import { functionName } from '../code/functions.ts';
import { isFunction, keyName, unwrap } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import { sdk as entry } from './catalogue/shapes.ts';
import type { Sdk } from './catalogue.ts';
import { keyOf } from './evaluation.ts';
import { asksForFlag, isCheckName, isFlagOwner, isMemberCheckName, isNegated, keyNames, wordsOf } from './flag-names.ts';
import { type Argument, argumentOf, type Interpreter } from './interpreter.ts';
import { checksOf, type Lookup } from './lookups.ts';
import { type Frame, type Meaning, resultOf } from './meaning.ts';
import { argumentAt } from './places.ts';
import type { At } from './sdk-calls.ts';
import type { Evaluation } from './types.ts';

/** What stands for an SDK behind home-made checks. */
const inferred: Sdk = entry('inferred', '', { packages: [] });

/** What a lookup inside a flag check means; null: the node is none. */
export function lookupMeaning(node: Node, module: Module, frame: Frame | null, interpreter: Interpreter): Meaning | null {
  const lookup = checksOf(module).byLookup.get(node);
  if (lookup === undefined || isOfSomethingElse(lookup, node, module, frame, interpreter)) return null;
  const key = lookup.name === undefined ? keyArgument(lookup.key, module, frame, interpreter) : null;
  const evaluation = inferredEvaluation(key, lookup.name ?? null, node, module, interpreter);
  if (!isAskedByName(evaluation, node, interpreter.origins.get(evaluation)?.node)) return null;
  const isQuery = lookup.gives === 'row' && node.type === 'CallExpression' && /^find(?:First|Unique|One)/.test(keyName(node.callee) ?? '');
  const row = resultOf(evaluation, shapeOf(lookup), inferred);
  return isQuery ? { kind: 'promise', of: row } : row;
}

/** A member of an instance, of an SDK or of what one gave: they say themselves what it means. */
function isOfSomethingElse(lookup: Lookup, node: Node, module: Module, frame: Frame | null, interpreter: Interpreter): boolean {
  if (lookup.name === undefined || node.type !== 'MemberExpression') return false;
  const kind = interpreter.read(node.object, module, frame)?.kind;
  return kind === 'instance' || kind === 'client' || kind === 'result' || kind === 'environment';
}

/** Whether the call that an unknown key came through is named like a check itself; elsewhere it is no evaluation. */
function isAskedByName({ flag }: Evaluation, node: Node, place: Node | undefined): boolean {
  if (flag !== null || place === undefined || place === node || place.type !== 'CallExpression') return true;
  return asksForFlag(calledName(place) ?? '');
}

const shapeOf = ({ gives }: Lookup) => (gives === 'truth' ? 'truth' : 'value');

/** The key behind a parameter, or behind a property of one. */
function keyArgument(key: Node, module: Module, frame: Frame | null, interpreter: Interpreter): Argument {
  const inner = unwrap(key);
  const binding = inner.type === 'Identifier' ? module.binding(inner) : null;
  const path = binding?.kind === 'parameter' ? binding.path : inner.type === 'MemberExpression' ? [keyName(inner) ?? ''] : [];
  if (path.length === 0 || frame === null) return argumentOf(inner, module, frame);
  const holder = inner.type === 'MemberExpression' ? unwrap(inner.object) : inner;
  const owner = holder.type === 'Identifier' ? module.binding(holder) : null;
  let at: Frame | null = frame;
  while (at !== null && owner?.kind === 'parameter' && at.owner !== owner.owner) at = at.outer;
  if (at === null || owner?.kind !== 'parameter') return { node: inner, module, frame, call: null };
  const found = argumentAt(`${owner.index}.${path.join('.')}`, at.args, at.module, at.outer, interpreter.modules);
  const call = { node: at.call, module: at.module };
  return found === null ? { node: inner, module, frame, call } : { ...found, call: found.call ?? call };
}

function inferredEvaluation(key: Argument | null, name: string | null, node: Node, module: Module, interpreter: Interpreter): Evaluation {
  const { place, ...given } = keyOf(key, 'raw', node, module, interpreter);
  const found = name === null ? given : { ...given, flag: name, keyFrom: 'text' as const };
  const isFlag = found.flag === null || !/^-|\s/.test(found.flag);
  const isParameter = found.flag === null && place.node === node && !isOfCallback(key);
  const isItem = found.keyFrom === 'parameter' && isOfCallback(key);
  const evaluation: Evaluation = {
    ...found,
    ...(isFlag ? {} : { flag: null, keyFrom: 'computed' as const }),
    ...(isParameter ? { keyFrom: 'parameter' as const } : {}),
    ...(isItem ? { keyFrom: 'computed' as const } : {}),
    sdk: inferred.id,
    provider: '',
    context: { kind: 'opaque' },
    fallback: null,
  };
  interpreter.origins.set(evaluation, { ...place, form: null, sdk: null });
  if (isFlag && (found.flag !== null || place.node !== node) && isAskedByName(evaluation, node, place.node))
    interpreter.note(place.node, evaluation);
  return evaluation;
}

/** A parameter of a function that is handed on: nobody calls it by a name with a key. */
function isOfCallback(key: Argument | null): boolean {
  const binding = key?.node.type === 'Identifier' ? key.module.binding(key.node) : null;
  const parent = binding?.kind === 'parameter' ? key?.module.parent(binding.owner) : null;
  return parent?.type === 'CallExpression' && parent.callee !== (binding?.kind === 'parameter' ? binding.owner : null);
}

/** A call of a check that says nothing by its code: an interface's method, or a body that cannot be read to its end. */
export function checkCall(callee: Extract<Meaning, { kind: 'code' }>, result: Meaning | null, at: At): Meaning | null {
  const { node, module, interpreter } = at;
  const name = calledName(node);
  if (name === null) return null;
  const key = isFunction(callee.node) && callee.node.body !== null ? bodyKey(callee, at) : signatureKey(callee, at);
  if (key === null) return null;
  const evaluation = inferredEvaluation(key, null, node, module, interpreter);
  if (evaluation.flag === null || isNegated(name) || /Variant$/.test(name) || saysYes(callee.node, callee.module)) return null;
  if (result?.kind === 'promise' || isAsync(callee)) return { kind: 'promise', of: resultOf(evaluation, 'value', inferred) };
  return resultOf(evaluation, 'value', inferred);
}

function calledName(node: At['node']): string | null {
  const callee = unwrap(node.callee);
  return callee.type === 'Identifier' ? callee.name : keyName(callee);
}

/** The key of a check with a body: where its first lookup takes it from. */
function bodyKey(callee: Extract<Meaning, { kind: 'code' }>, { node, module, frame, interpreter }: At): Argument | null {
  const check = checksOf(callee.module).byFunction.get(callee.node);
  const [lookup] = check?.lookups.values() ?? [];
  const from = lookup?.key ?? check?.handsOn ?? null;
  if (from === null || !isFunction(callee.node) || !isOpaqueCheck(callee.node, callee.module)) return null;
  const inside: Frame = { owner: callee.node, args: node.arguments, call: node, module, outer: frame, depth: (frame?.depth ?? 0) + 1 };
  return keyArgument(from, callee.module, inside, interpreter);
}

/** A function that may answer yes for another reason than the flag. */
function saysYes(fn: Node, module: Module): boolean {
  return module.nodes('ReturnStatement').some(({ argument, start, end }) => {
    return start >= fn.start && end <= fn.end && argument?.type === 'Literal' && argument.value === true;
  });
}

/** A function whose very name is of one flag: what it returns is the flag's value, however it came by it. */
function isOpaqueCheck(fn: Node, module: Module): boolean {
  const name = isFunction(fn) ? (functionName(fn, module)?.split('.').at(-1) ?? '') : '';
  const words = wordsOf(name);
  return isCheckName(name) && (words.includes('flag') || words.includes('featureflag'));
}

/** The key of a check that is only declared: `isEnabled(name: Key): boolean` of something called like flags. */
function signatureKey(callee: Extract<Meaning, { kind: 'code' }>, { node, module, frame }: At): Argument | null {
  const name = calledName(node) ?? '';
  const signature = signatureOf(callee.node);
  const isVariant = /^get\w*Variant$/.test(name);
  if (signature === null || !(isVariant || isBoolean(signature.returns))) return null;
  const receiver = unwrap(node.callee).type === 'MemberExpression' ? receiverName(node) : null;
  const owners = [receiver, declaredIn(callee.node, callee.module)].filter((one) => one !== null);
  if (!isCheckName(name) && !(isMemberCheckName(name) && owners.some(isFlagOwner))) return null;
  const at = signature.params.findIndex((one) => {
    const words = one.type === 'Identifier' ? wordsOf(one.name) : [];
    const isKey = words.some((word) => keyNames.has(word) || /^(?:flag|feature|toggle|experiment|exp|gate)s?$/.test(word));
    return isKey && one.type === 'Identifier' && !isObjectType(one.typeAnnotation?.typeAnnotation ?? null);
  });
  const argument = at < 0 ? undefined : node.arguments[at];
  return argument === undefined ? null : argumentOf(argument, module, frame);
}

interface Signature {
  readonly params: readonly Node[];
  readonly returns: Node | null;
}

function signatureOf(node: Node): Signature | null {
  if (node.type === 'TSMethodSignature' || node.type === 'TSFunctionType')
    return { params: node.params, returns: node.returnType?.typeAnnotation ?? null };
  if (isFunction(node) && node.body === null) return { params: node.params, returns: node.returnType?.typeAnnotation ?? null };
  return null;
}

function isBoolean(type: Node | null): boolean {
  if (type === null) return false;
  if (type.type === 'TSBooleanKeyword') return true;
  if (type.type === 'TSUnionType')
    return type.types.some(isBoolean) && type.types.every((one) => isBoolean(one) || /Undefined|Null/.test(one.type));
  const isPromise = type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && type.typeName.name === 'Promise';
  const inner = isPromise ? type.typeArguments?.params[0] : undefined;
  return inner !== undefined && isBoolean(inner);
}

function isObjectType(type: Node | null): boolean {
  return type !== null && /^TS(?:TypeLiteral|Array|Number|Boolean|Function|Object)/.test(type.type);
}

function receiverName(node: At['node']): string | null {
  const callee = unwrap(node.callee);
  const owner = callee.type === 'MemberExpression' ? unwrap(callee.object) : null;
  return owner === null ? null : owner.type === 'Identifier' ? owner.name : keyName(owner);
}

/** The interface or type a signature is declared in. */
function declaredIn(node: Node, module: Module): string | null {
  for (let up: Node | null = node; up !== null; up = module.parent(up)) {
    if (up.type === 'TSInterfaceDeclaration' || up.type === 'TSTypeAliasDeclaration') return up.id.name;
    if (up.type === 'ClassDeclaration') return up.id?.name ?? null;
  }
  return null;
}

function isAsync(callee: Extract<Meaning, { kind: 'code' }>): boolean {
  const { node } = callee;
  if (isFunction(node) && node.async) return true;
  const returns = signatureOf(node)?.returns ?? null;
  return returns?.type === 'TSTypeReference';
}
