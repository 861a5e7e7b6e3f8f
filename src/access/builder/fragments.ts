/**
 * Raw SQL inside a builder's query: `db.raw('count(f.id)')`, `whereRaw('a > ?', [x])`, sql`lower(${ref})`.
 * The fragment is put where it stands in a statement over the query's tables, and that is read like any other SQL.
 * Input: the fragment's expression, where it stands, the query's scope. Output: columns in the recorder.
 */
import { references } from '../../schema/references.ts';
import { variantsOf } from '../sql/pieces.ts';
import { scanSql } from '../sql/scan.ts';
import { joinPieces, replacePlaceholders, type SqlText } from '../sql/text.ts';
import type { DatabaseView } from '../types.ts';
import type { Source } from '../values.ts';
import { addNamed, type Recording, type Usage } from './record.ts';
import type { Relation } from './scope.ts';
import { columnNamed } from './tables.ts';
import { textsOf } from './texts.ts';

/** The clause a fragment is a part of. */
export type Clause = 'select' | 'where' | 'from' | 'join' | 'order' | 'group';

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const qualified = (table: string): string => table.split('.').map(quoted).join('.');

/** A statement around a fragment, as what stands before and after it. */
function around(clause: Clause, tables: string): readonly [string, string] {
  const from = tables === '' ? '' : ` FROM ${tables}`;
  switch (clause) {
    case 'where':
      return [`SELECT 1${from} WHERE `, ''];
    case 'from':
      return ['SELECT 1 FROM ', ''];
    case 'join':
      return [`SELECT 1${from === '' ? ' FROM dropgate' : from} `, ''];
    case 'order':
      return [`SELECT 1${from} ORDER BY `, ''];
    case 'group':
      return [`SELECT 1${from} GROUP BY `, ''];
    default:
      return ['SELECT ', from];
  }
}

/** The query's tables as a FROM list; sources that are no tables stand in it by their alias alone. */
function tableList(relations: readonly Relation[], view: DatabaseView): string {
  const own = relations.filter(({ table }) => table === null || table.view === view);
  const byAlias = new Map(own.map((r) => [r.alias, r.table ? `${qualified(r.table.table)} AS ${quoted(r.alias)}` : '']));
  return [...byAlias.values()].filter((text) => text !== '').join(' CROSS JOIN ');
}

/** Records what a fragment names. */
export function addFragment(recording: Recording, usage: Usage, fragment: Source, clause: Clause): void {
  const { context } = recording;
  for (const pieces of variantsOf(fragment, context.modules)) {
    const text = joinPieces(pieces, 'guess');
    for (const view of viewsOf(usage, recording)) {
      const isRead = [text, joinPieces(pieces, 'value'), joinPieces(pieces, 'nothing')].some((one) =>
        addParsed(recording, usage, one, view, clause),
      );
      if (!isRead) addScanned(recording, usage, text, view);
    }
  }
}

const viewsOf = ({ scope }: Usage, { context }: Recording): readonly DatabaseView[] => {
  const own = [...scope.relations, ...scope.outer].flatMap(({ table }) => table?.view ?? []);
  return own.length > 0 ? [...new Set(own)] : context.databases;
};

function addParsed(recording: Recording, usage: Usage, text: SqlText, view: DatabaseView, clause: Clause): boolean {
  const parser = recording.context.parsers.get(view.dialect);
  if (!parser) return false;
  const quote = (sql: string): string => (view.dialect === 'mysql' ? sql.replaceAll('"', '`') : sql);
  const [before, after] = around(clause, tableList([...usage.scope.relations, ...usage.scope.outer], view)).map(quote) as [string, string];
  for (const sql of [text.sql, replacePlaceholders(text.sql)]) {
    const parsed = parser.parse(before + sql + after);
    if (!parsed.ok) continue;
    const found = references(
      parsed.nodes.map((n) => n.node),
      view.schema,
      { toUtf16: parsed.toUtf16, anyCase: parser.anyCase ?? false },
    );
    for (const { location, column, table, kind } of found) {
      const offset = location - before.length;
      if (column === null || offset < 0 || offset >= sql.length || columnNamed(column, { view, table }, recording.context) !== column)
        continue;
      const at = sourceAt(text, offset);
      const draft = {
        database: view.id,
        kind,
        table,
        column,
        how: 'named',
        confidence: certainty(usage, table),
        operation: usage.operation,
      } as const;
      recording.recorder.add(draft, at, usage.call);
    }
    return true;
  }
  return false;
}

const certainty = ({ scope }: Usage, name: string): 'high' | 'medium' =>
  [...scope.relations, ...scope.outer].some(({ table, isCertain }) => table?.table === name && isCertain) ? 'high' : 'medium';

function addScanned(recording: Recording, usage: Usage, text: SqlText, view: DatabaseView): void {
  const tables = tableList(usage.scope.relations, view).replaceAll(' CROSS JOIN ', ', ');
  const before = tables === '' ? '' : `select 1 from ${tables} where `;
  const { context } = recording;
  const has = (table: string, column: string): boolean => columnNamed(column, { view, table }, context) === column;
  const options = { isTable: (name: string) => view.schema.tables.has(name), hasColumn: has, isFragment: tables === '' };
  for (const { location, table, column, kind } of scanSql(before + text.sql, options)) {
    const offset = location - before.length;
    if (column === null || offset < 0) continue;
    const draft = { database: view.id, kind, table, column, how: 'named', confidence: 'medium', operation: usage.operation } as const;
    recording.recorder.add(draft, sourceAt(text, offset), usage.call);
  }
}

/** Names given for `??` of a fragment. */
export function addBindings(recording: Recording, usage: Usage, fragment: Source, bindings: Source): void {
  const { modules } = recording.context;
  const [first] = textsOf(fragment, modules).texts;
  const marks = [...(first?.text ?? '').matchAll(/\?\??/g)].map(([mark]) => mark);
  const list = bindings.node.type === 'ArrayExpression' ? bindings.node.elements : [bindings.node];
  list.forEach((element, i) => {
    if (marks[i] !== '??' || !element || element.type === 'SpreadElement') return;
    addNamed(recording, usage, textsOf({ node: element, module: bindings.module }, modules).texts);
  });
}

/** The place of one character, inside the node it is written in. */
function sourceAt(text: SqlText, offset: number): Source {
  const { source, offset: start } = text.at(offset);
  const length = /^(?:"[^"\n]*"|`[^`\n]*`|[\w$]+)/.exec(source.module.text.slice(start, start + 128))?.[0].length ?? 1;
  return { module: source.module, node: { ...source.node, start, end: start + length, parent: source.node } as Source['node'] };
}
