/**
 * Every place of a file where a flag is evaluated: SDK calls, flag components, entries of a record of all flags, and
 * calls of wrappers that are given the key.
 * Invariant: a call is only looked into where its name or its arguments say that it may evaluate a flag.
 */
import { type FunctionNode, isFunction, keyName, patternIdentifiers, unwrap, unwrapAwait } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import { originOf } from '../code/values.ts';
import { bulkNames, evaluatingNames, sdkOf } from './catalogue.ts';
import { componentEvaluation, elementMeaning } from './components.ts';
import { decoratorEvaluations } from './decorators.ts';
import type { Facts } from './facts.ts';
import type { Interpreter } from './interpreter.ts';
import { checksOf } from './lookups.ts';
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
  for (const call of module.nodes('CallExpression', 'NewExpression')) {
    if (!mayEvaluate(call, module, interpreter)) continue;
    for (const one of evaluationsOf(interpreter.read(call, module, null))) add(one, call);
    for (const one of interpreter.evaluated.get(call) ?? []) add(one, call);
  }
  const records = module.nodes('MemberExpression').filter((one) => isRecordAccess(one, module));
  const places = [...records, ...recordPatterns(module), ...checksOf(module).byLookup.keys(), ...variablesIn(module, interpreter)];
  for (const place of places) {
    for (const one of evaluationsOf(interpreter.read(place, module, null))) add(one, place);
  }
  for (const element of module.nodes('JSXElement')) add(componentEvaluation(element, module, interpreter), element);
  for (const decorator of module.nodes('Decorator')) {
    for (const one of decoratorEvaluations(decorator, module, interpreter)) add(one, decorator);
  }
  const place = ({ evaluation: { location } }: EvaluationSite) => location;
  return [...found.values()].sort((a, b) => place(a).line - place(b).line || place(a).column - place(b).column);
}

function siteOf(evaluation: Evaluation, place: Node, module: Module, interpreter: Interpreter): EvaluationSite {
  const { node = place, form = null, sdk = null } = interpreter.origins.get(evaluation) ?? {};
  const meaning = meaningOf(node, evaluation, module, interpreter);
  const isPromise = node.type === 'CallExpression' && meaning?.kind === 'promise';
  return { node, evaluation, form, sdk, isPromise, meaning };
}

function meaningOf(node: Node, evaluation: Evaluation, module: Module, interpreter: Interpreter): Meaning | null {
  if (node.type === 'Decorator') return null;
  return node.type === 'JSXElement' ? elementMeaning(node, evaluation, module, interpreter) : interpreter.read(node, module, null);
}

type Call = Extract<Node, { type: 'CallExpression' | 'NewExpression' }>;

function mayEvaluate(call: Call, module: Module, interpreter: Interpreter): boolean {
  const callee = unwrap(call.callee);
  const name = callee.type === 'Identifier' ? callee.name : keyName(callee);
  if (name === null) return false;
  if (evaluatingNames.has(name) && (!commonNames.has(name) || isFlagLike(callee, module))) return true;
  if (interpreter.evaluators.some((one) => one.call === name || one.call.endsWith(`.${name}`))) return true;
  if (name === 'find' || name === 'includes') return callee.type === 'MemberExpression' && usesSdk(module);
  const hasText = call.arguments.some((one) => keyTypes.has(one.type));
  if (!hasText) return isFlagFunction(callee, module, interpreter);
  return wrapperName.test(name) || forwards(callee, module, interpreter);
}

/** Expressions that may be a key, or hold one. */
const keyTypes: ReadonlySet<string> = new Set(['Literal', 'TemplateLiteral', 'MemberExpression', 'Identifier', 'ObjectExpression']);

/** Names of evaluations that much else is called too: looked into where an SDK or the receiver's name says so. */
export const commonNames: ReadonlySet<string> = new Set([
  'get',
  'all',
  'run',
  'read',
  'write',
  'fetch',
  'evaluate',
  'flag',
  'feature',
  'variant',
  'variable',
  'boolean',
  'getConfig',
  'getValue',
  'decide',
  'activate',
]);

function isFlagLike(callee: Node, module: Module): boolean {
  if (usesSdk(module)) return true;
  const owner = callee.type === 'MemberExpression' ? unwrap(callee.object) : null;
  const name = owner === null ? null : owner.type === 'Identifier' ? owner.name : keyName(owner);
  return name !== null && /flag|feature|toggle|gate|experiment|client|config|optimizely|bucket|split/i.test(name);
}

const usesSdk = (module: Module): boolean => module.imports.some((source) => sdkOf(source) !== null);

/** What is called without a key: a flag that is a function (Vercel's `await newEmail()`), or a wrapper of one flag. */
function isFlagFunction(callee: Node, module: Module, interpreter: Interpreter): boolean {
  if (callee.type !== 'Identifier') return false;
  const binding = module.binding(callee);
  const isMade = binding?.kind === 'variable' && binding.init?.type === 'CallExpression';
  return (binding?.kind === 'import' || isMade) && interpreter.read(callee, module, null)?.kind === 'result';
}

/** A function of the repository that hands a parameter on to what may evaluate it. */
function forwards(callee: Node, module: Module, interpreter: Interpreter): boolean {
  if (callee.type !== 'Identifier') return false;
  const binding = module.binding(callee);
  if (binding === null || binding.kind === 'parameter') return false;
  const origin = originOf(callee, module, interpreter.modules);
  if (origin?.kind !== 'local') return false;
  if (!isFunction(origin.node)) return isFlagFunction(callee, module, interpreter);
  const known = forwarding.get(origin.node);
  if (known !== undefined) return known;
  const found = handsParameterOn(origin.node, origin.module);
  forwarding.set(origin.node, found);
  return found;
}

const forwarding = new WeakMap<Node, boolean>();

function handsParameterOn(fn: FunctionNode, module: Module): boolean {
  if (fn.end - fn.start > 6_000) return false;
  return module.nodes('CallExpression').some((call) => {
    if (call.start < fn.start || call.end > fn.end) return false;
    const callee = unwrap(call.callee);
    const name = callee.type === 'Identifier' ? callee.name : keyName(callee);
    if (name === null || !(evaluatingNames.has(name) || wrapperName.test(name))) return false;
    return call.arguments.some((one) => {
      const binding = one.type === 'Identifier' ? module.binding(one) : null;
      return binding?.kind === 'parameter' && binding.owner === fn;
    });
  });
}

/** Where variables of the environment that are flags may be read. */
function variablesIn(module: Module, interpreter: Interpreter): Node[] {
  if (!interpreter.hasEnvironmentFlags) return [];
  const isFlag = (name: string | null) => name !== null && interpreter.isEnvironmentFlag(name);
  return [
    ...module.nodes('MemberExpression').filter((one) => isFlag(keyName(one))),
    ...module
      .nodes('VariableDeclarator')
      .flatMap(({ id }) => (id.type === 'ObjectPattern' ? patternIdentifiers(id).filter((one) => isFlag(one.name)) : [])),
    ...module
      .nodes('CallExpression')
      .filter(({ arguments: [first] }) => first?.type === 'Literal' && typeof first.value === 'string' && isFlag(first.value)),
  ];
}

/** `features['key']`, `all.key`, `useFlags().key`: only where something is called or named like a record of flags. */
function isRecordAccess(member: Extract<Node, { type: 'MemberExpression' }>, module: Module): boolean {
  if (isRecord(member.object, module)) return true;
  const owner = unwrap(member.object);
  return owner.type === 'MemberExpression' && isRecord(owner.object, module);
}

function isRecord(node: Node, module: Module): boolean {
  const owner = unwrapAwait(node);
  if (nameOf(owner) === null) return false;
  if (isRecordName(nameOf(owner) ?? '')) return true;
  const binding = owner.type === 'Identifier' ? module.binding(owner) : null;
  const init = binding?.kind === 'variable' && binding.init !== null ? unwrapAwait(binding.init) : null;
  return init?.type === 'CallExpression' && isRecordName(nameOf(init) ?? '');
}

/** The name of a value: its own, or of the function that gave it. */
function nameOf(node: Node): string | null {
  const named = node.type === 'CallExpression' ? unwrap(node.callee) : node;
  return named.type === 'Identifier' ? named.name : keyName(named);
}

const isRecordName = (name: string): boolean =>
  bulkNames.has(name) || /flag|feature|variant|toggle|treatment|gate|experiment|config|^all/i.test(name);

/** The names that destructuring a record of flags declares: `const { newEmail } = useFlags()`. */
function recordPatterns(module: Module): Node[] {
  return module.nodes('VariableDeclarator').flatMap(({ id, init }) => {
    if (id.type !== 'ObjectPattern' || init === null || !isRecord(init, module)) return [];
    return patternIdentifiers(id);
  });
}

/** The evaluations a meaning rests on. */
export function evaluationsOf(meaning: Meaning | null): Evaluation[] {
  switch (meaning?.kind) {
    case 'promise':
      return evaluationsOf(meaning.of);
    case 'text':
      return [meaning.evaluation];
    case 'result':
      return isEvaluated(meaning) ? [meaning.evaluation] : [];
    case 'list':
      return meaning.items.flatMap((one) => evaluationsOf(one));
    case 'truth':
      return [meaning.whenTrue, meaning.whenFalse].flatMap((facts: Facts) => (facts === 'never' ? [] : facts.map((one) => one.evaluation)));
    default:
      return [];
  }
}

/** Whether a result stands for one flag that has been evaluated: not a bag, a declaration, or an object nothing is read of. */
function isEvaluated({ shape, evaluation }: Extract<Meaning, { kind: 'result' }>): boolean {
  if (shape === 'hoc') return true;
  if (typeof shape !== 'object' || evaluation.flag === null) return false;
  return shape.kind === 'object' && !shape.isLazy;
}
