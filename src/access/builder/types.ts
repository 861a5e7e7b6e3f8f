/**
 * Declared types of the receivers of queries: which library a variable, parameter or field belongs to.
 * Input: a receiver. Output: its annotation, and whether that or what it stands for matches.
 */
import { enclosingClass } from '../../code/functions.ts';
import { keyName } from '../../code/syntax.ts';
import type { Binding, Module, Modules, Node } from '../../code/types.ts';
import { originOf } from '../../code/values.ts';
import type { Source } from '../values.ts';

/** The declared type of a variable, parameter or field of the class. */
export function annotationOf(node: Node, module: Module): Node | null {
  if (node.type === 'Identifier') return annotated(module.binding(node));
  if (node.type !== 'MemberExpression' || node.object.type !== 'ThisExpression') return null;
  const name = keyName(node);
  const owner = enclosingClass(node, module);
  for (const member of owner?.body.body ?? [])
    if (member.type === 'PropertyDefinition' && keyName(member) === name && member.typeAnnotation) return member.typeAnnotation;
  for (const { parameter } of module.nodes('TSParameterProperty')) {
    const id = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
    if (id.type === 'Identifier' && id.name === name && owner && id.start >= owner.start && id.end <= owner.end)
      return id.typeAnnotation ?? null;
  }
  return null;
}

const annotated = (binding: Binding | null): Node | null =>
  binding?.kind === 'variable' || binding?.kind === 'parameter' ? binding.annotation : null;

/** Whether the declared type, or the alias of another file it leads to, is written with such a name. */
export function isTyped({ node, module }: Source, name: RegExp, modules: Modules): boolean {
  const annotation = annotationOf(node, module);
  if (!annotation) return false;
  if (name.test(textOf(annotation, module))) return true;
  return module.nodes('TSTypeReference').some(({ typeName, start, end }) => {
    if (start < annotation.start || end > annotation.end || typeName.type !== 'Identifier') return false;
    const origin = originOf(typeName, module, modules);
    return origin?.kind === 'local' && name.test(textOf(origin.node, origin.module));
  });
}

const textOf = (node: Node, module: Module): string => module.text.slice(node.start, Math.min(node.end, node.start + 300));
