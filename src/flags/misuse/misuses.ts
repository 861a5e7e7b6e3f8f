/**
 * What goes wrong with the evaluations of a module, whatever the flags serve. Part of the reader.
 * Input: the evaluations with their syntax. Output: misuses, in source order; those that need callers are made elsewhere.
 */
import { isFunction } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { evaluationsOf } from '../evaluations.ts';
import type { Interpreter } from '../interpreter.ts';
import type { EvaluationSite } from '../sites.ts';
import type { Evaluation, Misuse, MisusedEvaluation } from '../types.ts';
import { unstableKeyOf } from './bucketing.ts';
import { defaultOnAfter, registeredOn } from './default-on.ts';
import { frozenAt } from './frozen.ts';
import { unawaitedIn } from './unawaited.ts';

/** Every misuse in a module. */
export function misusesIn(module: Module, sites: readonly EvaluationSite[], interpreter: Interpreter): MisusedEvaluation[] {
  const found = [
    ...frozenIn(module, sites, interpreter),
    ...sites.flatMap((site) => atSite(site, module, interpreter)),
    ...registered(module, interpreter),
    ...unawaitedIn(module, interpreter),
  ];
  const keyOf = ({ evaluation, misuse }: MisusedEvaluation) =>
    `${misuse.kind} ${misuse.location.line}:${misuse.location.column} ${evaluation.flag ?? ''}`;
  return [...new Map(found.map((one) => [keyOf(one), one])).values()].sort(
    ({ misuse: { location: a } }, { misuse: { location: b } }) => a.line - b.line || a.column - b.column,
  );
}

function atSite({ node, evaluation }: EvaluationSite, module: Module, { modules }: Interpreter): MisusedEvaluation[] {
  const location = { file: module.path, ...module.span(node) };
  const isOn = evaluation.fallback === true || evaluation.fallback === 'on';
  const argument: Misuse | null = isOn ? { kind: 'default-on', how: 'argument', text: String(evaluation.fallback), location } : null;
  const misuses = [argument ?? defaultOnAfter(node, module), unstableKeyOf(node, evaluation.flag, module, modules)];
  return misuses.flatMap((misuse) => (misuse === null ? [] : [{ evaluation, misuse }]));
}

/** Evaluations that are asked once: where they stand, and where a wrapper around them is called. */
function frozenIn(module: Module, sites: readonly EvaluationSite[], interpreter: Interpreter): MisusedEvaluation[] {
  const direct = sites.filter(({ node }) => isAsked(node)).map(({ node, evaluation }) => ({ node, evaluation }));
  const wrapped = module.nodes('CallExpression').flatMap((node) => {
    if (!isOutsideFunctions(node, module) || sites.some((site) => site.node === node)) return [];
    return evaluationsOf(interpreter.read(node, module, null)).map((evaluation) => ({ node, evaluation }));
  });
  return [...direct, ...wrapped].flatMap(({ node, evaluation }) => {
    const frozen = frozenAt(node, module, interpreter.modules);
    return frozen === null
      ? []
      : [{ evaluation, misuse: { kind: 'frozen' as const, ...frozen, location: { file: module.path, ...module.span(node) } } }];
  });
}

/** Elements and decorators are asked when something renders or calls. */
const isAsked = (node: Node): boolean =>
  node.type === 'CallExpression' || node.type === 'MemberExpression' || node.type === 'NewExpression';

function isOutsideFunctions(node: Node, module: Module): boolean {
  for (let up = module.parent(node); up !== null; up = module.parent(up)) if (isFunction(up)) return false;
  return true;
}

function registered(module: Module, { modules }: Interpreter): MisusedEvaluation[] {
  return registeredOn(module, modules).map(({ flag, source, misuse }) => {
    const evaluation: Evaluation = {
      flag,
      keyFrom: 'text',
      sdk: source,
      provider: source,
      location: misuse.location,
      context: { kind: 'opaque' },
      fallback: true,
    };
    return { evaluation, misuse };
  });
}
