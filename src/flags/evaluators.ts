/**
 * Names of functions that evaluate whatever flag they are given, or look as if they did: what calls them may be an
 * evaluation. Input: a module. Output: names to look for in other files, sorted.
 */
import { functionName } from '../code/functions.ts';
import { type FunctionNode, isFunction } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import type { EvaluationSite } from './sites.ts';

const flagCheck = /flag|feature|toggle|experiment|rollout/i;

/** The names of the module's evaluators. */
export function evaluatorsIn(module: Module, sites: readonly EvaluationSite[]): string[] {
  const forwarding = sites
    .filter((one) => one.evaluation.keyFrom === 'parameter')
    .flatMap(({ node }) => functionAround(node, module) ?? []);
  const named = functionsOf(module).filter((fn) => fn.params.length > 0 && flagCheck.test(nameOf(fn, module) ?? ''));
  const names = [...forwarding, ...named].map((fn) => nameOf(fn, module)).filter((name) => name !== null && name !== 'constructor');
  return [...new Set(names as readonly string[])].sort();
}

function functionsOf(module: Module): FunctionNode[] {
  return module
    .nodes('FunctionDeclaration' as Node['type'], 'FunctionExpression' as Node['type'], 'ArrowFunctionExpression')
    .filter(isFunction);
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
