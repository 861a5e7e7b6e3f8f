/**
 * Writes that a function leaves to a helper of the same file: `if (on) await saveAddress(id, to)` writes what saveAddress
 * writes, where saveAddress is called.
 * Input: accesses of some files. Output: the same, and one more for each call of the helper a write stands in: in the
 * caller's scope, behind the guards of the call too. One level deep, one file at a time.
 */
import type { SchemaAccess } from '../access/types.ts';
import { mentionsIn, targetOf } from '../code/callers.ts';
import { enclosingFunction, scopeName } from '../code/functions.ts';
import { nodeAt } from '../code/locate.ts';
import type { Module, Modules } from '../code/types.ts';
import { type FlagReader, isSameGuard } from '../flags/reader.ts';
import type { CodeReader } from './code.ts';

/** A helper with more calls than these is no part of one dual write. */
const MAX_CALLS = 20;

export async function withHelpers(reader: CodeReader, accesses: readonly SchemaAccess[]): Promise<readonly SchemaAccess[]> {
  const writes = accesses.filter((a) => a.kind === 'write' && a.column !== null && a.confidence !== 'low');
  const files = [...new Set(writes.map((a) => a.location.file))].sort();
  const found = await reader.read(files, (module, modules, flags) =>
    writes.filter((a) => a.location.file === module.path).flatMap((write) => atCalls(write, module, modules, flags)),
  );
  return [...accesses, ...[...found.values()].flat()];
}

function atCalls(write: SchemaAccess, module: Module, modules: Modules, flags: FlagReader): SchemaAccess[] {
  const node = nodeAt(module, write.site ?? write.location);
  const helper = node ? enclosingFunction(node, module) : null;
  const target = helper ? targetOf(helper, module) : null;
  if (!target) return [];
  const { sites } = mentionsIn(target, module, modules);
  return sites.slice(0, MAX_CALLS).map(({ node: call }) => {
    const around = flags.guards(call, module).filter((guard) => !write.guards.some((known) => isSameGuard(known, guard)));
    return { ...write, scope: `${module.path} ${scopeName(call, module)}`, guards: [...around, ...write.guards] };
  });
}
