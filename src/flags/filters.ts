/**
 * Elements that a filter lets through only under a flag: `['a', 'b'].filter((c) => on || c !== 'b')`.
 * Input: a node inside an element of an array. Output: what is known about flags where that element is used.
 * Invariant: only for arrays that nothing but filters can reach.
 */
import { isFunction, keyName } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import { applyFunction } from './calls.ts';
import { either, type Facts } from './facts.ts';
import type { Interpreter } from './interpreter.ts';
import { asTruth } from './meaning.ts';

/** What the filters around a node say, innermost first. */
export function filterConditions(node: Node, module: Module, interpreter: Interpreter): Facts[] {
  const found: Facts[] = [];
  let child = node;
  for (let up = module.parent(node); up !== null && !isFunction(up); up = module.parent(up)) {
    if (up.type === 'ArrayExpression' && child.type !== 'SpreadElement') found.push(filtered(child, up, module, interpreter));
    child = up;
  }
  return found;
}

function filtered(element: Node, array: Node, module: Module, interpreter: Interpreter): Facts {
  const calls = filtersOf(array, module);
  if (calls === null || calls.length === 0) return [];
  return calls
    .map((call): Facts => {
      const callback = call.arguments[0];
      if (callback === undefined || !isFunction(callback) || callback.async) return [];
      const kept = applyFunction({ kind: 'code', node: callback, module, frame: null }, [element], call, module, null, interpreter);
      return asTruth(kept).whenTrue;
    })
    .reduce<Facts>(either, 'never');
}

type Call = Extract<Node, { type: 'CallExpression' }>;

/** The `filter` calls that are all that is done with an array; null: other code has it too. */
function filtersOf(array: Node, module: Module): readonly Call[] | null {
  const direct = filterOn(array, module);
  if (direct !== null) return [direct];
  const holder = module.parent(array);
  if (holder?.type !== 'VariableDeclarator' || holder.id.type !== 'Identifier' || holder.init !== array) return null;
  const name = holder.id;
  if (module.parent(holder)?.type !== 'VariableDeclaration' || isExported(holder, module)) return null;
  const calls = module
    .references(name)
    .filter((one) => one !== name)
    .map((one) => filterOn(one, module));
  return calls.includes(null) ? null : (calls as readonly Call[]);
}

function filterOn(array: Node, module: Module): Call | null {
  const member = module.parent(array);
  if (member?.type !== 'MemberExpression' || member.object !== array || keyName(member) !== 'filter') return null;
  const call = module.parent(member);
  return call?.type === 'CallExpression' && call.callee === member ? call : null;
}

function isExported(declarator: Node, module: Module): boolean {
  const name = declarator.type === 'VariableDeclarator' && declarator.id.type === 'Identifier' ? declarator.id.name : '';
  return [...module.exports.values()].some((one) => one.kind === 'local' && one.name === name);
}
