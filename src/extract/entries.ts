/**
 * The entry points from which control reaches a node, through the callers that are known.
 * Input: a node and the callers of functions. Output: entry points, each once, in the order of their places.
 * Invariant: bounded; a function that nothing is known to call is an entry of its own, of unknown kind.
 */
import { type Callers, functionsAround } from '../code/callers.ts';
import { type EntryPoint, entryAt, entryOf, loneEntry, moduleEntry } from '../code/entries/entries.ts';
import type { FunctionNode } from '../code/syntax.ts';
import type { Module, Modules, Node } from '../code/types.ts';
import { compare } from '../discover/words.ts';

const MAX_ENTRIES = 30;

/** Entry points that lead to a node. */
export function entriesOf(node: Node, module: Module, modules: Modules, callers: Callers): readonly EntryPoint[] {
  const found = new Map<string, EntryPoint>();
  const seen = new Set<FunctionNode>();
  const pending: { readonly node: Node; readonly module: Module }[] = [{ node, module }];
  for (let one = pending.pop(); one !== undefined && found.size < MAX_ENTRIES; one = pending.pop()) {
    const around = functionsAround(one.node, one.module);
    const entry = firstEntry(one.node, around, one.module, modules);
    if (entry !== null) {
      found.set(`${entry.location.file}:${entry.location.line}:${entry.location.column}`, entry);
      continue;
    }
    const outermost = around.at(-1);
    if (outermost === undefined || seen.has(outermost)) continue;
    seen.add(outermost);
    const sites = callers.sites(outermost) ?? [];
    pending.push(...sites);
    const lone = sites.length === 0 ? loneEntry(outermost, one.module) : null;
    if (lone !== null) found.set(`${lone.location.file}:${lone.location.line}:${lone.location.column}`, lone);
  }
  return [...found.values()].sort(({ location: a }, { location: b }) => compare(a.file, b.file) || a.line - b.line || a.column - b.column);
}

function firstEntry(node: Node, around: readonly FunctionNode[], module: Module, modules: Modules): EntryPoint | null {
  const given = entryAt(node, module, modules);
  if (given !== null) return given;
  for (const fn of around) {
    const entry = entryOf(fn, module, modules);
    if (entry !== null) return entry;
  }
  return around.length === 0 ? moduleEntry(module) : null;
}
