/**
 * What members of classes and values of declared types mean for flags. Part of the interpreter.
 */
import { isFunction, keyName } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import { originOf } from '../code/values.ts';
import { applyFunction } from './calls.ts';
import { globalTypes, receiverOf, sdkOf } from './catalogue.ts';
import { environmentType } from './environment.ts';
import type { Interpreter } from './interpreter.ts';
import { type Frame, joinMeanings, type Meaning } from './meaning.ts';

type ClassNode = Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>;

/** What a member that a type declares means: a property by its own type, a method by its signature. */
export function typedMember(members: readonly Node[], name: string, module: Module, interpreter: Interpreter): Meaning | null {
  const member = members.find((one) => keyName(one) === name);
  if (member?.type === 'TSMethodSignature') return { kind: 'code', node: member, module, frame: null };
  return member?.type === 'TSPropertySignature' ? fromAnnotation(member.typeAnnotation?.typeAnnotation ?? null, module, interpreter) : null;
}

export function instanceMember(
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
export function fromAnnotation(annotation: Node | null, module: Module, interpreter: Interpreter, depth = 0): Meaning | null {
  if (annotation === null || depth > 5) return null;
  if (annotation.type === 'TSUnionType') {
    for (const type of annotation.types) {
      const found = fromAnnotation(type, module, interpreter, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }
  if (annotation.type === 'TSTypeLiteral' || annotation.type === 'TSInterfaceDeclaration' || annotation.type === 'TSFunctionType')
    return { kind: 'code', node: annotation, module, frame: null };
  if (annotation.type === 'TSTypeAliasDeclaration') return fromAnnotation(annotation.typeAnnotation, module, interpreter, depth + 1);
  if (annotation.type !== 'TSTypeReference') return null;
  const { typeName } = annotation;
  if (typeName.type === 'ThisExpression') return null;
  const isQualified = typeName.type === 'TSQualifiedName';
  const base = isQualified ? typeName.left : typeName;
  if (base.type !== 'Identifier') return null;
  if (base.name === 'ReturnType') return returnedBy(annotation.typeArguments?.params[0] ?? null, module, interpreter, depth);
  const [whole] = transparentTypes.has(base.name) ? (annotation.typeArguments?.params ?? []) : [];
  if (whole !== undefined) return fromAnnotation(whole, module, interpreter, depth + 1);
  const origin = originOf(base, module, interpreter.modules);
  if (origin?.kind === 'package') return packageType(origin.source, isQualified ? typeName.right.name : origin.imported);
  if (origin === null) return isQualified && module.binding(base) === null ? globalType(`${base.name}.${typeName.right.name}`) : null;
  if (isQualified) return null;
  if (origin.node.type === 'ClassDeclaration') return { kind: 'instance', node: origin.node, module: origin.module, frame: null };
  return fromAnnotation(origin.node, origin.module, interpreter, depth + 1);
}

/** `ReturnType<typeof useEvaluator>`: what the function is declared to give. */
function returnedBy(type: Node | null, module: Module, interpreter: Interpreter, depth: number): Meaning | null {
  if (type?.type !== 'TSTypeQuery' || type.exprName.type !== 'Identifier') return null;
  const origin = originOf(type.exprName, module, interpreter.modules);
  if (origin?.kind !== 'local' || !isFunction(origin.node)) return null;
  return fromAnnotation(origin.node.returnType?.typeAnnotation ?? null, origin.module, interpreter, depth + 1);
}

/** Types that have the members of their first argument, or some of them. */
const transparentTypes: ReadonlySet<string> = new Set(['Pick', 'Omit', 'Partial', 'Required', 'Readonly', 'NonNullable', 'Promise']);

/** A class that is asked for by its name: `inject(Service)`. */
export function typeMeaning(name: Node, module: Module, interpreter: Interpreter): Meaning | null {
  const origin = originOf(name, module, interpreter.modules);
  if (origin?.kind === 'package') return packageType(origin.source, origin.path.at(-1) ?? origin.imported);
  if (origin?.node.type !== 'ClassDeclaration') return null;
  return { kind: 'instance', node: origin.node, module: origin.module, frame: null };
}

function packageType(source: string, name: string): Meaning | null {
  const ambient = environmentType(source, name);
  if (ambient !== null) return ambient;
  const sdk = sdkOf(source);
  const receiver = sdk === null ? undefined : receiverOf(sdk, name);
  return sdk === null || receiver === undefined ? null : { kind: 'client', sdk, receiver, context: null };
}

function globalType(name: string): Meaning | null {
  const sdk = globalTypes.get(name);
  const receiver = sdk === undefined ? undefined : receiverOf(sdk, name);
  return sdk === undefined || receiver === undefined ? null : { kind: 'client', sdk, receiver, context: null };
}
