/**
 * What names, members and `this` mean for flags. Part of the interpreter.
 */
import { enclosingClass } from '../code/functions.ts';
import { isFunction, keyName } from '../code/syntax.ts';
import type { Binding, Module, Node } from '../code/types.ts';
import { exportOf, memberOf, type Origin, originOf } from '../code/values.ts';
import { applyFunction } from './calls.ts';
import { sdkOf, sdks } from './catalogue.ts';
import { coalesce } from './facts.ts';
import { argumentOf, type Interpreter, memberName } from './interpreter.ts';
import { asTruth, type Frame, joinMeanings, type Meaning, nothing } from './meaning.ts';
import { givenMeaning, isReassigned, memberOfAlternatives, propMeaning } from './parameters.ts';
import type { Evaluation } from './types.ts';

type ClassNode = Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>;

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
  return binding.kind === 'type' ? null : { kind: 'code', node: binding.node, module, frame };
}

/** What a place that a name was followed to means. */
export function originMeaning(origin: Origin | null, interpreter: Interpreter): Meaning | null {
  if (origin === null) return null;
  if (origin.kind === 'package') {
    const path = [origin.imported, ...origin.path].filter((name) => name !== 'default' && name !== '*');
    return { kind: 'package', source: origin.source, path };
  }
  const { node, module } = origin;
  const isDeclaration =
    isFunction(node) || node.type === 'ClassDeclaration' || node.type === 'TSEnumDeclaration' || node.type === 'Program';
  return isDeclaration ? { kind: 'code', node, module, frame: null } : interpreter.read(node, module, null);
}

function variableMeaning(
  binding: Extract<Binding, { kind: 'variable' }>,
  module: Module,
  frame: Frame | null,
  interpreter: Interpreter,
): Meaning | null {
  const { writes, path } = binding;
  if (writes.length === 0 || writes.includes(null)) return fromAnnotation(binding.annotation, module, interpreter);
  const values = (writes as readonly Node[]).map((write) => interpreter.read(write, module, frame));
  if (!isInitialised(binding, module)) values.push(nothing);
  const whole = joinMeanings(values) ?? fromAnnotation(binding.annotation, module, interpreter);
  return withDefault(throughPath(whole, path, interpreter), binding.node, module, frame, interpreter);
}

function isInitialised(binding: Extract<Binding, { kind: 'variable' }>, module: Module): boolean {
  for (let up: Node | null = binding.node; up !== null; up = module.parent(up)) {
    if (up.type === 'VariableDeclarator') return up.init !== null;
  }
  return false;
}

function throughPath(start: Meaning | null, path: readonly string[], interpreter: Interpreter): Meaning | null {
  let meaning = start;
  for (const name of path) meaning = meaning === null ? null : memberOfMeaning(meaning, name, interpreter);
  return meaning;
}

/** `const { a = b } = x`: b where x.a is undefined. */
function withDefault(meaning: Meaning | null, name: Node, module: Module, frame: Frame | null, interpreter: Interpreter): Meaning | null {
  const parent = module.parent(name);
  if (parent?.type !== 'AssignmentPattern' || parent.left !== name || meaning === null) return meaning;
  if (meaning.kind !== 'truth' && meaning.kind !== 'alternatives' && meaning !== nothing) return meaning;
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
    const given = throughPath(interpreter.read(argument, owner.module, owner.outer), binding.path, interpreter);
    if (given !== null) return withDefault(given, binding.node, module, frame, interpreter);
  }
  const last = binding.path.at(-1);
  const annotated = throughPath(fromAnnotation(binding.annotation, module, interpreter), binding.path, interpreter);
  const known = annotated ?? resolvedValue(binding, module, interpreter) ?? (last === undefined ? null : handed(last, module));
  const isType = known?.kind === 'code' && known.node.type.startsWith('TS');
  if ((known !== null && !isType) || owner !== null) return known;
  const given = throughPath(givenMeaning(binding, module, interpreter), binding.path, interpreter);
  if (known !== null) return given === null ? known : { kind: 'given', declared: known, by: given };
  return withDefault(given, binding.node, module, frame, interpreter);
}

/** `evaluation.then((on) => …)`: what the promise gives. */
function resolvedValue(binding: Extract<Binding, { kind: 'parameter' }>, module: Module, interpreter: Interpreter): Meaning | null {
  const call = module.parent(binding.owner);
  if (binding.index !== 0 || call?.type !== 'CallExpression' || call.arguments[0] !== binding.owner) return null;
  if (call.callee.type !== 'MemberExpression' || keyName(call.callee) !== 'then') return null;
  const promise = interpreter.read(call.callee.object, module, null);
  return promise?.kind === 'promise' ? throughPath(promise.of, binding.path, interpreter) : null;
}

/** A client a framework hands over: `req.featureflow`, the prop `featureflow` of a component. */
function handed(name: string, module: Module): Meaning | null {
  const candidates = sdks.filter((sdk) => sdk.handedAs.includes(name));
  const imported = candidates.find((sdk) => sdk.packages.some((one) => module.imports.includes(one)));
  const sdk = imported ?? (name === 'featureflow' ? candidates[0] : undefined);
  if (sdk === undefined) return null;
  if (name === 'featureflow') return { kind: 'client', sdk };
  const template = {
    flag: null,
    keyFrom: 'computed' as const,
    sdk: sdk.id,
    provider: sdk.provider,
    location: { file: module.path, ...module.span(module.program) },
    context: { kind: 'opaque' as const },
    fallback: sdk.onFailure,
  };
  return { kind: 'record', sdk, template };
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
  const owner = interpreter.read(node.object, module, frame);
  if (owner?.kind === 'record') return recordEntry(owner, name, node, module, frame, interpreter);
  if (owner !== null) return memberOfMeaning(owner, name, interpreter);
  const isParameter = node.object.type === 'Identifier' && module.binding(node.object)?.kind === 'parameter';
  return isParameter || (node.object.type === 'MemberExpression' && keyName(node.object) === 'props') ? handed(name, module) : null;
}

function recordEntry(
  record: Extract<Meaning, { kind: 'record' }>,
  name: string,
  node: Extract<Node, { type: 'MemberExpression' }>,
  module: Module,
  frame: Frame | null,
  interpreter: Interpreter,
): Meaning {
  const call = node.computed ? argumentOf(node.property, module, frame).call : null;
  const at = call ?? { node, module };
  const location = { file: at.module.path, ...at.module.span(at.node) };
  const evaluation: Evaluation = { ...record.template, flag: name, keyFrom: 'text', location };
  interpreter.origins.set(evaluation, { ...at, form: null, sdk: record.sdk });
  return {
    kind: 'text',
    evaluation,
    isOnOff: record.sdk.isOnOff,
    isMaybe: false,
  };
}

/** What a member of a value means. */
export function memberOfMeaning(owner: Meaning, name: string, interpreter: Interpreter): Meaning | null {
  switch (owner.kind) {
    case 'package':
      return { ...owner, path: [...owner.path, name].filter((one) => one !== 'default') };
    case 'details':
      return name === 'value' ? owner.value : null;
    case 'record':
      return { kind: 'text', evaluation: { ...owner.template, flag: name, keyFrom: 'text' }, isOnOff: owner.sdk.isOnOff, isMaybe: false };
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

/** What a property that a type declares means, by its own type. */
function typedMember(members: readonly Node[], name: string, module: Module, interpreter: Interpreter): Meaning | null {
  const member = members.find((one) => one.type === 'TSPropertySignature' && keyName(one) === name);
  return member?.type === 'TSPropertySignature' ? fromAnnotation(member.typeAnnotation?.typeAnnotation ?? null, module, interpreter) : null;
}

function instanceMember(
  node: Node,
  name: string,
  module: Module,
  frame: Frame | null,
  interpreter: Interpreter,
  depth: number,
): Meaning | null {
  if ((node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') || depth > 5) return null;
  for (const member of node.body.body) {
    if (!('key' in member) || keyName(member) !== name) continue;
    if (member.type === 'MethodDefinition') {
      const method: Meaning = { kind: 'code', node: member.value, module, frame };
      return member.kind === 'get' ? applyFunction(method, [], member, module, frame, interpreter) : method;
    }
    if (member.type !== 'PropertyDefinition' && member.type !== 'AccessorProperty') continue;
    const annotation = member.typeAnnotation?.typeAnnotation ?? null;
    const writes = assignmentsTo(node, name, module);
    const values = [...(member.value === null ? [] : [member.value]), ...writes].map((value) => interpreter.read(value, module, null));
    return (values.length === 0 ? null : joinMeanings(values)) ?? fromAnnotation(annotation, module, interpreter);
  }
  const injected = constructorParameter(node, name);
  if (injected !== null) return fromAnnotation(injected, module, interpreter);
  const writes = assignmentsTo(node, name, module).map((value) => interpreter.read(value, module, null));
  if (writes.length > 0) return joinMeanings(writes);
  const parent = node.superClass === null ? null : originOf(node.superClass, module, interpreter.modules);
  return parent?.kind === 'local' ? instanceMember(parent.node, name, parent.module, null, interpreter, depth + 1) : null;
}

/** The type of `constructor(private readonly name: Type)`. */
function constructorParameter(node: ClassNode, name: string): Node | null {
  for (const member of node.body.body) {
    if (member.type !== 'MethodDefinition' || member.kind !== 'constructor') continue;
    for (const parameter of member.value.params) {
      if (parameter.type !== 'TSParameterProperty') continue;
      const target = parameter.parameter.type === 'AssignmentPattern' ? parameter.parameter.left : parameter.parameter;
      if (target.type === 'Identifier' && target.name === name) return target.typeAnnotation?.typeAnnotation ?? null;
    }
  }
  return null;
}

/** Everything a class assigns to `this.name`. */
function assignmentsTo(owner: ClassNode, name: string, module: Module): Node[] {
  return module
    .nodes('AssignmentExpression')
    .filter(
      ({ left, start, end }) =>
        start >= owner.start &&
        end <= owner.end &&
        left.type === 'MemberExpression' &&
        left.object.type === 'ThisExpression' &&
        keyName(left) === name,
    )
    .map(({ right }) => right);
}

/** A client or an instance by its declared type. */
function fromAnnotation(annotation: Node | null, module: Module, interpreter: Interpreter, depth = 0): Meaning | null {
  if (annotation === null || depth > 5) return null;
  if (annotation.type === 'TSUnionType') {
    for (const type of annotation.types) {
      const found = fromAnnotation(type, module, interpreter, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }
  if (annotation.type === 'TSTypeLiteral' || annotation.type === 'TSInterfaceDeclaration')
    return { kind: 'code', node: annotation, module, frame: null };
  if (annotation.type === 'TSTypeAliasDeclaration') return fromAnnotation(annotation.typeAnnotation, module, interpreter, depth + 1);
  if (annotation.type !== 'TSTypeReference') return null;
  const { typeName } = annotation;
  const isQualified = typeName.type === 'TSQualifiedName';
  const base = isQualified ? typeName.left : typeName;
  const origin = base.type === 'Identifier' ? originOf(base, module, interpreter.modules) : null;
  if (origin?.kind === 'package') {
    const sdk = sdkOf(origin.source);
    const name = isQualified ? typeName.right.name : origin.imported;
    return sdk?.types.includes(name === 'default' ? 'Featureflow' : name) ? { kind: 'client', sdk } : null;
  }
  if (origin === null || isQualified) return null;
  if (origin.node.type === 'ClassDeclaration') return { kind: 'instance', node: origin.node, module: origin.module, frame: null };
  return fromAnnotation(origin.node, origin.module, interpreter, depth + 1);
}
