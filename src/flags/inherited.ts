/**
 * Guards that a function has from its callers: what holds at every place that mentions it.
 * Input: who calls what, and the facts of a place itself. Output: facts of a node by the callers of the functions around it.
 * Invariants: the greatest fixpoint, so recursion takes nothing away; a function no place of which is known has no guards.
 */
import { type Callers, functionsAround } from '../code/callers.ts';
import type { FunctionNode } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import { both, either, type Facts } from './facts.ts';

interface Site {
  readonly own: Facts;
  readonly around: readonly FunctionNode[];
}

/** Makes the question: what holds at a node by the callers of the functions around it? */
export function makeInheritance(
  callers: Callers,
  local: (node: Node, module: Module) => readonly Facts[],
): (node: Node, module: Module) => Facts {
  const sitesOf = new Map<FunctionNode, readonly Site[]>();
  const settled = new Map<FunctionNode, Facts>();
  const reach = (start: readonly FunctionNode[]): FunctionNode[] => {
    const found = new Set(start);
    for (const fn of found) {
      if (settled.has(fn)) continue;
      if (!sitesOf.has(fn)) sitesOf.set(fn, readSites(fn, callers, local));
      for (const site of sitesOf.get(fn) ?? []) for (const outer of site.around) found.add(outer);
    }
    return [...found];
  };
  return (node, module) => {
    const around = functionsAround(node, module);
    const open = reach(around).filter((fn) => !settled.has(fn));
    for (const [fn, facts] of settle(open, sitesOf, settled)) settled.set(fn, facts);
    return around.map((fn) => settled.get(fn) ?? []).reduce<Facts>(both, []);
  };
}

function readSites(fn: FunctionNode, callers: Callers, local: (node: Node, module: Module) => readonly Facts[]): readonly Site[] {
  return (callers.sites(fn) ?? []).map(({ node, module }) => {
    const via = { file: module.path, ...module.span(node) };
    const facts = local(node, module).reduce<Facts>(both, []);
    const own = facts === 'never' ? facts : facts.map((guard) => ({ ...guard, via }));
    return { own, around: functionsAround(node, module) };
  });
}

/** From "everything holds" down, until nothing changes; what only circles lead to can be called by anyone. */
function settle(
  functions: readonly FunctionNode[],
  sitesOf: ReadonlyMap<FunctionNode, readonly Site[]>,
  settled: ReadonlyMap<FunctionNode, Facts>,
): Map<FunctionNode, Facts> {
  const current = new Map<FunctionNode, Facts>();
  let open = functions;
  do {
    for (const fn of open) current.set(fn, 'never');
    narrow(open, current, sitesOf, settled);
    open = functions.filter((fn) => current.get(fn) === 'never');
    for (const fn of open) current.set(fn, []);
    // Those that took a circle for unreachable are asked again.
    if (open.length > 0) {
      const pinned = new Set(functions.filter((fn) => current.get(fn)?.length === 0));
      open = functions.filter((fn) => !pinned.has(fn));
    }
  } while (open.length > 0);
  return current;
}

function narrow(
  functions: readonly FunctionNode[],
  current: Map<FunctionNode, Facts>,
  sitesOf: ReadonlyMap<FunctionNode, readonly Site[]>,
  settled: ReadonlyMap<FunctionNode, Facts>,
): void {
  const of = (fn: FunctionNode): Facts => current.get(fn) ?? settled.get(fn) ?? [];
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const fn of functions) {
      const sites = sitesOf.get(fn) ?? [];
      const given = sites.map((site) => site.around.map(of).reduce<Facts>(both, site.own));
      const next = given.length === 0 ? [] : given.reduce<Facts>(either, 'never');
      const before = of(fn);
      if (next === before || (next !== 'never' && before !== 'never' && next.length === before.length)) continue;
      current.set(fn, next);
      isChanged = true;
    }
  }
}
