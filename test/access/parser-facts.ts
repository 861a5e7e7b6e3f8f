/**
 * The facts of code once from oxc-parser and once from @typescript-eslint/parser, and where they differ.
 * Used by the test over the fixtures and by bench/parsers.mjs over real repositories.
 */

import { ledTo } from '../../src/extract/callers.ts';
import { type CodeReader, makeCodeReader } from '../../src/extract/code.ts';
import { type ParsedTypeScript, parseTypeScriptTolerantly, parseWithFallback } from '../../src/parse/typescript.ts';

export type Parse = (path: string, text: string) => Promise<ParsedTypeScript>;
export type Sources = Omit<Parameters<typeof makeCodeReader>[0], 'cache' | 'parse'>;

export interface Comparison {
  /** Facts that both parsers give, by kind. */
  readonly facts: ReadonlyMap<string, number>;
  /** Facts that only one of them gives, each with its place. */
  readonly differences: readonly string[];
  /** Files that oxc reads and the other parser does not, with the reason: nothing to compare. */
  readonly unread: readonly string[];
}

/** A fact as text: what it is, where, and all that is known of it. */
type Facts = readonly { readonly kind: string; readonly text: string }[];

/** Both parsers' facts of the files. Guards of callers and entry points are looked for with `withCallers`. */
export async function compareParsers(
  sources: Sources,
  files: readonly string[],
  withCallers: boolean,
  other: Parse = parseWithFallback,
): Promise<Comparison> {
  const unread: string[] = [];
  // A file that the reference cannot read (Flow's types) is read by oxc in both runs, and said.
  const reference: Parse = async (path, text) => {
    const parsed = await other(path, text);
    if (parsed.ok) return parsed;
    const own = await parseTypeScriptTolerantly(path, text);
    if (own.ok) unread.push(`${path}:${parsed.line}: ${parsed.reason}`);
    return own;
  };
  const [ours, theirs] = [
    await factsWith(parseTypeScriptTolerantly, sources, files, withCallers),
    await factsWith(reference, sources, files, withCallers),
  ];
  const counts = new Map<string, number>();
  for (const { kind } of ours) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const lacks = (these: Facts, those: Facts): string[] => {
    const left = new Map<string, number>();
    for (const { text } of those) left.set(text, (left.get(text) ?? 0) + 1);
    return these.flatMap(({ kind, text }) => {
      const count = left.get(text) ?? 0;
      left.set(text, count - 1);
      return count > 0 ? [] : [`${kind} ${text}`];
    });
  };
  const differences = [
    ...lacks(ours, theirs).map((text) => `only oxc: ${text}`),
    ...lacks(theirs, ours).map((text) => `only typescript-eslint: ${text}`),
  ];
  return { facts: counts, differences: differences.sort(), unread: unread.sort() };
}

async function factsWith(parse: Parse, sources: Sources, files: readonly string[], withCallers: boolean): Promise<Facts> {
  const reader = await makeCodeReader({ ...sources, cache: new Map(), parse });
  const { accesses, writes, unresolved } = await reader.accesses(files, null);
  const led = withCallers ? await ledTo(reader, accesses, writes) : { accesses, writes };
  const models = (await reader.models()).all.map(({ key, layer, table, fields, relations }) => [
    key,
    layer,
    table,
    [...fields],
    [...relations],
  ]);
  const fact = (kind: string) => (one: unknown) => ({ kind, text: JSON.stringify(one) });
  return [
    ...led.accesses.map(fact('access')),
    ...led.writes.map(fact('row write')),
    ...[...unresolved, ...reader.problems].map(fact('unresolved')),
    ...models.map(fact('model')),
    ...(await flagFacts(reader, files)),
  ];
}

async function flagFacts(reader: CodeReader, files: readonly string[]): Promise<Facts> {
  if (!reader.hasFlags) return [];
  const found = await reader.read(files, (module, _, flags) => [
    ...flags.evaluations(module).map((one) => ({ kind: 'evaluation', text: JSON.stringify(one) })),
    ...flags.branches(module).map((one) => ({ kind: 'branch', text: JSON.stringify(one) })),
    ...module.nodes('CallExpression').flatMap((call) => {
      const guards = flags.guards(call, module);
      return guards.length === 0 ? [] : [{ kind: 'guard', text: JSON.stringify([module.path, module.span(call), guards]) }];
    }),
  ]);
  return [...found.values()].flat();
}
