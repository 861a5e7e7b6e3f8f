/**
 * Reads chains of a Supabase or PostgREST client: select texts with embedded resources, filters, rows.
 * Input: the chains of a module. Output: accesses and row writes in the recorder.
 */
import { isFunction, unwrapAwait } from '../../code/syntax.ts';
import type { Module } from '../../code/types.ts';
import type { Chain, Step } from '../builder/chain.ts';
import { chosenAtRunTime } from '../builder/dynamic.ts';
import { fieldsReadFrom } from '../builder/fields.ts';
import { type BuilderSyntax, makeQueries, type Shape } from '../builder/queries.ts';
import {
  addNamed,
  addRows,
  addStar,
  addTables,
  addWhole,
  constantOf,
  type Recording,
  type RowsGiven,
  type Usage,
} from '../builder/record.ts';
import type { Relation, Scope } from '../builder/scope.ts';
import type { KnownTable } from '../builder/tables.ts';
import { type Text, textsOf } from '../builder/texts.ts';
import type { Unresolved } from '../types.ts';
import { entriesOf, type Source } from '../values.ts';
import { embedded } from './relations.ts';
import { type Item, parseConditions, parseSelect } from './select.ts';
import { SUPABASE_STEPS } from './steps.ts';
import { type Given, HOLE, textsGiven } from './texts.ts';

interface Query {
  readonly chain: Chain;
  readonly shape: Shape;
  readonly recording: Recording;
  /** Tables under the names that filters call them by; the query's own under the empty one. */
  readonly tables: ReadonlyMap<string, readonly Relation[]>;
  /** Names that are chosen at run time. */
  readonly unresolved: Unresolved[];
}

/** Records everything the client's chains in a module name; gives back what is chosen at run time. */
export function readSupabase(module: Module, syntax: BuilderSyntax, recording: Recording): readonly Unresolved[] {
  const unresolved: Unresolved[] = [];
  const queries = makeQueries(module, recording.context.modules, syntax);
  for (const chain of queries.chains) {
    const shape = queries.of({ node: chain.node, module });
    if (shape.relations.length === 0) continue;
    const query: Query = { chain, shape, recording, tables: tablesOf(shape, recording), unresolved };
    for (const step of chain.steps) readStep(step, query, syntax);
  }
  return unresolved;
}

const scopeOf = (relations: readonly Relation[]): Scope => ({ relations, outer: [] });

const usageOf = ({ chain }: Query, step: Step, kind: Usage['kind'], relations: readonly Relation[]): Usage => ({
  scope: scopeOf(relations),
  call: { node: chain.node, module: chain.module },
  operation: `supabase.${step.name}`,
  kind,
});

/** The embedded resources of all select texts of a query, by their path of aliases. */
function tablesOf(shape: Shape, recording: Recording): ReadonlyMap<string, readonly Relation[]> {
  const tables = new Map<string, readonly Relation[]>([['', shape.relations]]);
  const visit = (items: readonly Item[], owners: readonly Relation[], path: string): void => {
    for (const item of items) {
      if (item.kind !== 'embed') continue;
      const found = owners.flatMap(({ table, isCertain }) => {
        const other = table && embedded(table, item.name, item.hint, recording.context);
        return other ? [{ alias: item.alias, table: other.table, isCertain }] : [];
      });
      const key = path === '' ? item.alias : `${path}.${item.alias}`;
      tables.set(key, found);
      if (!tables.has(item.name)) tables.set(item.name, found);
      visit(item.items, found, key);
    }
  };
  for (const { text } of selectTexts(shape, recording)) visit(parseSelect(text), shape.relations, '');
  return tables;
}

function selectTexts(shape: Shape, { context }: Recording): readonly Given[] {
  return shape.steps.flatMap((step) => {
    const [first] = step.args;
    return step.name === 'select' && first && first.type !== 'SpreadElement'
      ? textsGiven({ node: first, module: step.module }, context.modules)
      : [];
  });
}

type StepReader = (step: Step, query: Query, syntax: BuilderSyntax) => void;

const argumentOf = (step: Step, query: Query, index: number): Source | null => {
  const arg = step.args[index];
  return arg && arg.type !== 'SpreadElement' && !isFunction(unwrapAwait(arg)) ? { node: arg, module: query.chain.module } : null;
};

const readers: ReadonlyMap<string, StepReader> = new Map<string, StepReader>([
  ['from', readFrom],
  ['select', readSelect],
  ['insert', (step, query) => readRows(step, query, 'INSERT')],
  ['upsert', (step, query) => readRows(step, query, 'INSERT')],
  ['update', (step, query) => readRows(step, query, 'UPDATE')],
  ['match', readMatch],
  ['or', readOr],
  ['order', (step, query) => readColumn(step, query, optionOf(step, query, ['referencedTable', 'foreignTable']), [])],
]);

function readFrom(step: Step, query: Query, syntax: BuilderSyntax): void {
  const at = argumentOf(step, query, 0);
  if (at) addTables(query.recording, usageOf(query, step, kindOf(query), []), syntax.introduces(step, query.chain), at);
}

const kindOf = ({ shape }: Query): Usage['kind'] =>
  shape.steps.some((s) => SUPABASE_STEPS.get(s.name)?.kind === 'write') ? 'write' : 'read';

function readStep(step: Step, query: Query, syntax: BuilderSyntax): void {
  const reader = readers.get(step.name);
  if (reader) reader(step, query, syntax);
  else if (SUPABASE_STEPS.get(step.name)?.roles[0] === 'condition') readFilter(step, query);
}

function readFilter(step: Step, query: Query): void {
  const value = argumentOf(step, query, step.args.length - 1);
  readColumn(step, query, null, value && step.args.length > 1 ? constantOf(value, query.recording) : []);
}

/** The text of an option: `{ referencedTable: 'teams' }`. */
function optionOf(step: Step, query: Query, names: readonly string[]): string | null {
  const options = argumentOf(step, query, 1);
  if (!options) return null;
  const { modules } = query.recording.context;
  const found = entriesOf(options, modules).entries.find(({ key }) => names.includes(key));
  return found ? (textsOf(found.value, modules).texts[0]?.text ?? null) : null;
}

function readColumn(step: Step, query: Query, within: string | null, constants: readonly (string | null)[]): void {
  const source = argumentOf(step, query, 0);
  const { texts } = source ? textsOf(source, query.recording.context.modules) : { texts: [] };
  for (const text of texts) addColumn(text, step, query, within, constants);
}

/** `{ 'rel.c': value }`. */
function readMatch(step: Step, query: Query): void {
  const object = argumentOf(step, query, 0);
  if (!object) return;
  const { entries, complete } = entriesOf(object, query.recording.context.modules);
  for (const { key, value, at } of entries) addColumn({ text: key, at }, step, query, null, constantOf(value, query.recording));
  if (!complete) addWhole(query.recording, usageOf(query, step, 'read', query.shape.relations), object);
}

/** `c`, `rel.c`, `rel(c)`, `c->x`. */
function addColumn({ text, at }: Text, step: Step, query: Query, within: string | null, constants: readonly (string | null)[]): void {
  const path = text
    .replace(/->.*$/s, '')
    .replace(/\((\w+)\)$/, '.$1')
    .split('.');
  const owner = [...(within === null ? [] : within.split('.')), ...path.slice(0, -1)].join('.');
  const relations = query.tables.get(owner) ?? [];
  addNamed(query.recording, usageOf(query, step, 'read', relations), [{ text: path.at(-1) ?? '', at }], constants);
}

function readOr(step: Step, query: Query): void {
  const source = argumentOf(step, query, 0);
  const relations = query.tables.get(optionOf(step, query, ['referencedTable', 'foreignTable']) ?? '') ?? [];
  if (!source) return;
  for (const { text, at } of textsGiven(source, query.recording.context.modules)) {
    for (const { column, offset } of parseConditions(text))
      addNamed(query.recording, usageOf(query, step, 'read', relations), [{ text: column, at: at(offset, column) }]);
    if (HOLE_IN_CONDITION.test(text)) addDynamic(source, query, relations);
  }
}

/** A column, an operator or a whole condition known at run time only; values are no matter. */
const HOLE_IN_CONDITION = new RegExp(`(?:^|[(,])\\s*(?:not\\.)?\\w*${HOLE}`);

const addDynamic = (at: Source, { unresolved, recording }: Query, relations: readonly Relation[]): void => {
  unresolved.push(...chosenAtRunTime(at, relations, recording.context));
};

function readSelect(step: Step, query: Query): void {
  const source = argumentOf(step, query, 0);
  const { modules } = query.recording.context;
  if (!source) addAll(step, query, query.shape.relations);
  if (!source) return;
  for (const given of textsGiven(source, modules)) {
    readItems(parseSelect(given.text), query.shape.relations, '', { step, query, given });
    if (given.text.includes(HOLE)) addDynamic(source, query, query.shape.relations);
  }
}

interface Selection {
  readonly step: Step;
  readonly query: Query;
  readonly given: Given;
}

function readItems(items: readonly Item[], owners: readonly Relation[], path: string, selection: Selection): void {
  const { step, query, given } = selection;
  const usage = usageOf(query, step, 'read', owners);
  for (const item of items) {
    if (item.kind === 'all') addAll(step, query, owners);
    else if (item.kind === 'column') addNamed(query.recording, usage, [{ text: item.name, at: given.at(item.offset, item.name) }]);
    else {
      const place = given.at(item.offset, item.name);
      const key = path === '' ? item.alias : `${path}.${item.alias}`;
      addKeysOf(owners, item, usage, place, query);
      readItems(item.items, query.tables.get(key) ?? [], key, selection);
    }
  }
}

/** The foreign keys an embedded resource is joined by, and its table. */
function addKeysOf(
  owners: readonly Relation[],
  item: Extract<Item, { kind: 'embed' }>,
  usage: Usage,
  at: Source,
  { recording }: Query,
): void {
  for (const { table, isCertain } of owners) {
    const found = table && embedded(table, item.name, item.hint, recording.context);
    if (!found) continue;
    const relation = (known: KnownTable): Relation => ({ alias: known.table, table: known, isCertain });
    addTables(recording, usage, [relation(found.table)], at);
    for (const key of found.keys) addNamed(recording, { ...usage, scope: scopeOf([relation(key.table)]) }, [{ text: key.column, at }]);
  }
}

function addAll(step: Step, query: Query, relations: readonly Relation[]): void {
  const usage = usageOf(query, step, 'read', relations);
  addStar(query.recording, usage, relations, fieldsReadFrom(usage.call, query.recording.context.modules));
}

function readRows(step: Step, query: Query, statement: RowsGiven['statement']): void {
  const rows = argumentOf(step, query, 0);
  if (!rows) return;
  const columns = optionOf(step, query, ['onConflict']);
  const names = columns?.split(',').map((name) => name.trim()) ?? [];
  const usage = usageOf(query, step, 'write', query.shape.relations);
  const conflict: RowsGiven['conflict'] =
    step.name !== 'upsert' ? null : names.length > 0 ? { kind: 'columns', columns: names } : { kind: 'any' };
  addRows(query.recording, usage, { statement, rows, conflict });
  addNamed(
    query.recording,
    { ...usage, kind: 'read' },
    names.map((text) => ({ text, at: rows })),
  );
}
