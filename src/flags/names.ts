/**
 * What names, members and `this` mean for flags. Part of the interpreter.
 */
import { enclosingClass } from '../code/functions.ts';
import { isFunction, keyName } from '../code/syntax.ts';
import type { Binding, Module, Node } from '../code/types.ts';
import { exportOf, memberOf, type Origin, originOf } from '../code/values.ts';
import { handedAs, own, sdkOf } from './catalogue.ts';
import { childMeaning } from './components.ts';
import { decoratedMeaning } from './decorators.ts';
import { environmentMeaning, variableMeaning as environmentVariable, settingMeaning } from './environment.ts';
import { coalesce } from './facts.ts';
import { onNames } from './flag-names.ts';
import { lookupMeaning } from './inferred.ts';
import { fromAnnotation, instanceMember, typedMember } from './instances.ts';
import { argumentOf, type Interpreter, memberName } from './interpreter.ts';
import { asTruth, type Frame, joinMeanings, type Meaning, nothing, resultOf } from './meaning.ts';
import { givenMeaning, isReassigned, memberOfAlternatives, propMeaning } from './parameters.ts';
import { entryOf, exportedMeaning, type Place, receiverMember } from './sdk-calls.ts';
import type { Evaluation } from './types.ts';

/** What an identifier means where it stands. */
export function nameMeaning(
  node: Extract<Node, { type: 'Identifier' }>,
  module: Module,
  frame: Frame | null,
  interpreter: Interpreter,
): Meaning | null {
  const binding = module.binding(node);
  if (binding === null) return node.name === 'undefined' ? nothing : null;
  if (binding.kind === 'variable') return variableMeaning(binding, module, frame, interpreter);
  if (binding.kind === 'parameter') return parameterMeaning(binding, module, frame, interpreter);
  if (binding.kind === 'import') return originMeaning(originOf(node, module, interpreter.modules), interpreter);
  return binding.kind === 'type' ? null : { kind: 'code', node: implementationOf(binding.node, module), module, frame };
}

/** What a place that a name was followed to means. */
export function originMeaning(origin: Origin | null, interpreter: Interpreter): Meaning | null {
  if (origin === null) return null;
  if (origin.kind === 'package') return packageMeaning(origin.source, [origin.imported, ...origin.path]);
  const { module } = origin;
  const node = implementationOf(origin.node, module);
  const isDeclaration =
    isFunction(node) || node.type === 'ClassDeclaration' || node.type === 'TSEnumDeclaration' || node.type === 'Program';
  return isDeclaration ? { kind: 'code', node, module, frame: null } : interpreter.read(node, module, null);
}

/** The function behind its overloads. */
function implementationOf(node: Node, module: Module): Node {
  if (node.type !== ('TSDeclareFunction' as Node['type']) || !('id' in node)) return node;
  const name = (node as { readonly id: { readonly name: string } | null }).id?.name;
  const holder = (one: Node): Node | null => {
    const parent = module.parent(one);
    return parent?.type === 'ExportNamedDeclaration' ? module.parent(parent) : parent;
  };
  const same = module
    .nodes('FunctionDeclaration' as Node['type'])
    .find((one) => isFunction(one) && one.type !== 'ArrowFunctionExpression' && one.id?.name === name && holder(one) === holder(node));
  return same ?? node;
}

/** What a path of a package is: something of an SDK, or a name to be followed. */
function packageMeaning(source: string, names: readonly string[]): Meaning {
  const path = names.filter((name) => name !== 'default' && name !== '*');
  if (/^(?:node:)?process$/.test(source) && path.join() === 'env') return { kind: 'environment' };
  const sdk = sdkOf(source);
  const exported = sdk === null ? null : exportedMeaning(sdk, path.join('.'));
  return exported ?? { kind: 'package', source, path };
}

function variableMeaning(
  binding: Extract<Binding, { kind: 'variable' }>,
  module: Module,
  frame: Frame | null,
  interpreter: Interpreter,
): Meaning | null {
  const { writes, path } = binding;
  const looked = path.length > 0 && writes.length === 1 ? lookupMeaning(binding.node, module, frame, interpreter) : null;
  if (looked !== null) return withDefault(looked, binding.node, module, frame, interpreter);
  if (writes.length === 0 || writes.includes(null)) return fromAnnotation(binding.annotation, module, interpreter);
  const values = (writes as readonly Node[]).map((write) => interpreter.read(write, module, frame));
  if (!isInitialised(binding, module)) values.push(nothing);
  const whole = joinMeanings(values) ?? fromAnnotation(binding.annotation, module, interpreter);
  return withDefault(throughPath(whole, path, interpreter, { node: binding.node, module }), binding.node, module, frame, interpreter);
}

function isInitialised(binding: Extract<Binding, { kind: 'variable' }>, module: Module): boolean {
  for (let up: Node | null = binding.node; up !== null; up = module.parent(up)) {
    if (up.type === 'VariableDeclarator') return up.init !== null;
  }
  return false;
}

/** What destructuring gives; an entry of a bag is evaluated where it gets its name. */
function throughPath(start: Meaning | null, path: readonly string[], interpreter: Interpreter, place: Place | null = null): Meaning | null {
  let meaning = start;
  for (const name of path) {
    if (meaning === null) return null;
    if (meaning.kind === 'environment') meaning = place === null ? null : environmentVariable(name, place, interpreter);
    else
      meaning = meaning.kind === 'result' ? resultMember(meaning, name, place, interpreter) : memberOfMeaning(meaning, name, interpreter);
  }
  return meaning;
}

/** `const { a = b } = x`: b where x.a is undefined. */
function withDefault(meaning: Meaning | null, name: Node, module: Module, frame: Frame | null, interpreter: Interpreter): Meaning | null {
  const parent = module.parent(name);
  if (parent?.type !== 'AssignmentPattern' || parent.left !== name || meaning === null) return meaning;
  const isFlag = meaning.kind === 'truth' || meaning.kind === 'alternatives' || (meaning.kind === 'text' && meaning.isValue);
  if (!isFlag && meaning !== nothing) return meaning;
  return coalesce(asTruth(meaning), asTruth(interpreter.read(parent.right, module, frame)));
}

function parameterMeaning(
  binding: Extract<Binding, { kind: 'parameter' }>,
  module: Module,
  frame: Frame | null,
  interpreter: Interpreter,
): Meaning | null {
  if (isReassigned(binding, module)) return null;
  let owner = frame;
  while (owner !== null && owner.owner !== binding.owner) owner = owner.outer;
  const argument = owner?.args[binding.index];
  if (owner !== null && argument !== undefined && argument.type !== 'SpreadElement') {
    const given = throughPath(interpreter.read(argument, owner.module, owner.outer), binding.path, interpreter, {
      node: binding.node,
      module,
    });
    if (given !== null) return withDefault(given, binding.node, module, frame, interpreter);
  }
  const filled = decoratedMeaning(binding, module, interpreter) ?? childMeaning(binding, module, interpreter);
  if (filled !== null && owner === null) return throughPath(filled, binding.path, interpreter, { node: binding.node, module });
  const last = binding.path.at(-1);
  const annotation = binding.annotation ?? givenAnnotation(binding, module);
  const annotated = throughPath(fromAnnotation(annotation, module, interpreter), binding.path, interpreter);
  const known = annotated ?? resolvedValue(binding, module, interpreter) ?? (last === undefined ? null : handed(last, module, interpreter));
  const isType = known?.kind === 'code' && known.node.type.startsWith('TS');
  if ((known !== null && !isType) || owner !== null) return known;
  const given = throughPath(givenMeaning(binding, module, interpreter), binding.path, interpreter);
  if (known !== null) return given === null ? known : { kind: 'given', declared: known, by: given };
  return withDefault(given, binding.node, module, frame, interpreter);
}

/** The type of a parameter by the type of the constant that the function is the value of. */
function givenAnnotation({ owner, index }: Extract<Binding, { kind: 'parameter' }>, module: Module): Node | null {
  const holder = module.parent(owner);
  const type = holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id.typeAnnotation?.typeAnnotation : null;
  const parameter = type?.type === 'TSFunctionType' ? type.params[index] : undefined;
  return parameter?.type === 'Identifier' ? (parameter.typeAnnotation?.typeAnnotation ?? null) : null;
}

/** `evaluation.then((on) => …)`: what the promise gives. */
function resolvedValue(binding: Extract<Binding, { kind: 'parameter' }>, module: Module, interpreter: Interpreter): Meaning | null {
  const call = module.parent(binding.owner);
  if (binding.index !== 0 || call?.type !== 'CallExpression' || call.arguments[0] !== binding.owner) return null;
  if (call.callee.type !== 'MemberExpression' || keyName(call.callee) !== 'then') return null;
  const promise = interpreter.read(call.callee.object, module, null);
  return promise?.kind === 'promise' ? throughPath(promise.of, binding.path, interpreter) : null;
}

/** What a framework hands over: `req.featureflow`, the prop `features` of a component. */
function handed(name: string, module: Module, interpreter: Interpreter): Meaning | null {
  const candidates = handedAs(name);
  const imported = candidates.find(({ sdk }) => module.imports.some((source) => sdkOf(source) === sdk));
  const found = imported ?? candidates.find(({ sdk }) => sdk.handedAnywhere.includes(name));
  if (found === undefined) return null;
  const { sdk, shape } = found;
  const evaluation: Evaluation = {
    flag: null,
    keyFrom: 'computed',
    sdk: sdk.id,
    provider: sdk.provider,
    location: { file: module.path, ...module.span(module.program) },
    context: { kind: 'opaque' },
    fallback: sdk.onFailure,
  };
  interpreter.origins.set(evaluation, { node: module.program, module, form: null, sdk });
  const meaning = resultOf(evaluation, shape, sdk);
  return meaning.kind === 'client' ? { ...meaning, context: null } : meaning;
}

/** `this` in a method, field or constructor: an instance of its class. */
export function thisMeaning(node: Node, module: Module, frame: Frame | null): Meaning | null {
  const owner = enclosingClass(node, module);
  return owner === null ? null : { kind: 'instance', node: owner, module, frame };
}

/** What a member access means. */
export function memberMeaning(
  node: Extract<Node, { type: 'MemberExpression' }>,
  module: Module,
  frame: Frame | null,
  interpreter: Interpreter,
): Meaning | null {
  const name = memberName(node, module, frame, interpreter.modules);
  if (name === null) return null;
  const ambient = environmentMeaning(node, module);
  if (ambient !== null) return ambient;
  const owner = interpreter.read(node.object, module, frame);
  if (owner?.kind === 'environment') return environmentVariable(name, { node, module }, interpreter);
  if (owner?.kind === 'result') {
    const call = node.computed ? argumentOf(node.property, module, frame).call : null;
    return resultMember(owner, name, call ?? { node, module }, interpreter);
  }
  const setting = owner?.kind === 'instance' ? settingMeaning(owner, name, { node, module }, interpreter) : null;
  if (owner !== null) return setting ?? memberOfMeaning(owner, name, interpreter);
  const isParameter = node.object.type === 'Identifier' && module.binding(node.object)?.kind === 'parameter';
  return isParameter || (node.object.type === 'MemberExpression' && keyName(node.object) === 'props')
    ? handed(name, module, interpreter)
    : null;
}

/** A static member of a class that makes a client: `Unleash.getInstance`. */
function staticMember({ sdk, entry }: Extract<Meaning, { kind: 'callable' }>, name: string): Meaning | null {
  const path = Object.entries(sdk.exports).find(([, one]) => one === entry)?.[0];
  return path === undefined ? null : exportedMeaning(sdk, path === '' ? name : `${path}.${name}`);
}

/** What a property of an evaluation's result means; an entry of a bag is evaluated at the place it is taken out. */
function resultMember(
  owner: Extract<Meaning, { kind: 'result' }>,
  name: string,
  place: Place | null,
  interpreter: Interpreter,
): Meaning | null {
  const { shape, evaluation, sdk } = owner;
  if (typeof shape !== 'object') return null;
  if (shape.kind === 'bag') {
    const at = place ?? interpreter.origins.get(evaluation);
    return at === undefined || evaluation.flag !== null ? null : entryOf(owner, shape, name, at, interpreter);
  }
  const gives = shape.kind === 'object' ? own(shape.properties, name) : undefined;
  return gives === undefined ? null : resultOf(evaluation, gives, sdk);
}

/** What a member of a value means. */
export function memberOfMeaning(owner: Meaning, name: string, interpreter: Interpreter): Meaning | null {
  switch (owner.kind) {
    case 'package':
      return packageMeaning(owner.source, [...owner.path, name]);
    case 'environment':
      return null;
    case 'client':
      return receiverMember(owner, name);
    case 'callable':
      return owner.entry.kind === 'maker' ? staticMember(owner, name) : null;
    case 'result':
      return resultMember(owner, name, null, interpreter);
    case 'text':
      return owner.evaluation.sdk === 'inferred' && onNames.has(name) ? owner : null;
    case 'alternatives':
      return memberOfAlternatives(owner.of, (one) => memberOfMeaning(one, name, interpreter));
    case 'given':
      return memberOfMeaning(owner.declared, name, interpreter) ?? memberOfMeaning(owner.by, name, interpreter);
    case 'props':
      return propMeaning(owner, name, interpreter);
    case 'list':
      return owner.items[Number(name)] ?? null;
    case 'instance':
      return instanceMember(owner.node, name, owner.module, owner.frame, interpreter, 0);
    case 'code':
      return codeMember(owner, name, interpreter);
    default:
      return null;
  }
}

function codeMember(owner: Extract<Meaning, { kind: 'code' }>, name: string, interpreter: Interpreter): Meaning | null {
  if (owner.node.type === 'TSTypeLiteral') return typedMember(owner.node.members, name, owner.module, interpreter);
  if (owner.node.type === 'TSInterfaceDeclaration') return typedMember(owner.node.body.body, name, owner.module, interpreter);
  if (owner.node.type === 'Program') return originMeaning(exportOf(owner.module.path, name, interpreter.modules), interpreter);
  if (owner.node.type === 'ObjectExpression') {
    const own = owner.node.properties.findLast((one) => one.type === 'Property' && keyName(one) === name);
    const isLast =
      own !== undefined && !owner.node.properties.slice(owner.node.properties.indexOf(own)).some((one) => one.type === 'SpreadElement');
    const writes = memberWrites(owner.node, name, owner.module);
    if (writes === 'unknown') return null;
    const written = writes.map((one) => interpreter.read(one, owner.module, owner.frame));
    if (isLast && own.type === 'Property' && own.kind === 'init')
      return joinMeanings([interpreter.read(own.value, owner.module, owner.frame), ...written]);
    if (isBare(owner.node, name, owner.module)) return nothing;
    if (written.length > 0) return owner.node.properties.length === 0 ? joinMeanings([nothing, ...written]) : null;
  }
  const value = memberOf(owner, name, interpreter.modules);
  return value === null ? null : originMeaning({ kind: 'local', ...value }, interpreter);
}

/** An object literal without such a property that no name holds, so that none is added. */
function isBare(object: Extract<Node, { type: 'ObjectExpression' }>, name: string, module: Module): boolean {
  const parent = module.parent(object)?.type;
  if (parent === 'VariableDeclarator' || parent === 'AssignmentExpression') return false;
  return object.properties.every((one) => one.type === 'Property' && keyName(one) !== null && keyName(one) !== name);
}

/** What is assigned to a property of an object after it was made under a name. */
function memberWrites(object: Node, name: string, module: Module): readonly Node[] | 'unknown' {
  const holder = module.parent(object);
  if (holder?.type !== 'VariableDeclarator' || holder.id.type !== 'Identifier') return [];
  const writes: Node[] = [];
  for (const reference of module.references(holder.id)) {
    const member = module.parent(reference);
    if (member?.type !== 'MemberExpression' || member.object !== reference) continue;
    const parent = module.parent(member);
    const isTarget =
      (parent?.type === 'AssignmentExpression' && parent.left === member) ||
      parent?.type === 'UpdateExpression' ||
      (parent?.type === 'UnaryExpression' && parent.operator === 'delete');
    const key = keyName(member);
    if (!isTarget || (key !== null && key !== name)) continue;
    if (key === null || parent.type !== 'AssignmentExpression' || parent.operator !== '=') return 'unknown';
    writes.push(parent.right);
  }
  return writes;
}
