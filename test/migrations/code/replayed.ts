/** A migration's source, or SQL → the schema it makes, in a form that tests can compare. */
import { defaultConfig } from '../../../src/config/load.ts';
import { memoryTree } from '../../../src/discover/memory-tree.ts';
import { makeCodeReader } from '../../../src/extract/code.ts';
import { readCodeMigration } from '../../../src/migrations/code/read.ts';
import { CODE_LAYOUTS } from '../../../src/migrations/layouts/index.ts';
import type { Dialect } from '../../../src/migrations/types.ts';
import { loadEngine } from '../../../src/schema/engines.ts';
import { type MigrationPart, type Replay, replay } from '../../../src/schema/replay.ts';

const nowhere = { file: 'x.sql', line: 1, column: 1, endLine: 1, endColumn: 2 };
const migration = { id: '1', path: 'x.js', content: '' };

/** The parts of a migration file. */
export async function partsOf(
  layout: string,
  source: string,
  dialect: Dialect = 'postgres',
  others: Readonly<Record<string, string>> = {},
): Promise<readonly MigrationPart[]> {
  const path = 'db/migrations/1_x.ts';
  const tree = memoryTree('x', new Map([[path, source], ...Object.entries(others)]));
  const reader = await makeCodeReader({
    tree,
    databases: [],
    config: defaultConfig,
    parsers: new Map(),
    cache: new Map(),
    isIgnored: () => false,
  });
  const found = CODE_LAYOUTS.find((one) => one.name === layout);
  if (!found) throw new Error(`no layout ${layout}`);
  const texts = new Map(Object.entries(others).filter(([name]) => name.endsWith('.sql')));
  const read = await reader.read([path], (module, modules) => readCodeMigration({ module, modules, layout: found, dialect, texts }));
  if (reader.problems.length > 0) throw new Error(JSON.stringify(reader.problems));
  return read.get(path) ?? [];
}

/** SQL of the parts; what cannot be read is `! reason`. */
export const shownParts = (parts: readonly MigrationPart[]): readonly string[] =>
  parts.map((part) => (part.kind === 'sql' ? part.text.replace(/\s+/g, ' ').trim() : `! ${part.problem.reason} [${part.problem.words}]`));

export async function replayParts(parts: readonly MigrationPart[], dialect: 'postgres' | 'mysql' = 'postgres'): Promise<Replay> {
  const engine = await loadEngine(dialect);
  if (!engine) throw new Error('no engine');
  return replay([{ migration, parts, transaction: 'none' }], engine);
}

export const sqlParts = (statements: readonly string[]): readonly MigrationPart[] =>
  statements.map((text) => ({ kind: 'sql', text, locate: () => nowhere }));

/** Tables, columns, constraints, indexes and enums as plain records. */
export const shownSchema = ({ schema, unreadable }: Replay): unknown => ({
  tables: [...schema.tables.values()]
    .map(({ name, columns, constraints, indexes }) => ({
      name,
      columns: [...columns.values()].map(({ name, type, nullable, default: own }) => ({
        name,
        type,
        nullable,
        default: own?.replace(/"/g, '') ?? null,
      })),
      constraints: [...constraints.values()]
        .map(({ name, kind, columns, references }) => ({ name, kind, columns, references }))
        .sort(byName),
      indexes: [...indexes.values()].map(({ name, unique, columns }) => ({ name, unique, columns })).sort(byName),
    }))
    .sort(byName),
  enums: [...schema.enums].sort(([a], [b]) => (a < b ? -1 : 1)),
  unreadable: unreadable.map((one) => one.reason),
});

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
