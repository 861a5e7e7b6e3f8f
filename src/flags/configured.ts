/**
 * Evaluators that a repository names in its config: `flags.enabled('key')`, `isEnabled('key')`.
 */
import { keyName, unwrap } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import { originOf } from '../code/values.ts';
import type { EvaluatorConfig } from '../config/types.ts';
import { contextAt, keyOf } from './evaluation.ts';
import type { Interpreter } from './interpreter.ts';
import { type Frame, flagTruth, type Meaning } from './meaning.ts';
import { argumentAt } from './places.ts';
import type { Evaluation } from './types.ts';

type Call = Extract<Node, { type: 'CallExpression' | 'NewExpression' }>;

/** The meaning of a call of a configured evaluator; null: it is none. Awaiting its result changes nothing. */
export function configuredEvaluation(node: Call, module: Module, frame: Frame | null, interpreter: Interpreter): Meaning | null {
  const evaluator =
    interpreter.evaluators.length === 0 ? undefined : interpreter.evaluators.find((one) => isCallOf(one, node, module, interpreter));
  if (evaluator === undefined) return null;
  const { modules } = interpreter;
  const { place, ...key } =
    evaluator.flag === undefined
      ? keyOf(argumentAt(evaluator.key ?? 0, node.arguments, module, frame, modules), 'raw', node, module, interpreter)
      : { flag: evaluator.flag, keyFrom: 'text' as const, location: { file: module.path, ...module.span(node) }, place: { node, module } };
  const evaluation: Evaluation = {
    ...key,
    sdk: 'config',
    provider: '',
    context:
      evaluator.context === undefined
        ? { kind: 'opaque' }
        : contextAt(evaluator.context, false, node.arguments, module, frame, interpreter),
    fallback: null,
  };
  interpreter.origins.set(evaluation, { ...place, form: null, sdk: null });
  if (frame === null) interpreter.note(node, evaluation);
  else if (evaluation.flag !== null) interpreter.note(place.node, evaluation);
  return flagTruth(evaluation);
}

function isCallOf(evaluator: EvaluatorConfig, node: Call, module: Module, interpreter: Interpreter): boolean {
  const callee = unwrap(node.callee);
  const written = dotted(callee);
  if (written === null) return false;
  const isNamed = written === evaluator.call || written.endsWith(`.${evaluator.call}`);
  if (evaluator.from === undefined) return isNamed;
  let root = callee;
  while (root.type === 'MemberExpression') root = unwrap(root.object);
  const binding = root.type === 'Identifier' ? module.binding(root) : null;
  if (binding?.kind !== 'import') return false;
  const members = written.split('.').slice(1);
  const real = [binding.imported, ...members].filter((name) => name !== 'default' && name !== '*').join('.');
  if (!isNamed && real !== evaluator.call) return false;
  return comesFrom(evaluator.from, binding.source, root, module, interpreter);
}

/** Whether an import is the configured source: as written, the same file, or the package it ends at. */
function comesFrom(from: string, source: string, root: Node, module: Module, interpreter: Interpreter): boolean {
  if (source === from) return true;
  const path = interpreter.modules.resolve(source, module.path);
  if (path !== null && (path === from || path.replace(/\.[cm]?[jt]sx?$/, '') === from.replace(/^\.\//, '').replace(/\.[cm]?[jt]sx?$/, '')))
    return true;
  const origin = originOf(root, module, interpreter.modules);
  return origin?.kind === 'package' ? origin.source === from : origin?.module.path === from;
}

function dotted(node: Node): string | null {
  const names: string[] = [];
  let current = node;
  while (current.type === 'MemberExpression') {
    const name = keyName(current);
    if (name === null) return null;
    names.unshift(name);
    current = unwrap(current.object);
  }
  if (current.type === 'ThisExpression') return ['this', ...names].join('.');
  return current.type === 'Identifier' ? [current.name, ...names].join('.') : null;
}
