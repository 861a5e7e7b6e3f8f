/**
 * Reads of a new column far from its query: `listing.parkingFee` in a component that got the row as JSON.
 * Input: the columns a change adds. Output: accesses at medium confidence, for names that are distinctive and that base
 * mentions nowhere: then nothing else can be meant.
 */
import type { SchemaAccess } from '../access/types.ts';
import { scopeName } from '../code/functions.ts';
import { keyName } from '../code/syntax.ts';
import type { Module, Node } from '../code/types.ts';
import type { FlagReader } from '../flags/reader.ts';
import type { CodeReader } from './code.ts';
import { type Asked, type Mappings, namesOfColumn } from './interest.ts';

const DISTINCTIVE = /^(?=.{6,})(?:[a-z]\w*[A-Z]|[a-z]+_)\w+$/;

/** Finds them in the whole repository at head; `known` are the accesses that are found already. */
export async function distantReads(
  asked: readonly Asked[],
  mappings: Mappings,
  base: CodeReader,
  head: CodeReader,
  known: readonly SchemaAccess[],
): Promise<SchemaAccess[]> {
  const columns = namedColumns(asked, mappings);
  const words = [...columns.keys()];
  if (words.length === 0) return [];
  const before = [...(await base.mentions(words)).values()];
  const fresh = new Map([...columns].filter(([name]) => !before.some((text) => new RegExp(`\\b${name}\\b`).test(text))));
  if (fresh.size === 0) return [];
  const files = [...(await head.mentions([...fresh.keys()])).keys()];
  const seen = new Set(known.map((a) => `${a.location.file}\0${a.location.line}\0${a.column}`));
  const found = await head.read(files, (module, _modules, flags) => readsIn(module, flags, fresh));
  return [...found.values()].flat().filter((a) => !seen.has(`${a.location.file}\0${a.location.line}\0${a.column}`));
}

/** The new columns by every distinctive name code can have for them. */
function namedColumns(asked: readonly Asked[], mappings: Mappings): Map<string, Asked> {
  const named = new Map<string, Asked>();
  for (const column of asked) {
    if (!column.isNew || column.column === null) continue;
    for (const name of namesOfColumn(column.table, column.column, mappings.get(column.database)))
      if (DISTINCTIVE.test(name)) named.set(name, column);
  }
  return named;
}

function readsIn(module: Module, flags: FlagReader, columns: ReadonlyMap<string, Asked>): SchemaAccess[] {
  const members = module
    .nodes('MemberExpression')
    .filter((node) => !isAssigned(node, module))
    .map((node) => ({ node: node as Node, at: node.property as Node }));
  const keys = module
    .nodes('Property')
    .filter((node) => module.parent(node)?.type === 'ObjectPattern')
    .map((node) => ({ node: node as Node, at: node.key as Node }));
  return [...members, ...keys].flatMap(({ node, at }) => {
    const name = keyName(node);
    const column = name === null ? undefined : columns.get(name);
    if (!column) return [];
    return [
      {
        database: column.database,
        kind: 'read' as const,
        table: column.table,
        column: column.column,
        how: 'field' as const,
        confidence: 'medium' as const,
        operation: 'field of the same name, which base has nowhere',
        layer: 'json',
        location: { file: module.path, ...module.span(at) },
        scope: `${module.path} ${scopeName(node, module)}`,
        guards: flags.guards(node, module),
      },
    ];
  });
}

function isAssigned(node: Node, module: Module): boolean {
  const parent = module.parent(node);
  return parent?.type === 'AssignmentExpression' && parent.left === node;
}
