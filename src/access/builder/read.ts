/**
 * Reads the chains of a query builder that names tables and columns in text: every step among the tables of its query.
 * Input: a module, the library's table of steps, and what begins a query. Output: accesses and row writes in the recorder.
 */
import { type CallNode, isFunction, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { isStatement } from '../sql/find.ts';
import type { Source } from '../values.ts';
import { type Chain, type Step, stepAround } from './chain.ts';
import { fieldsReadFrom } from './fields.ts';
import { addBindings, addFragment, type Clause } from './fragments.ts';
import { type BuilderSyntax, makeQueries, type Queries, type Shape } from './queries.ts';
import { addNamed, addStar, addTables, type Recording, type Usage } from './record.ts';
import { readRole } from './roles.ts';
import { roleAt, type StepRule } from './rules.ts';
import { aliased, type Relation } from './scope.ts';
import { textsOf, textsOfAll } from './texts.ts';

/** One library that builds queries by chains. */
export interface Library {
  /** `knex`: before the method in what people are told. */
  readonly name: string;
  readonly steps: ReadonlyMap<string, StepRule>;
  readonly syntax: BuilderSyntax;
  /** Whether a query that chooses no columns reads them all. */
  readonly readsAll: boolean;
}

export interface Reading extends Recording {
  readonly library: Library;
  readonly module: Module;
  readonly queries: Queries;
}

/** Records everything the library's chains in a module name. */
export function readChains(module: Module, library: Library, recording: Recording): Reading {
  const queries = makeQueries(module, recording.context.modules, library.syntax);
  const reading: Reading = { ...recording, library, module, queries };
  for (const chain of queries.chains) readChain(chain, reading);
  readFragments(reading);
  return reading;
}

function readChain(chain: Chain, reading: Reading): void {
  const { library, module, queries } = reading;
  const shape = queries.of({ node: chain.node, module });
  if (shape.relations.length === 0 && shape.outer.length === 0) return;
  const begun = chain.base.type === 'CallExpression' ? library.syntax.begins(chain.base, module) : null;
  if (begun) addBegin(begun, chain, shape, reading);
  const introduces = chain.steps.some((step) => library.steps.get(step.name)?.roles[0] === 'table' && !/oin$/.test(step.name));
  if (begun || introduces) addAll(chain, shape, reading);
  for (const step of chain.steps) readStep(step, chain, shape, reading);
}

const usageOf = (step: string, kind: Usage['kind'], chain: Chain, scope: Shape, { library }: Reading): Usage => ({
  scope,
  call: { node: chain.node, module: chain.module },
  operation: `${library.name}.${step}`,
  kind,
});

const writingStep = (shape: Shape, { library }: Reading): string | undefined =>
  shape.steps.find(({ name }) => library.steps.get(name)?.kind === 'write')?.name;

function addBegin(relations: readonly Relation[], chain: Chain, shape: Shape, reading: Reading): void {
  const writing = writingStep(shape, reading);
  const usage = usageOf(writing ?? 'select', writing ? 'write' : 'read', chain, shape, reading);
  addTables(reading, usage, relations, { node: chain.base, module: chain.module });
}

/** All columns come where no step chooses, unless the query is a part of another. */
function addAll(chain: Chain, shape: Shape, reading: Reading): void {
  const { library } = reading;
  const chooses = (step: Step): boolean =>
    (library.steps.get(step.name)?.chooses ?? false) || (step.name === 'first' && step.args.length > 0);
  if (!library.readsAll || shape.steps.some(chooses) || isPart(chain, reading)) return;
  addStars(usageOf('select', 'read', chain, shape, reading), shape.relations, shape, reading);
}

/** A query that is handed to another one: `whereIn('id', db('t'))`. */
function isPart(chain: Chain, { library, module }: Reading): boolean {
  const around = stepAround(chain.node, module, library.syntax.isMethod);
  return around !== null && !isFunction(unwrapAwait(around.argument));
}

/** Whole rows, and the fields read from them; names that the query gives to other columns are not the table's. */
function addStars(usage: Usage, relations: readonly Relation[], shape: Shape, reading: Reading): void {
  const { context } = reading;
  const renamed = new Set(
    shape.steps.flatMap((step) =>
      textsOfAll(step.args, usage.call.module, context.modules).texts.flatMap(({ text }) => aliased(text).alias ?? []),
    ),
  );
  const read = [...fieldsReadFrom(usage.call, context.modules)].filter(([name]) => !renamed.has(name));
  addStar(reading, { ...usage, kind: 'read' }, relations, new Map(read));
}

function readStep(step: Step, chain: Chain, shape: Shape, reading: Reading): void {
  const { module, library } = reading;
  const rule = library.steps.get(step.name);
  if (!rule) return;
  const usage = usageOf(step.name, rule.kind, chain, shape, reading);
  const { steps, syntax } = library;
  step.args.forEach((arg, i) => {
    const source: Source = { node: arg.type === 'SpreadElement' ? arg.argument : arg, module };
    readRole(roleAt(rule, i), { source, step, chain, shape, usage, recording: reading, steps, syntax });
  });
  if (rule.clause) readRaw(step, rule.clause, usage, reading);
  readStar(step, rule, usage, shape, reading);
}

const STAR = /^(?:(?:(["`]?)([\w.]+)\1\.)?\*)$/;

/** `select('*')`, `select('t.*')`, `returning('*')`: the last of the table that is written alone. */
function readStar(step: Step, rule: StepRule, usage: Usage, shape: Shape, reading: Reading): void {
  if (rule.takesAll) readAll(step, usage, shape, reading);
  if (rule.takesAll) return;
  if (!rule.chooses || !rule.roles.includes('column') || /^(?:count|sum|avg|min|max)/.test(step.name)) return;
  const { texts } = textsOfAll(step.args, reading.module, reading.context.modules);
  const isOfTarget = writingStep(shape, reading) !== undefined;
  for (const { text } of texts) {
    const star = STAR.exec(text.trim());
    if (!star) continue;
    const [first] = shape.relations;
    const alias = star[2] ?? (isOfTarget ? first?.alias : undefined);
    addStars(usage, alias === undefined ? shape.relations : shape.relations.filter((r) => r.alias === alias), shape, reading);
  }
}

/** `selectAll()`, `selectAll('t')`. */
function readAll(step: Step, usage: Usage, shape: Shape, reading: Reading): void {
  const { texts } = textsOfAll(step.args, reading.module, reading.context.modules);
  const named = shape.relations.filter(({ alias }) => texts.some(({ text }) => text === alias));
  const target = writingStep(shape, reading) === undefined ? shape.relations : shape.relations.slice(0, 1);
  addStars(usage, texts.length > 0 ? named : target, shape, reading);
}

function readRaw(step: Step, clause: Clause, usage: Usage, reading: Reading): void {
  const [text, bindings] = step.args;
  if (!text || text.type === 'SpreadElement') return;
  const source: Source = { node: text, module: reading.module };
  addFragment(reading, usage, source, clause);
  if (bindings && bindings.type !== 'SpreadElement') addBindings(reading, usage, source, { node: bindings, module: reading.module });
}

/** The query whose step an expression stands in. */
export function shapeAround(node: Node, reading: Reading): { readonly shape: Shape; readonly step: Step } | null {
  const { module, library, queries } = reading;
  const around = stepAround(node, module, library.syntax.isMethod);
  if (!around) return null;
  const { call } = around.step;
  const whole = queries.chains.find(
    (chain) => chain.node.start <= call.start && chain.node.end >= call.end && chain.steps.some((s) => s.call === call),
  );
  const shape = queries.of({ node: whole?.node ?? call, module });
  return shape.relations.length + shape.outer.length > 0 ? { shape, step: around.step } : null;
}

/** `db.raw('…')`, `db.ref('t.c')` in a step. */
function readFragments(reading: Reading): void {
  const { module, library, context } = reading;
  for (const call of module.nodes('CallExpression')) {
    const name = fragmentName(call);
    const [text, bindings] = call.arguments;
    if (name === null || !text || text.type === 'SpreadElement') continue;
    const around = shapeAround(call, reading);
    if (!around) continue;
    const usage: Usage = {
      scope: around.shape,
      call: { node: around.step.call, module },
      operation: `${library.name}.${name}`,
      kind: 'read',
    };
    const source: Source = { node: text, module };
    const { texts } = textsOf(source, context.modules);
    if (name === 'ref') addNamed(reading, usage, texts);
    else if (!texts.some((t) => isStatement(t.text))) {
      addFragment(reading, usage, source, library.steps.get(around.step.name)?.clause ?? 'select');
      if (bindings && bindings.type !== 'SpreadElement') addBindings(reading, usage, source, { node: bindings, module });
    }
  }
}

function fragmentName(call: CallNode): 'raw' | 'ref' | null {
  const callee = unwrapAwait(call.callee);
  const property = callee.type === 'MemberExpression' ? callee.property : callee;
  const name = property.type === 'Identifier' ? property.name : null;
  return name === 'raw' || name === 'ref' ? name : null;
}
