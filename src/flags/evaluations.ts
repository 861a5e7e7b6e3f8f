/**
 * Every place of a file where a flag is evaluated: SDK calls, flag components, entries of a record of all flags, and
 * calls of wrappers that are given the key.
 * Invariant: a call is only looked into where its name or its arguments say that it may evaluate a flag.
 */
import { keyName, unwrap } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import { evaluatingNames } from './catalogue.ts';
import { componentEvaluation } from './components.ts';
import type { Facts } from './facts.ts';
import type { Interpreter } from './interpreter.ts';
import type { Meaning } from './meaning.ts';
import type { EvaluationSite } from './sites.ts';
import type { Evaluation } from './types.ts';

const wrapperName = /flag|feature|toggle|gate|rollout|variant|experiment|enabled|^is[A-Z]|^use[A-Z]|^has[A-Z]|^should[A-Z]|^can[A-Z]/i;

/** Everything in a module that evaluates a flag, in source order. */
export function sitesIn(module: Module, interpreter: Interpreter): EvaluationSite[] {
  const found = new Map<string, EvaluationSite>();
  const add = (evaluation: Evaluation | null, place: Node) => {
    if (evaluation === null || evaluation.location.file !== module.path) return;
    const { line, column } = evaluation.location;
    found.set(`${line}:${column} ${evaluation.flag ?? ''}`, siteOf(evaluation, place, module, interpreter));
  };
  for (const call of module.nodes('CallExpression')) {
    if (!mayEvaluate(call, interpreter)) continue;
    for (const one of evaluationsOf(interpreter.read(call, module, null))) add(one, call);
    add(interpreter.evaluated.get(call) ?? null, call);
  }
  for (const member of module.nodes('MemberExpression')) {
    const meaning = isRecordAccess(member) ? interpreter.read(member, module, null) : null;
    if (meaning?.kind === 'text') add(meaning.evaluation, member);
  }
  for (const element of module.nodes('JSXElement')) add(componentEvaluation(element, module, interpreter), element);
  const place = ({ evaluation: { location } }: EvaluationSite) => location;
  return [...found.values()].sort((a, b) => place(a).line - place(b).line || place(a).column - place(b).column);
}

function siteOf(evaluation: Evaluation, place: Node, module: Module, interpreter: Interpreter): EvaluationSite {
  const { node = place, form = null, sdk = null } = interpreter.origins.get(evaluation) ?? {};
  const isPromise = node.type === 'CallExpression' && interpreter.read(node, module, null)?.kind === 'promise';
  return { node, evaluation, form, sdk, isPromise };
}

function mayEvaluate(call: Extract<Node, { type: 'CallExpression' }>, interpreter: Interpreter): boolean {
  const callee = unwrap(call.callee);
  const name = callee.type === 'Identifier' ? callee.name : keyName(callee);
  if (name === null) return false;
  if (evaluatingNames.has(name)) return true;
  if (interpreter.evaluators.some((one) => one.call === name || one.call.endsWith(`.${name}`))) return true;
  return (
    wrapperName.test(name) &&
    call.arguments.some((one) => one.type === 'Literal' || one.type === 'MemberExpression' || one.type === 'Identifier')
  );
}

/** `features['key']`, `all.key`: only where something is called, compared or named like a record of flags. */
function isRecordAccess(member: Extract<Node, { type: 'MemberExpression' }>): boolean {
  const owner = unwrap(member.object);
  const name = owner.type === 'Identifier' ? owner.name : owner.type === 'CallExpression' ? 'flags' : keyName(owner);
  return name !== null && /flag|feature|variant|toggle|^all/i.test(name);
}

/** The evaluations a meaning rests on. */
export function evaluationsOf(meaning: Meaning | null): Evaluation[] {
  switch (meaning?.kind) {
    case 'promise':
      return evaluationsOf(meaning.of);
    case 'details':
      return evaluationsOf(meaning.value);
    case 'text':
    case 'chain':
      return [meaning.evaluation];
    case 'truth':
      return [meaning.whenTrue, meaning.whenFalse].flatMap((facts: Facts) => (facts === 'never' ? [] : facts.map((one) => one.evaluation)));
    default:
      return [];
  }
}
