/**
 * Names of functions that evaluate whatever flag they are given: what calls them may be an evaluation.
 * Input: a module. Output: names to look for in other files, sorted.
 */
import { functionName } from '../code/functions.ts';
import { type FunctionNode, isFunction } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import { checksOf } from './lookups.ts';
import type { EvaluationSite } from './sites.ts';

/** The names of the module's evaluators. */
export function evaluatorsIn(module: Module, sites: readonly EvaluationSite[]): string[] {
  const forwarding = sites
    .filter((one) => one.evaluation.keyFrom === 'parameter')
    .flatMap(({ node }) => functionAround(node, module) ?? []);
  const checks = [...checksOf(module).byFunction.keys()].filter(isFunction);
  const names = [...forwarding, ...checks].map((fn) => nameOf(fn, module)).filter((name) => name !== null && name !== 'constructor');
  return [...new Set(names as readonly string[])].sort();
}

/** The innermost function with a name around a node. */
function functionAround(node: Node, module: Module): FunctionNode | null {
  for (let up = module.parent(node); up !== null; up = module.parent(up)) if (isFunction(up) && nameOf(up, module) !== null) return up;
  return null;
}

function nameOf(fn: FunctionNode, module: Module): string | null {
  const name = functionName(fn, module)?.split('.').at(-1) ?? null;
  return name === 'default' ? null : name;
}
