/**
 * Every text an expression can be, where the code says them all: constants, both sides of a condition, what a loop or a
 * list callback runs over, a type that is a union of texts.
 * Input: an expression. Output: texts; null where there can be others.
 */
import { isFunction, keyName, unwrap } from '../code/syntax.ts';
import type { Binding, Module, Modules, Node } from '../code/types.ts';
import { textsOf } from './builder/texts.ts';
import type { Source } from './values.ts';

/** `for (const x of x)` leads back to itself. */
const MAX_DEPTH = 4;

/** The texts, each once; null where they are not all known. */
export function choicesOf(source: Source, modules: Modules, depth = 0): readonly string[] | null {
  if (depth > MAX_DEPTH) return null;
  const known = textsOf(source, modules);
  if (known.unknown.length === 0 && known.objects.length === 0 && known.texts.length > 0) return unique(known.texts.map((t) => t.text));
  const node = unwrap(source.node);
  const binding = node.type === 'Identifier' ? source.module.binding(node) : null;
  const over = binding ? runsOver(binding, source.module) : null;
  if (over) return choicesOf({ node: over, module: source.module }, modules, depth + 1);
  const annotation =
    binding && (binding.kind === 'parameter' || binding.kind === 'variable') && binding.path.length === 0 ? binding.annotation : null;
  return annotation ? unionOf(annotation) : null;
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

/** The list of `for (const x of list)` and of `list.forEach((x) => …)`. */
function runsOver(binding: Binding, module: Module): Node | null {
  if (binding.kind === 'variable') {
    for (let up: Node | null = binding.node, steps = 0; up && steps < 4; up = module.parent(up), steps++)
      if (up.type === 'ForOfStatement') return up.right;
    return null;
  }
  if (binding.kind !== 'parameter' || binding.index !== 0 || !isFunction(binding.owner)) return null;
  const call = module.parent(binding.owner);
  const callee = call?.type === 'CallExpression' && call.arguments[0] === binding.owner ? unwrap(call.callee) : null;
  return callee?.type === 'MemberExpression' && /^(?:forEach|map|flatMap|filter)$/.test(keyName(callee) ?? '') ? callee.object : null;
}

/** `'user' | 'team'`. */
function unionOf(annotation: Node): readonly string[] | null {
  const type = annotation.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : annotation;
  const parts = type.type === 'TSUnionType' ? type.types : [type];
  const texts = parts.flatMap((part) => {
    const literal = part.type === 'TSLiteralType' && part.literal.type === 'Literal' ? part.literal.value : null;
    return typeof literal === 'string' ? [literal] : [];
  });
  return texts.length === parts.length ? unique(texts) : null;
}
