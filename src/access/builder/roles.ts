/**
 * What each role of a step's argument records: columns, conditions, rows, conflicts, tables.
 * Input: the argument, its step, the query's scope. Output: accesses and row writes in the recorder.
 */
import { isFunction, unwrapAwait } from '../../code/syntax.ts';
import { entriesOf, returnsOf, type Source } from '../values.ts';
import { type Chain, chainAt, type Step } from './chain.ts';
import type { BuilderSyntax, Shape } from './queries.ts';
import { addKeys, addNamed, addRows, addTables, addWhole, constantOf, type Recording, type RowsGiven, type Usage } from './record.ts';
import type { Role, StepRule } from './rules.ts';
import type { Scope } from './scope.ts';
import { type Text, textsOf, textsOfAll } from './texts.ts';

/** One argument of a step, with all that its meaning depends on. */
export interface Argument {
  readonly source: Source;
  readonly step: Step;
  readonly chain: Chain;
  readonly shape: Shape;
  readonly usage: Usage;
  readonly recording: Recording;
  readonly steps: ReadonlyMap<string, StepRule>;
  readonly syntax: BuilderSyntax;
}

type RoleReader = (argument: Argument) => void;

/** Texts that stand between two columns. */
const OPERATOR =
  /^(?:[=<>!~&|@?#*-]+|(?:not )?(?:i?like|regexp|similar to|in|between)|is(?: not)?(?: distinct from)?|match|on|or|and|exists)$/i;
const DIRECTION = /\s+(?:asc|desc)(?:\s+nulls\s+(?:first|last))?\s*$/i;

const textsIn = ({ source, recording }: Argument) => textsOf(source, recording.context.modules);

/** The texts of an object's values. */
const valuesIn = (object: Source, { recording }: Argument): readonly Text[] =>
  entriesOf(object, recording.context.modules).entries.flatMap(({ value }) => textsOf(value, recording.context.modules).texts);

/** The constant a step compares its column with: its last argument. */
function comparedWith({ step, source, recording }: Argument) {
  const value = step.args.length > 1 ? step.args.at(-1) : undefined;
  return value && value.type !== 'SpreadElement' ? constantOf({ node: value, module: source.module }, recording) : [];
}

function readColumns(argument: Argument): void {
  const read: Usage = { ...argument.usage, kind: 'read' };
  for (const source of givenBy(argument.source)) {
    const { texts, objects } = textsIn({ ...argument, source });
    addNamed(argument.recording, read, texts);
    for (const object of objects) addNamed(argument.recording, read, valuesIn(object, argument));
  }
}

function readCondition(argument: Argument): void {
  const { source, usage, recording } = argument;
  if (isFunction(unwrapAwait(source.node))) return;
  const { texts, objects, unknown } = textsIn(argument);
  addNamed(recording, usage, texts, comparedWith(argument));
  for (const object of objects) addKeys(recording, usage, object);
  if (texts.length === 0 && objects.length === 0) readUnknown(unknown, argument);
}

/** An object or name that is computed; calls are fragments and queries of their own. */
function readUnknown(unknown: readonly Source[], { usage, recording }: Argument): void {
  for (const source of unknown) {
    const node = unwrapAwait(source.node);
    if (entriesOf(source, recording.context.modules).entries.length > 0) addKeys(recording, usage, source);
    else if (node.type === 'Identifier' || node.type === 'MemberExpression') addWhole(recording, usage, source);
  }
}

function readOrder(argument: Argument): void {
  const { usage, recording } = argument;
  const { texts, objects } = textsIn(argument);
  const outputs = outputsOf(argument);
  const plain = texts.map(({ text, at }) => ({ text: text.replace(DIRECTION, ''), at })).filter(({ text }) => !outputs.has(text.trim()));
  addNamed(recording, usage, plain);
  for (const object of objects)
    for (const { key, value } of entriesOf(object, recording.context.modules).entries)
      if (key === 'column') addNamed(recording, usage, textsOf(value, recording.context.modules).texts);
}

/** Names that the query gives to what it selects: ORDER BY means those first. */
function outputsOf({ shape, chain: { module } }: Argument): ReadonlySet<string> {
  const within = shape.steps.flatMap(({ args }) => args.map((arg) => module.text.slice(arg.start, arg.end)));
  return new Set(within.flatMap((text) => [...text.matchAll(/\bas\s+["'`]?(\w+)|\.as\(\s*['"`](\w+)/gi)].map(([, a, b]) => a ?? b ?? '')));
}

function readOn(argument: Argument): void {
  const { usage, recording } = argument;
  const { texts, objects } = textsIn(argument);
  const columns = texts.filter(({ text }) => !OPERATOR.test(text.trim()));
  addNamed(recording, usage, columns);
  for (const object of objects) {
    const { entries } = entriesOf(object, recording.context.modules);
    addNamed(recording, usage, [...entries.map(({ key, at }) => ({ text: key, at })), ...valuesIn(object, argument)]);
  }
}

/** The relation that an INSERT or UPDATE writes: the one the query began with. */
function targetOf({ chain, shape, syntax }: Argument): Scope {
  const step = chain.steps.find(({ name }) => name === 'batchInsert');
  const own = step ? syntax.introduces(step, chain) : [];
  const [first] = own.length > 0 ? own : shape.relations;
  return first ? { relations: (own.length > 0 ? own : shape.relations).filter(({ alias }) => alias === first.alias), outer: [] } : shape;
}

/** The unique key of `onConflict`: its own argument, or a step of its callback. */
function conflictOf({ chain, step, recording, steps, syntax }: Argument): RowsGiven['conflict'] {
  const after = chain.steps.slice(chain.steps.indexOf(step) + 1);
  const conflict = after.find(({ name }) => steps.get(name)?.roles[0] === 'conflict' || name === 'onConflict');
  if (!conflict) return null;
  const callback = conflict.args[0] && isFunction(conflict.args[0]) ? returnsOf({ node: conflict.args[0], module: chain.module })[0] : null;
  const body = callback ? unwrapAwait(callback.node) : null;
  const inner = body?.type === 'CallExpression' ? chainAt(body, chain.module, syntax.isMethod).steps : [conflict];
  const found = inner.find(({ name }) => steps.get(name)?.roles[0] === 'conflict');
  const { texts, unknown } = textsOfAll(found?.args ?? [], chain.module, recording.context.modules);
  return unknown.length > 0 || texts.length === 0 ? { kind: 'any' } : { kind: 'columns', columns: texts.map(({ text }) => text) };
}

/** What an argument gives: itself, or what the function returns that makes it: `set((eb) => ({ … }))`. */
function givenBy({ node, module }: Source): readonly Source[] {
  const inner = unwrapAwait(node);
  return isFunction(inner) ? returnsOf({ node: inner, module }) : [{ node, module }];
}

function readRows(argument: Argument): void {
  const own: Usage = { ...argument.usage, scope: targetOf(argument), kind: 'write' };
  for (const rows of givenBy(argument.source))
    addRows(argument.recording, own, { statement: 'INSERT', rows, conflict: conflictOf(argument) });
}

function readSet(argument: Argument): void {
  const { source, step, recording } = argument;
  const own: Usage = { ...argument.usage, scope: targetOf(argument), kind: 'write' };
  const { texts } = textsIn(argument);
  const value = step.args[1];
  if (texts.length > 0) {
    const constants = value && value.type !== 'SpreadElement' ? constantOf({ node: value, module: source.module }, recording) : [];
    addNamed(recording, own, texts, constants);
    return;
  }
  for (const rows of givenBy(source)) addRows(recording, own, { statement: 'UPDATE', rows, conflict: null });
  if (value && value.type !== 'SpreadElement') readColumns({ ...argument, source: { node: value, module: source.module } });
}

/** What an upsert sets where the row is there already. */
function readMerge(argument: Argument): void {
  const own: Usage = { ...argument.usage, scope: targetOf(argument), kind: 'write' };
  for (const source of givenBy(argument.source)) {
    const { texts, objects, unknown } = textsIn({ ...argument, source });
    addNamed(argument.recording, own, texts);
    for (const object of [...objects, ...(texts.length === 0 ? unknown : [])])
      addRows(argument.recording, own, { statement: 'UPDATE', rows: object, conflict: null });
  }
}

function readTable(argument: Argument): void {
  const { syntax, step, chain, steps, shape, usage, recording, source } = argument;
  const relations = syntax.introduces(step, chain);
  const isTarget = !/oin$|^using$/.test(step.name);
  const isWritten = isTarget && [step, ...shape.steps].some((s) => steps.get(s.name)?.kind === 'write');
  addTables(recording, { ...usage, kind: isWritten ? 'write' : 'read' }, relations, source);
}

const ROLES: ReadonlyMap<Role, RoleReader> = new Map<Role, RoleReader>([
  ['column', readColumns],
  ['conflict', readColumns],
  ['condition', readCondition],
  ['order', readOrder],
  ['on', readOn],
  ['rows', readRows],
  ['set', readSet],
  ['merge', readMerge],
  ['table', readTable],
]);

/** Records what an argument in this role names. */
export const readRole = (role: Role, argument: Argument): void => ROLES.get(role)?.(argument);
