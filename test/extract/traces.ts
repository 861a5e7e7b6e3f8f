/** Files in; every `hit()` with the guards and entry points that callers give it out. */

import type { EntryPoint } from '../../src/code/entries/entries.ts';
import { defaultConfig } from '../../src/config/load.ts';
import type { EvaluatorConfig } from '../../src/config/types.ts';
import { memoryTree } from '../../src/discover/memory-tree.ts';
import { type Placed, type Traced, withCallers } from '../../src/extract/callers.ts';
import { type CodeReader, makeCodeReader } from '../../src/extract/code.ts';
import type { Guard } from '../../src/flags/types.ts';
import type { Location } from '../../src/parse/span.ts';

export type Hit = Placed & { readonly entries?: readonly EntryPoint[] };

export const say = ({ flag, value, equal }: Guard): string => `${flag} ${equal ? '=' : '≠'} ${value}`;

/** Every `hit()` with what its callers say. */
export async function trace(files: Readonly<Record<string, string>>, evaluators: readonly EvaluatorConfig[] = []): Promise<Traced<Hit>> {
  const reader = await readerOf(files, evaluators);
  const found = await reader.read(Object.keys(files).sort(), (module, _modules, flags) =>
    hitsIn(module).map((node): Hit => ({ location: { file: module.path, ...module.span(node) }, guards: flags.guards(node, module) })),
  );
  if (reader.problems.length > 0) throw new Error(reader.problems.map((one) => `${one.location.file}: ${one.reason}`).join('; '));
  return withCallers(reader, [...found.values()].flat());
}

/** The places of every `hit()`. */
export async function hits(files: Readonly<Record<string, string>>): Promise<readonly Location[]> {
  return (await trace(files)).items.map((item) => item.location);
}

type Look = Parameters<CodeReader['read']>[1];

function hitsIn(module: Parameters<Look>[0]) {
  return module.nodes('CallExpression').filter((call) => call.callee.type === 'Identifier' && call.callee.name === 'hit');
}

function readerOf(files: Readonly<Record<string, string>>, evaluators: readonly EvaluatorConfig[]): Promise<CodeReader> {
  return makeCodeReader({
    tree: memoryTree('head', new Map(Object.entries(files))),
    databases: [],
    config: { ...defaultConfig, evaluators },
    parsers: new Map(),
    cache: new Map(),
    isIgnored: () => false,
    hasFlags: true,
  });
}
