/**
 * What goes wrong with the evaluations of a module, whatever the flags serve. Part of the reader.
 * Input: the evaluations with their syntax. Output: misuses, in source order; those that need callers are made elsewhere.
 */
import { isFunction, keyName } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { evaluationsOf } from '../evaluations.ts';
import type { Interpreter } from '../interpreter.ts';
import type { EvaluationSite } from '../sites.ts';
import type { Evaluation, Misuse, MisusedEvaluation } from '../types.ts';
import { unstableKeyOf } from './bucketing.ts';
import { defaultOn, defaultOnAfter, defaultOnBy, isTrue } from './default-on.ts';
import { frozenAt } from './frozen.ts';
import { registeredOn } from './registered.ts';
import { unawaitedIn } from './unawaited.ts';
import { isDeferred, type SitesOf, type Wrapper, wrappersOf } from './wrapped.ts';

/** Every misuse in a module. */
export function misusesIn(module: Module, sitesOf: SitesOf, interpreter: Interpreter): MisusedEvaluation[] {
  const sites = sitesOf(module);
  const found = [
    ...sites.flatMap((site) => {
      const wrappers = site.sdk !== null && site.node.type !== 'CallExpression' ? [] : wrappersOf(site, module, interpreter, sitesOf);
      return [
        ...frozen(site, module, interpreter, wrappers),
        ...atSite(site, module, interpreter),
        ...(site.evaluation.flag === null ? [] : wrappers.flatMap((one) => inWrapper(site.evaluation, one, interpreter))),
      ];
    }),
    ...calledAtStart(module, sites, interpreter, sitesOf),
    ...registered(module, interpreter),
    ...destructuredOn(module, interpreter),
    ...unawaitedIn(module, interpreter),
  ];
  const keyOf = ({ evaluation, misuse: { kind, location: at } }: MisusedEvaluation) =>
    `${kind} ${at.file}:${at.line}:${at.column} ${evaluation.flag ?? ''}`;
  return [...new Map(found.map((one) => [keyOf(one), one])).values()].sort(
    ({ misuse: { location: a } }, { misuse: { location: b } }) => a.line - b.line || a.column - b.column,
  );
}

function atSite(site: EvaluationSite, module: Module, interpreter: Interpreter): MisusedEvaluation[] {
  const { node, evaluation } = site;
  const isOn = defaultOnBy(site, module, interpreter) ?? defaultOnAfter(site, module, interpreter);
  const misuses: (Misuse | null)[] = [isOn, unstableKeyOf(node, evaluation.flag, module, interpreter.modules)];
  return misuses.flatMap((misuse) => (misuse === null ? [] : [{ evaluation, misuse }]));
}

/** What goes wrong inside a function, for a flag that is asked about through it. */
function inWrapper(evaluation: Evaluation, { module, sites }: Wrapper, interpreter: Interpreter): MisusedEvaluation[] {
  return sites
    .filter((one) => one.evaluation.flag === null)
    .flatMap((one) => [...atSite(one, module, interpreter), ...frozen(one, module, interpreter, [])])
    .filter(({ misuse }) => misuse.kind !== 'default-on' || misuse.how !== 'argument')
    .map(({ misuse }) => ({ evaluation, misuse }));
}

/** An evaluation that is asked once, where it stands. */
function frozen(
  { node, evaluation, form }: Pick<EvaluationSite, 'node' | 'evaluation' | 'form'>,
  module: Module,
  { modules }: Interpreter,
  wrappers: readonly Wrapper[],
): MisusedEvaluation[] {
  if (!isAsked(node) || form?.gives === 'hoc' || form?.renders !== undefined) return [];
  const how = frozenAt(node, module, modules);
  if (how === null || isDeferred(wrappers)) return [];
  return [{ evaluation, misuse: { kind: 'frozen', ...how, location: { file: module.path, ...module.span(node) } } }];
}

/** Calls at module level of functions that evaluate a flag of their own. */
function calledAtStart(module: Module, sites: readonly EvaluationSite[], interpreter: Interpreter, sitesOf: SitesOf): MisusedEvaluation[] {
  const known = new Set(sites.map(({ node }) => node));
  return module.nodes('CallExpression').flatMap((node) => {
    if (known.has(node) || !isOutsideFunctions(node, module)) return [];
    return evaluationsOf(interpreter.read(node, module, null)).flatMap((evaluation) => {
      const site: EvaluationSite = { node, evaluation, form: null, sdk: null, isPromise: false, meaning: null };
      return frozen(site, module, interpreter, wrappersOf(site, module, interpreter, sitesOf));
    });
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

/** `const { newEmail = true } = useFlags()` */
function destructuredOn(module: Module, interpreter: Interpreter): MisusedEvaluation[] {
  return module.nodes('AssignmentPattern').flatMap((node): MisusedEvaluation[] => {
    const property = module.parent(node);
    const pattern = property?.type === 'Property' && isTrue(node.right) ? module.parent(property) : null;
    const declarator = pattern?.type === 'ObjectPattern' ? module.parent(pattern) : null;
    if (property?.type !== 'Property' || declarator?.type !== 'VariableDeclarator' || declarator.init === null) return [];
    const name = keyName(property);
    const bag = name === null ? null : interpreter.read(declarator.init, module, null);
    const shape = bag?.kind === 'result' && typeof bag.shape === 'object' ? bag.shape : null;
    if (name === null || bag?.kind !== 'result' || shape?.kind !== 'bag') return [];
    const misuse = defaultOn('expression', node, module);
    return [{ evaluation: { ...bag.evaluation, ...interpreter.keyNamed(name, shape.spelt), location: misuse.location }, misuse }];
  });
}
