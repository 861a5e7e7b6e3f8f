/**
 * What a chain of a query builder sends: selected columns, joins, rows of `values` and `set`, and the texts of its steps.
 * Input: the first call. Output: accesses in the recorder. Without `select` a chain that is run sends every column of its entity.
 */
import { unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { type Step, stepsOf } from '../orm/steps.ts';
import { type AliasReader, textsUnder, visitBare, visitDotted, visitPath } from '../orm/texts.ts';
import {
  addKeys,
  addRelation,
  addTable,
  addUnasked,
  deleteMarks,
  insertedColumns,
  selectedColumns,
  updatedColumns,
  type Visit,
} from '../orm/visit.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import { elementsOf, entriesOf, type Source } from '../values.ts';
import { type Alias, aliasesAt, PATH } from './aliases.ts';
import { rootOfCall } from './builder-root.ts';
import { visitData } from './data.ts';
import { visitWhere } from './find.ts';
import { entityOf } from './repositories.ts';

const ROWS = new Set([
  'getOne',
  'getOneOrFail',
  'getMany',
  'getManyAndCount',
  'getRawOne',
  'getRawMany',
  'getRawAndEntities',
  'stream',
  'execute',
]);
const NO_ROWS = new Set([
  'getCount',
  'getExists',
  'getQuery',
  'getSql',
  'getQueryAndParameters',
  'insert',
  'update',
  'delete',
  'softDelete',
  'restore',
  'relation',
]);
const TEXTS =
  /^(?:select|addSelect|distinctOn|(?:and|or)?[wW]here(?:Exists|InIds)?|(?:and|or)?[hH]aving|(?:add)?[oO]rderBy|(?:add)?[gG]roupBy)$/;
const JOINS = /^(?:left|inner)Join/;

interface Chain {
  readonly visit: Visit;
  readonly main: MappedModel;
  readonly module: Module;
  readonly steps: readonly Step[];
  readonly modelsOf: AliasReader;
  readonly texts: readonly Node[];
}

/** Records what the chain that begins with this call sends; nothing for every other call. */
export function visitBuilder(
  node: Extract<Node, { type: 'CallExpression' }>,
  module: Module,
  context: AccessContext,
  aliases: readonly Alias[],
  visit: Omit<Visit, 'operation'>,
): void {
  const root = rootOfCall(node, module, context);
  if (!root) return;
  const { steps, escapes } = stepsOf({ node, module }, context.modules);
  const main = root.model ?? entityOfSteps(steps, context);
  if (!main) return;
  const at = { node: node.callee.type === 'MemberExpression' ? (node.callee.property as Node) : (node as Node), module };
  const own = (name: string): readonly MappedModel[] => (name === root.alias || name === main.table || name === main.name ? [main] : []);
  const modelsOf: AliasReader = (name) => {
    const mine = name === root.alias ? [main] : [];
    const said = mine.length > 0 ? mine : aliasesAt(aliases, name, node, module).map((alias) => alias.model);
    return said.length > 0 ? said : own(name);
  };
  const chain: Chain = {
    visit: { ...visit, operation: `${main.name} query builder` },
    main,
    module,
    steps,
    modelsOf,
    texts: module.nodes('Literal', 'TemplateLiteral'),
  };
  const isWrite = steps.some(({ name }) => /^(?:insert|update|delete|softDelete|restore)$/.test(name));
  addTable(chain.visit, main, isWrite ? 'write' : 'read', at);
  visitSelection(chain, root.alias ?? main.name, at, escapes);
  for (const step of steps) visitStep(chain, step);
  if (!isWrite) addUnasked(chain.visit, main, 'read', deleteMarks(main), at);
}

function entityOfSteps(steps: readonly Step[], context: AccessContext): MappedModel | null {
  for (const { name, args } of steps) {
    const found = /^(?:from|into|update|insert|relation)$/.test(name) && args[0] ? entityOf(args[0], context) : null;
    if (found) return found;
  }
  return null;
}

/** Whole entities that come back: the main one unless columns are chosen, and those joined with `AndSelect`. */
function visitSelection(chain: Chain, alias: string, at: Source, escapes: boolean): void {
  const { visit, main, steps } = chain;
  const isChosen = steps.some(({ name }) => name === 'select');
  const returnsRows = steps.some(({ name }) => ROWS.has(name)) || (escapes && !steps.some(({ name }) => NO_ROWS.has(name)));
  if (isCount(steps)) {
    if (steps.some(({ name }) => JOINS.test(name))) addKeys(visit, main, at);
    return;
  }
  const isRead = !steps.some(({ name }) => NO_ROWS.has(name) && !name.startsWith('get'));
  if (!isChosen && returnsRows && isRead)
    addUnasked(escapes ? { ...visit, confidence: 'medium' } : visit, main, 'read', selectedColumns(main), at);
  const chosenAt = steps.findLastIndex(({ name }) => name === 'select');
  for (const [index, step] of steps.entries()) {
    if (/^(?:left|inner)JoinAnd/.test(step.name) && index > chosenAt) addJoinedRow(chain, step);
    if (/^(?:select|addSelect)$/.test(step.name)) addSelectedAliases(chain, step, alias);
  }
}

/** Only counted: what it selects and sorts by is left out. */
const isCount = (steps: readonly Step[]): boolean =>
  steps.some(({ name }) => name === 'getCount' || name === 'getExists') && !steps.some(({ name }) => ROWS.has(name));

/** `leftJoinAndSelect('listing.property', 'property')`: every column of the other entity. */
function addJoinedRow(chain: Chain, { args, name }: Step): void {
  const [target] = name.includes('Map') ? args.slice(1) : args;
  if (!target) return;
  const { visit, modelsOf } = chain;
  const entity = entityOf(target, visit.context);
  if (entity) {
    addUnasked(visit, entity, 'read', selectedColumns(entity), target);
    return;
  }
  const [, owner = '', path = ''] = PATH.exec(stringOf(target.node, target.module, visit.context.modules) ?? '') ?? [];
  for (const from of modelsOf(owner)) {
    const relation = from.relations.get(path);
    const other = relation ? addRelation(visit, from, relation, 'read', target) : null;
    if (other) addUnasked(visit, other, 'read', selectedColumns(other), target);
  }
}

/** `select('listing')`, `addSelect(['listing', 'property.id'])`: an alias alone is all of its columns. */
function addSelectedAliases(chain: Chain, { args }: Step, main: string): void {
  const { visit, modelsOf } = chain;
  const [first] = args;
  for (const element of first ? elementsOf(first, visit.context.modules).elements : []) {
    const text = stringOf(element.node, element.module, visit.context.modules);
    const [, owner] = text === null ? [] : (PATH.exec(text) ?? []);
    if (owner !== undefined) for (const model of modelsOf(owner)) addKeys(visit, model, element);
    if (text === null || !/^\w+$/.test(text)) continue;
    const models = text === main ? [chain.main] : modelsOf(text);
    for (const model of models) addUnasked(visit, model, 'read', selectedColumns(model), element);
  }
}

function visitStep(chain: Chain, step: Step): void {
  const { name, args } = step;
  if (isCount(chain.steps) && /select|By$/i.test(name) && !JOINS.test(name)) return;
  if (TEXTS.test(name)) visitTexts(chain, step);
  else if (JOINS.test(name)) visitJoin(chain, step);
  else STEPS.get(name)?.(chain, args, step.at);
}

type StepVisitor = (chain: Chain, args: readonly Source[], at: Source) => void;

const STEPS: ReadonlyMap<string, StepVisitor> = new Map<string, StepVisitor>([
  [
    'values',
    ({ visit, main, steps }, [value], at) => {
      const isListed = steps.some((s) => s.name === 'into' && s.args.length > 1);
      if (!isListed) addUnasked(visit, main, 'write', insertedColumns(main), at);
      if (value) visitData(visit, main, value, 'INSERT');
    },
  ],
  ['into', ({ visit, main }, [, columns]) => visitNames(visit, main, columns, 'write')],
  ['set', ({ visit, main }, [value], at) => visitSet(visit, main, value, at)],
  ['update', ({ visit, main }, args, at) => ((args[1] ?? args[0]) ? visitUpdate(visit, main, args, at) : undefined)],
  ['returning', ({ visit, main }, [columns]) => visitReturning(visit, main, columns)],
  [
    'orUpdate',
    ({ visit, main }, [columns, keys]) => {
      visitNames(visit, main, columns, 'write');
      visitNames(visit, main, keys, 'read');
    },
  ],
  ['softDelete', ({ visit, main }, _args, at) => addUnasked(visit, main, 'write', [...deleteMarks(main), ...updatedColumns(main)], at)],
  ['restore', ({ visit, main }, _args, at) => addUnasked(visit, main, 'write', [...deleteMarks(main), ...updatedColumns(main)], at)],
  [
    'relation',
    ({ visit, main }, args) => {
      const name = args.at(-1);
      const relation = name ? main.relations.get(stringOf(name.node, name.module, visit.context.modules) ?? '') : undefined;
      if (name && relation) addRelation(visit, main, relation, 'write', name);
    },
  ],
  [
    'loadRelationIdAndMap',
    (chain, [, path]) => {
      const text = path ? stringOf(path.node, path.module, chain.visit.context.modules) : null;
      if (path && text !== null) visitDotted(chain.visit, text, chain.modelsOf, path);
    },
  ],
]);

function visitUpdate(visit: Visit, main: MappedModel, args: readonly Source[], at: Source): void {
  const rows = args.find((argument) => !entityOf(argument, visit.context));
  if (rows) visitSet(visit, main, rows, at);
}

function visitSet(visit: Visit, main: MappedModel, value: Source | undefined, at: Source): void {
  addUnasked(visit, main, 'write', updatedColumns(main), at);
  if (value) visitData(visit, main, value, 'UPDATE');
}

/** Properties or columns in a list. */
function visitNames(visit: Visit, model: MappedModel, value: Source | undefined, kind: 'read' | 'write'): void {
  for (const element of value ? elementsOf(value, visit.context.modules).elements : []) {
    const name = stringOf(element.node, element.module, visit.context.modules);
    if (name !== null) visitPath(visit, model, name, element, kind);
  }
}

function visitReturning(visit: Visit, main: MappedModel, value: Source | undefined): void {
  const text = value ? stringOf(value.node, value.module, visit.context.modules) : null;
  if (value && text !== null && text !== '*') {
    visitBare(visit, text, main, value);
    return;
  }
  visitNames(visit, main, value, 'read');
}

/** A join uses the relation's keys, and what its condition names. */
function visitJoin(chain: Chain, { args }: Step): void {
  const { visit, modelsOf } = chain;
  for (const argument of args) {
    const entity = entityOf(argument, visit.context);
    if (entity) addTable(visit, entity, 'read', argument);
    const text = stringOf(argument.node, argument.module, visit.context.modules);
    if (text !== null) visitDotted(visit, text, modelsOf, argument);
    else visitInside(chain, argument);
  }
}

/** The texts of `where`, `select`, `orderBy`: written there, in a constant of another file, or inside a callback. */
function visitTexts(chain: Chain, { name, args }: Step): void {
  const { visit, main, modelsOf } = chain;
  const [first] = args;
  if (!first) return;
  const { modules } = visit.context;
  const isCondition = /where/i.test(name);
  for (const element of elementsOf(first, modules).elements) {
    const text = stringOf(element.node, element.module, modules);
    if (text !== null) {
      visitDotted(visit, text, modelsOf, element);
      if (isCondition || chain.steps.some((s) => s.name === 'update' || s.name === 'delete')) visitBare(visit, text, main, element);
      else if (/[(\s]/.test(text) || /By$/.test(name)) visitBare(visit, text, main, element);
      continue;
    }
    const node = unwrapAwait(element.node);
    if (isCondition && node.type === 'ObjectExpression') visitWhere(visit, main, element, 0);
    else if (/By$/.test(name)) {
      for (const entry of entriesOf(element, modules).entries) {
        visitDotted(visit, entry.key, modelsOf, entry.at);
        if (/^\w+$/.test(entry.key)) visitPath(visit, main, entry.key, entry.at);
      }
    } else visitInside(chain, element);
  }
}

/** Everything written under a callback or a composed text. */
function visitInside(chain: Chain, { node, module }: Source): void {
  const texts = module === chain.module ? chain.texts : module.nodes('Literal', 'TemplateLiteral');
  for (const { text, node: at } of textsUnder(node, texts)) visitDotted(chain.visit, text, chain.modelsOf, { node: at, module });
}
