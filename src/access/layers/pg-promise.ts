/**
 * Rows that pg-promise's helpers write: `pgp.helpers.insert(rows, ['id', 'email'], 'users')`, `new pgp.helpers.ColumnSet(…)`.
 * Its query texts are the SQL layer's. Input: a module. Output: Extraction.
 */
import { type CallNode, keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { resolveValue } from '../../code/values.ts';
import { addNamed, addRows, addTables, type Usage } from '../builder/record.ts';
import { type Relation, relationsNamed } from '../builder/scope.ts';
import { type Text, textsOf } from '../builder/texts.ts';
import { makeRecorder, type Recorder } from '../recorder.ts';
import { clientOf } from '../sql/client.ts';
import type { AccessContext, AccessLayer } from '../types.ts';
import { entriesOf, type Source } from '../values.ts';

const pgPromise: AccessLayer = {
  name: 'pg-promise',
  packages: ['pg-promise'],
  extract: (module, context) => {
    const recorder = makeRecorder('pg-promise', context);
    if (/\bhelpers\b|\bColumnSet\b/.test(module.text))
      for (const call of module.nodes('CallExpression')) readHelper(call, module, context, recorder);
    return { accesses: recorder.accesses, writes: recorder.writes, unresolved: [] };
  },
};

/** The columns and the table that a helper is given. */
interface Target {
  readonly columns: readonly Text[];
  readonly tables: readonly Relation[];
}

const NOTHING: Target = { columns: [], tables: [] };

function readHelper(call: CallNode, module: Module, context: AccessContext, recorder: Recorder): void {
  const callee = unwrapAwait(call.callee);
  const name = callee.type === 'MemberExpression' ? keyName(callee) : null;
  const [rows, columns, table] = call.arguments;
  if (callee.type !== 'MemberExpression' || (name !== 'insert' && name !== 'update') || !rows || rows.type === 'SpreadElement') return;
  if (!isHelpers(callee.object, module, context)) return;
  const listed = columns && columns.type !== 'SpreadElement' ? columnsOf({ node: columns, module }, context, 0) : NOTHING;
  const relations = [...listed.tables, ...(table && table.type !== 'SpreadElement' ? tablesOf({ node: table, module }, context) : [])];
  const at: Source = { node: call, module };
  const usage: Usage = { scope: { relations, outer: [] }, call: at, operation: `helpers.${name}`, kind: 'write' };
  addTables({ context, recorder }, usage, relations, at);
  addNamed({ context, recorder }, usage, listed.columns);
  if (listed.columns.length === 0)
    addRows({ context, recorder }, usage, {
      statement: name === 'insert' ? 'INSERT' : 'UPDATE',
      rows: { node: rows, module },
      conflict: null,
    });
  else for (const relation of relations) addListed(relation, listed.columns, name, usage, recorder);
}

function addListed(
  { table, isCertain }: Relation,
  columns: readonly Text[],
  name: 'insert' | 'update',
  usage: Usage,
  recorder: Recorder,
): void {
  const names = table ? columns.map(({ text }) => text).filter((text) => table.view.schema.tables.get(table.table)?.columns.has(text)) : [];
  if (!table) return;
  recorder.addRows(
    {
      database: table.view.id,
      table: table.table,
      statement: name === 'insert' ? 'INSERT' : 'UPDATE',
      columns: names,
      isComplete: true,
      isPositional: false,
      constants: [],
      conflict: null,
      confidence: isCertain ? 'high' : 'medium',
      operation: usage.operation,
    },
    usage.call,
    usage.call,
  );
}

/** `pgp.helpers`, or `helpers` taken out of it. */
function isHelpers(node: Node, module: Module, { modules }: AccessContext): boolean {
  const packages = [...clientOf({ node, module }, modules).packages];
  if (packages.length > 0) return packages.includes('pg-promise');
  return node.type === 'MemberExpression' && keyName(node) === 'helpers';
}

/** Names of columns: a list, or a ColumnSet with its table. */
function columnsOf(source: Source, context: AccessContext, depth: number): Target {
  const { modules } = context;
  const node = unwrapAwait(source.node);
  const made = node.type === 'NewExpression' ? { node, module: source.module } : resolveValue(node, source.module, modules);
  const value = made && unwrapAwait(made.node);
  if (made && value?.type === 'NewExpression' && keyNameOf(value.callee) === 'ColumnSet') {
    const [columns, options] = value.arguments;
    const listed =
      columns && columns.type !== 'SpreadElement' ? columnsOf({ node: columns, module: made.module }, context, depth + 1) : NOTHING;
    const entries = options && options.type !== 'SpreadElement' ? entriesOf({ node: options, module: made.module }, modules).entries : [];
    return { ...listed, tables: entries.flatMap((entry) => (entry.key === 'table' ? tablesOf(entry.value, context) : [])) };
  }
  if (made && value?.type === 'CallExpression' && value.callee.type === 'MemberExpression' && depth < 6) {
    const base = columnsOf({ node: value.callee.object, module: made.module }, context, depth + 1);
    const more = value.arguments.map((a) =>
      columnsOf({ node: a.type === 'SpreadElement' ? a.argument : a, module: made.module }, context, depth + 1),
    );
    return { columns: [...base.columns, ...more.flatMap((m) => m.columns)], tables: base.tables };
  }
  const { texts, objects } = textsOf(source, modules);
  const named = objects.flatMap((object) =>
    entriesOf(object, modules).entries.flatMap((entry) => (entry.key === 'name' ? textsOf(entry.value, modules).texts : [])),
  );
  return {
    columns: [...texts, ...named].map(({ text, at }) => ({ text: text.replace(/^\?/, '').replace(/[:^~#].*$/s, ''), at })),
    tables: [],
  };
}

const keyNameOf = (node: Node): string | null =>
  node.type === 'Identifier' ? node.name : node.type === 'MemberExpression' ? keyName(node) : null;

/** `'users'`, `{ table: 'users', schema: 'app' }`, `new TableName(…)`. */
function tablesOf(source: Source, context: AccessContext): readonly Relation[] {
  const { modules } = context;
  const node = unwrapAwait(source.node);
  if (node.type === 'NewExpression')
    return node.arguments.flatMap((a) => (a.type === 'SpreadElement' ? [] : tablesOf({ node: a, module: source.module }, context)));
  const { texts, objects } = textsOf(source, modules);
  const parts = objects.map(
    (object) => new Map(entriesOf(object, modules).entries.map(({ key, value }) => [key, textsOf(value, modules).texts[0]?.text])),
  );
  const names = parts.flatMap((part) => {
    const [table, schema] = [part.get('table'), part.get('schema')];
    return table === undefined ? [] : [schema === undefined ? table : `${schema}.${table}`];
  });
  return [...texts.map(({ text }) => text), ...names].flatMap((name) => relationsNamed(name, source.module, context, true));
}

export default pgPromise;
