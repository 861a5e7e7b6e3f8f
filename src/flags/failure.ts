/**
 * What a place gets where the evaluation of its flag fails: the provider cannot be reached, or does not know the flag.
 * Input: a place, its module. Output: the flag's value there; null where it is not known for sure. Pure.
 * Invariant: a default counts only for a result that is this default, and only where no handler gives another one.
 */
import { keyName } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import type { CallForm, Shape } from './catalogue.ts';
import type { EvaluationSite } from './sites.ts';
import type { FlagValue } from './types.ts';

/** The value on failure that the place is sure to get. */
export function failureAt({ evaluation, form, node }: EvaluationSite, module: Module): FlagValue | null {
  if (evaluation.keyFrom === 'camel') return null;
  if (node.type === 'JSXElement') return evaluation.fallback;
  if (form === null || form.key === null || !givesItsDefault(form) || isHandled(node, module)) return null;
  return evaluation.fallback;
}

/** Whether the result of a failed evaluation is the default itself. An SDK's own default is that of a yes or no. */
const givesItsDefault = ({ gives, fallback }: CallForm): boolean =>
  fallback === null ? gives === 'truth' || gives === 'off' : isValue(gives);

const plain: ReadonlySet<Shape> = new Set<Shape>(['truth', 'off', 'maybe', 'text', 'value']);

/** The flag's value, a promise of it, or details of which nothing else is known. */
function isValue(shape: Shape): boolean {
  if (typeof shape !== 'object') return plain.has(shape);
  if (shape.kind === 'promise') return isValue(shape.of);
  if (shape.kind !== 'object' || Object.keys(shape.methods).length > 0) return false;
  return Object.entries(shape.properties).every(([name, of]) => name === 'value' && isValue(of));
}

/** `.catch(() => …)`, `.then(f, () => …)`: what the handler gives is not looked into. */
function isHandled(node: Node, module: Module): boolean {
  const member = module.parent(node);
  const call = member?.type === 'MemberExpression' && member.object === node ? module.parent(member) : null;
  if (member?.type !== 'MemberExpression' || call?.type !== 'CallExpression' || call.callee !== member) return false;
  return keyName(member) === 'catch' || (keyName(member) === 'then' && call.arguments.length > 1);
}
