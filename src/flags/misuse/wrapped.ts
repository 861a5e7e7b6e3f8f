/**
 * Evaluations inside the function that a call hands its key to: what goes wrong there goes wrong for each flag that is
 * asked about through it.
 * Input: a call with an evaluation, the evaluations of any module. Output: those inside, and whether calling runs them.
 * Invariant: what is not seen is no misuse: a function whose evaluation is not found has none inside.
 */
import { isFunction, keyName, unwrap } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import type { Interpreter } from '../interpreter.ts';
import type { Meaning } from '../meaning.ts';
import type { EvaluationSite } from '../sites.ts';

export type SitesOf = (module: Module) => readonly EvaluationSite[];

export interface Wrapper {
  readonly fn: Node;
  readonly module: Module;
  readonly sites: readonly EvaluationSite[];
}

const maxDepth = 3;

/** The functions of the repository that a call goes through, the one it calls first. */
export function wrappersOf({ node, evaluation }: EvaluationSite, module: Module, interpreter: Interpreter, sitesOf: SitesOf): Wrapper[] {
  const wrappers: Wrapper[] = [];
  let at: { readonly node: Node; readonly module: Module } | undefined = { node, module };
  for (let depth = 0; at !== undefined && depth < maxDepth; depth++) {
    const callee: Node | null = at.node.type === 'CallExpression' ? at.node.callee : null;
    const meaning: Meaning | null = callee === null ? null : interpreter.read(callee, at.module, null);
    if (meaning?.kind !== 'code' || !isFunction(meaning.node) || wrappers.some(({ fn }) => fn === meaning.node)) break;
    const fn: Node = meaning.node;
    const home: Module = meaning.module;
    const isInside = (one: EvaluationSite): boolean => one.node.start >= fn.start && one.node.end <= fn.end;
    const isSame = (one: EvaluationSite): boolean => one.evaluation.flag === null || one.evaluation.flag === evaluation.flag;
    const sites: readonly EvaluationSite[] = sitesOf(home).filter((one) => isInside(one) && isSame(one));
    wrappers.push({ fn, module: home, sites });
    const [only] = sites;
    at = sites.length === 1 && only !== undefined ? { node: only.node, module: home } : undefined;
  }
  return wrappers;
}

/** Whether a call only makes something that evaluates later: a middleware, a guard, a hook. */
export function isDeferred(wrappers: readonly Wrapper[]): boolean {
  const [first] = wrappers;
  if (first === undefined) return false;
  return first.sites.length > 0 ? first.sites.every(({ node }) => isInNestedFunction(node, first)) : makesFunction(first.fn, first.module);
}

const runsAtOnce: ReadonlySet<string> = new Set([
  'then',
  'catch',
  'finally',
  'map',
  'filter',
  'some',
  'every',
  'find',
  'reduce',
  'forEach',
  'flatMap',
]);

function isInNestedFunction(node: Node, { fn, module }: Wrapper): boolean {
  for (let up = module.parent(node); up !== null && up !== fn; up = module.parent(up))
    if (isFunction(up) && !isRunAtOnce(up, module)) return true;
  return false;
}

/** `(async () => …)()`, `list.some(() => …)` */
function isRunAtOnce(fn: Node, module: Module): boolean {
  const parent = module.parent(fn);
  if (parent?.type === 'ParenthesizedExpression') return isRunAtOnce(parent, module);
  if (parent?.type !== 'CallExpression') return false;
  return parent.callee === fn || (parent.callee.type === 'MemberExpression' && runsAtOnce.has(keyName(parent.callee) ?? ''));
}

/** Whether a function returns a function, a class, or what a call makes of one. */
function makesFunction(fn: Node, module: Module): boolean {
  if (!isFunction(fn) || fn.body === null) return false;
  if (fn.body.type !== 'BlockStatement') return isFunctionLike(fn.body);
  return module.nodes('ReturnStatement').some((one) => {
    const isOwn = one.start >= fn.start && one.end <= fn.end && ownerOf(one, module) === fn;
    return isOwn && one.argument !== null && isFunctionLike(one.argument);
  });
}

function ownerOf(node: Node, module: Module): Node | null {
  for (let up = module.parent(node); up !== null; up = module.parent(up)) if (isFunction(up)) return up;
  return null;
}

function isFunctionLike(start: Node): boolean {
  const node = unwrap(start);
  if (isFunction(node) || node.type === 'ClassExpression') return true;
  return node.type === 'CallExpression' && !isRunningCall(node) && node.arguments.some((one) => isFunction(one));
}

const isRunningCall = ({ callee }: Extract<Node, { type: 'CallExpression' }>): boolean =>
  callee.type === 'MemberExpression' && runsAtOnce.has(keyName(callee) ?? '');
