/**
 * Reads chains of Knex-like builders: what every step names, among the tables of its query.
 * Input: a module, the library's steps, and what begins a query. Output: accesses and row writes in the recorder.
 */
import { type CallNode, isFunction, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import type { Chain, Step } from '../builder/chain.ts';
import { stepAround } from '../builder/chain.ts';
import { fieldsReadFrom } from '../builder/fields.ts';
import { addBindings, addFragment, type Clause } from '../builder/fragments.ts';
import { type BuilderSyntax, makeQueries, type Queries, type Shape } from '../builder/queries.ts';
import { addKeys, addNamed, addRows, addStar, addTables, addWhole, constantOf, type Recording, type Usage } from '../builder/record.ts';
import type { Relation } from '../builder/scope.ts';
import { textsOf, textsOfAll } from '../builder/texts.ts';
import { isStatement } from '../sql-find.ts';
import { entriesOf, type Source } from '../values.ts';
import { KNEX_STEPS, type Role, roleAt, type StepRule } from './steps.ts';

/** One library that builds queries as Knex does. */
export interface KnexLike {
  /** `knex`: before the method in what people are told. */
  readonly name: string;
  readonly steps: ReadonlyMap<string, StepRule>;
  readonly syntax: BuilderSyntax;
}

interface Reading extends Recording {
  readonly library: KnexLike;
  readonly module: Module;
  readonly queries: Queries;
}

/** Records everything the builder's chains in a module name. */
export function readChains(module: Module, library: KnexLike, recording: Recording): void {
  const queries = makeQueries(module, recording.context.modules, library.syntax);
  const reading: Reading = { ...recording, library, module, queries };
  for (const chain of queries.chains) readChain(chain, reading);
  readFragments(reading);
}

function readChain(chain: Chain, reading: Reading): void {
  const { library, module, queries } = reading;
  const shape = queries.of({ node: chain.node, module });
  if (shape.relations.length === 0 && !isNested(chain, shape, reading)) return;
  const call: Source = { node: chain.node, module };
  if (chain.base.type === 'CallExpression') {
    const begun = library.syntax.begins(chain.base, module);
    if (begun) readBegin(begun, chain, shape, reading);
  }
  chain.steps.forEach((step, i) => {
    const rule = library.steps.get(step.name);
    if (!rule) return;
    const operation = `${library.name}.${step.name}`;
    const usage: Usage = { scope: shape, call, operation, kind: rule.kind };
    readStep(step, rule, usage, chain.steps.slice(i + 1), chain, reading);
  });
}

/** A callback's chain, whose names are of the queries around it. */
const isNested = (chain: Chain, shape: Shape, { library }: Reading): boolean =>
  shape.outer.length > 0 && chain.steps.every((step) => library.steps.has(step.name));

/** What the tables are used for, said by the steps; all columns come where nothing chooses. */
function readBegin(relations: readonly Relation[], chain: Chain, shape: Shape, reading: Reading): void {
  const { module, library } = reading;
  const call: Source = { node: chain.node, module };
  const names = shape.steps.map((step) => step.name);
  const writing = names.find((name) => library.steps.get(name)?.kind === 'write');
  const operation = `${library.name}.${writing ?? 'select'}`;
  const usage: Usage = { scope: shape, call, operation, kind: writing ? 'write' : 'read' };
  addTables(reading, usage, relations, { node: chain.base, module });
  const isChosen = shape.steps.some((step) => library.steps.get(step.name)?.chooses || (step.name === 'first' && step.args.length > 0));
  if (!isChosen && !isInsideOther(chain, reading)) addStar(reading, usage, shape.relations, fieldsReadFrom(call, reading.context.modules));
}

/** A query that is handed to another one: `where('id', 'in', db('t'))`, `.into(db('t'))`. */
const isInsideOther = (chain: Chain, { library, module }: Reading): boolean =>
  stepAround(chain.node, module, library.syntax.isMethod) !== null && isFunction(module.parent(chain.node) ?? chain.node) === false;

function readStep(step: Step, rule: StepRule, usage: Usage, after: readonly Step[], chain: Chain, reading: Reading): void {
  const { module } = reading;
  step.args.forEach((arg, i) => {
    const source: Source = { node: arg.type === 'SpreadElement' ? arg.argument : arg, module };
    readArgument(roleAt(rule, i), source, step, usage, after, chain, reading);
  });
  if (rule.clause && step.args[0]) readRaw(step, rule.clause, usage, reading);
  const isStar = step.args.length > 0 && rule.chooses && textsOfAll(step.args, module, reading.context.modules).texts.some(isAll);
  if (isStar && rule.roles.includes('column'))
    addStar(reading, { ...usage, kind: 'read' }, usage.scope.relations, fieldsReadFrom(usage.call, reading.context.modules));
}

const isAll = ({ text }: { readonly text: string }): boolean => /^(?:[\w"]+\.)?\*$/.test(text.trim());

/** Texts that stand between two columns. */
const OPERATOR = /^(?:[=<>!~&|@?#-]+|(?:not )?(?:i?like|in|between)|is(?: not)?(?: distinct from)?)$/i;
const DIRECTION = /\s+(?:asc|desc)(?:\s+nulls\s+(?:first|last))?\s*$/i;

type ReadRole = (source: Source, step: Step, usage: Usage, after: readonly Step[], chain: Chain, reading: Reading) => void;

const readColumns: ReadRole = (source, _, usage, __, ___, reading) => {
  const { texts, objects } = textsOf(source, reading.context.modules);
  const read: Usage = { ...usage, kind: 'read' };
  addNamed(reading, read, texts);
  for (const object of objects)
    for (const { value } of entriesOf(object, reading.context.modules).entries)
      addNamed(reading, read, textsOf(value, reading.context.modules).texts);
};

const readCondition: ReadRole = (source, step, usage, _, __, reading) => {
  if (isFunction(unwrapAwait(source.node))) return;
  const { texts, objects, unknown } = textsOf(source, reading.context.modules);
  const value = step.args.length > 1 ? step.args.at(-1) : undefined;
  const constants = value && value.type !== 'SpreadElement' ? constantOf({ node: value, module: source.module }, reading) : [];
  addNamed(reading, usage, texts, constants);
  for (const object of objects) addKeys(reading, usage, object);
  if (texts.length === 0 && objects.length === 0) readUnknown(unknown, usage, reading);
};

/** An object or name that is computed; calls are fragments and queries of their own. */
function readUnknown(unknown: readonly Source[], usage: Usage, reading: Reading): void {
  for (const source of unknown) {
    const node = unwrapAwait(source.node);
    const { entries } = entriesOf(source, reading.context.modules);
    if (entries.length > 0) addKeys(reading, usage, source);
    else if (node.type === 'Identifier' || node.type === 'MemberExpression') addWhole(reading, usage, source);
  }
}

const ROLES: ReadonlyMap<Role, ReadRole> = new Map<Role, ReadRole>([
  ['column', readColumns],
  ['condition', readCondition],
  [
    'order',
    (source, _, usage, __, ___, reading) => {
      const { texts, objects } = textsOf(source, reading.context.modules);
      addNamed(
        reading,
        usage,
        texts.map(({ text, at }) => ({ text: text.replace(DIRECTION, ''), at })),
      );
      for (const object of objects)
        for (const { key, value } of entriesOf(object, reading.context.modules).entries)
          if (key === 'column') addNamed(reading, usage, textsOf(value, reading.context.modules).texts);
    },
  ],
  [
    'on',
    (source, _, usage, __, ___, reading) => {
      const { texts, objects } = textsOf(source, reading.context.modules);
      addNamed(
        reading,
        usage,
        texts.filter(({ text }) => !OPERATOR.test(text.trim())),
      );
      for (const object of objects)
        for (const { key, value, at } of entriesOf(object, reading.context.modules).entries)
          addNamed(reading, usage, [{ text: key, at }, ...textsOf(value, reading.context.modules).texts]);
    },
  ],
  [
    'rows',
    (source, _, usage, after, chain, reading) => {
      const conflict = conflictOf(after, reading);
      const own = { ...usage, scope: targetOf(usage, chain, reading) };
      addRows(reading, own, { statement: 'INSERT', rows: source, conflict });
    },
  ],
  [
    'set',
    (source, step, usage, _, chain, reading) => {
      const { texts } = textsOf(source, reading.context.modules);
      const own = { ...usage, scope: targetOf(usage, chain, reading) };
      const value = step.args[1];
      addNamed(reading, own, texts, value && texts.length > 0 ? constantOf({ node: value, module: source.module }, reading) : []);
      if (texts.length > 0) return;
      addRows(reading, own, { statement: 'UPDATE', rows: source, conflict: null });
      if (value && value.type !== 'SpreadElement') readColumns({ node: value, module: source.module }, step, usage, _, chain, reading);
    },
  ],
  ['conflict', readColumns],
  [
    'merge',
    (source, _, usage, __, chain, reading) => {
      const own = { ...usage, scope: targetOf(usage, chain, reading) };
      const { texts, objects } = textsOf(source, reading.context.modules);
      addNamed(reading, own, texts);
      for (const object of objects) addRows(reading, own, { statement: 'UPDATE', rows: object, conflict: null });
    },
  ],
  [
    'table',
    (source, step, usage, _, chain, reading) => {
      const writes =
        chain.steps.some((s) => reading.library.steps.get(s.name)?.kind === 'write') && /^(?:from|into|table|batchInsert)$/.test(step.name);
      const relations = reading.library.syntax.introduces(step, chain);
      const isTarget = !/oin$/.test(step.name);
      if (relations.length === 0) return;
      addTables(reading, { ...usage, kind: writes ? 'write' : 'read' }, relations, source);
      if (isTarget && !writes) readBeginStep(chain, usage, reading);
    },
  ],
]);

/** `db.from('t')` without columns reads them all. */
function readBeginStep(chain: Chain, usage: Usage, reading: Reading): void {
  const { steps } = reading.queries.of({ node: chain.node, module: reading.module });
  const isChosen = steps.some((step) => reading.library.steps.get(step.name)?.chooses || (step.name === 'first' && step.args.length > 0));
  if (!isChosen && !isInsideOther(chain, reading))
    addStar(reading, { ...usage, kind: 'read' }, usage.scope.relations, fieldsReadFrom(usage.call, reading.context.modules));
}

function readArgument(role: Role, source: Source, step: Step, usage: Usage, after: readonly Step[], chain: Chain, reading: Reading): void {
  ROLES.get(role)?.(source, step, usage, after, chain, reading);
}

/** The relation that an INSERT or UPDATE writes: the one the query began with. */
function targetOf(usage: Usage, chain: Chain, reading: Reading): Usage['scope'] {
  const step = chain.steps.find(({ name }) => name === 'batchInsert');
  const own = step ? reading.library.syntax.introduces(step, chain) : [];
  const [first] = own.length > 0 ? own : usage.scope.relations;
  return first ? { relations: usage.scope.relations.filter(({ alias }) => alias === first.alias), outer: [] } : usage.scope;
}

/** The unique key of `onConflict`. */
function conflictOf(after: readonly Step[], reading: Reading): Parameters<typeof addRows>[2]['conflict'] {
  const step = after.find(({ name }) => name === 'onConflict');
  if (!step) return null;
  const { texts, unknown } = textsOfAll(step.args, reading.module, reading.context.modules);
  return unknown.length > 0 || texts.length === 0 ? { kind: 'any' } : { kind: 'columns', columns: texts.map(({ text }) => text) };
}

function readRaw(step: Step, clause: Clause, usage: Usage, reading: Reading): void {
  const [text, bindings] = step.args;
  if (!text || text.type === 'SpreadElement') return;
  addFragment(reading, usage, { node: text, module: reading.module }, clause);
  if (bindings && bindings.type !== 'SpreadElement')
    addBindings(reading, usage, { node: text, module: reading.module }, { node: bindings, module: reading.module });
}

/** `db.raw('…')` and `db.ref('t.c')` in a step, or on the way to one. */
function readFragments(reading: Reading): void {
  const { module, library, queries, context } = reading;
  for (const call of module.nodes('CallExpression')) {
    const name = fragmentName(call);
    const [text, bindings] = call.arguments;
    if (name === null || !text || text.type === 'SpreadElement') continue;
    const around = stepAround(call, module, library.syntax.isMethod);
    const scope: Usage['scope'] = around ? queries.of({ node: wholeOf(around.step.call, reading), module }) : { relations: [], outer: [] };
    if (scope.relations.length === 0 && scope.outer.length === 0) continue;
    const usage: Usage = { scope, call: { node: around?.step.call ?? call, module }, operation: `${library.name}.${name}`, kind: 'read' };
    const source: Source = { node: text, module };
    if (name === 'ref') addNamed(reading, usage, textsOf(source, context.modules).texts);
    else if (!textsOf(source, context.modules).texts.some((t) => isStatement(t.text))) {
      addFragment(reading, usage, source, library.steps.get(around?.step.name ?? '')?.clause ?? 'select');
      if (bindings && bindings.type !== 'SpreadElement') addBindings(reading, usage, source, { node: bindings, module });
    }
  }
}

const wholeOf = (call: CallNode, { queries }: Reading): Node =>
  queries.chains.find((chain) => chain.node.start <= call.start && chain.node.end >= call.end && chain.steps.some((s) => s.call === call))
    ?.node ?? call;

function fragmentName(call: CallNode): 'raw' | 'ref' | null {
  const callee = unwrapAwait(call.callee);
  const name =
    callee.type === 'Identifier'
      ? callee.name
      : callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
        ? callee.property.name
        : null;
  return name === 'raw' || name === 'ref' ? name : null;
}

export { KNEX_STEPS };
