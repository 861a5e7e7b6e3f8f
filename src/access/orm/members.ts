/**
 * Where a class says what one of its fields is: `this.users` → a constructor's parameter property, a declared field, an
 * assignment in the constructor. Input: a place inside the class and the field's name. Output: declarations, inherited ones last.
 */
import { enclosingClass, enclosingFunction } from '../../code/functions.ts';
import { keyName } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import type { Source } from '../values.ts';
import { type ClassNode, type ClassSource, lineageOf } from './decorators.ts';

/** One declaration of a field. */
export interface FieldDeclaration {
  /** What carries decorators: the member or the parameter. */
  readonly holder: Node;
  readonly annotation: Node | null;
  readonly value: Node | null;
  /** The class it stands in. */
  readonly owner: ClassSource;
}

const annotationOf = (node: Node): Node | null => {
  const written = 'typeAnnotation' in node ? (node.typeAnnotation as Node | null | undefined) : null;
  return written?.type === 'TSTypeAnnotation' ? (written.typeAnnotation as Node) : null;
};

/** The class whose `this` a place sees. */
export function ownerOf(at: Node, module: Module): ClassSource | null {
  const node = enclosingClass(at, module);
  return node ? { node, module } : null;
}

/** Declarations of `this.<name>` as seen from `at`. */
export function fieldDeclarations(at: Node, name: string, module: Module, modules: Modules): readonly FieldDeclaration[] {
  const owner = ownerOf(at, module);
  if (!owner) return [];
  return lineageOf(owner, modules).flatMap((one) => declarationsIn(one, name));
}

function declarationsIn(owner: ClassSource, name: string): FieldDeclaration[] {
  return owner.node.body.body.flatMap((member): FieldDeclaration[] => {
    if (member.type === 'PropertyDefinition' && keyName(member) === name)
      return [{ holder: member, annotation: annotationOf(member), value: member.value, owner }];
    if (member.type !== 'MethodDefinition' || member.kind !== 'constructor') return [];
    return [...parametersNamed(member.value.params, name, owner), ...assignedIn(owner, member.value, name)];
  });
}

function parametersNamed(params: readonly Node[], name: string, owner: ClassSource): FieldDeclaration[] {
  return params.flatMap((parameter) => {
    if (parameter.type !== 'TSParameterProperty') return [];
    const { parameter: inner } = parameter;
    const target = inner.type === 'AssignmentPattern' ? inner.left : inner;
    if (target.type !== 'Identifier' || target.name !== name) return [];
    return [{ holder: parameter as Node, annotation: annotationOf(target), value: null, owner }];
  });
}

/** `this.users = users` in a constructor. */
function assignedIn(owner: ClassSource, body: Node, name: string): FieldDeclaration[] {
  return owner.module.nodes('AssignmentExpression').flatMap((assignment) => {
    const { left, right } = assignment;
    const isHere = assignment.start >= body.start && assignment.end <= body.end;
    if (!isHere || left.type !== 'MemberExpression' || left.object.type !== 'ThisExpression' || keyName(left) !== name) return [];
    return [{ holder: left as Node, annotation: null, value: right as Node, owner }];
  });
}

/** The class whose own method `this` stands in: not a callback's `function`, nor a nested object's method. */
export function thisClass(node: Node, module: Module): ClassNode | null {
  let around = enclosingFunction(node, module);
  while (around?.type === 'ArrowFunctionExpression') around = enclosingFunction(around, module);
  const holder = around ? module.parent(around) : null;
  if (around && holder?.type !== 'MethodDefinition') return null;
  const owner = enclosingClass(node, module);
  if (holder?.type === 'MethodDefinition' && holder.static) return null;
  return owner;
}

/** What a source's parameter of a function is annotated with. */
export function annotationAt(identifier: Source): Node | null {
  const binding = identifier.module.binding(identifier.node);
  return binding?.kind === 'parameter' || binding?.kind === 'variable' ? (binding.path.length === 0 ? binding.annotation : null) : null;
}
