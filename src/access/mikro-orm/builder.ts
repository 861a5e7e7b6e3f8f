/**
 * MikroORM's query builder: `em.createQueryBuilder(User, 'u').leftJoin('u.posts', 'p').select(['u.id', 'p.title'])`.
 * Input: the first call. Output: accesses in the recorder. Without `select` it asks for `*`, which names no column.
 */
import { keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { type Step, stepsOf } from '../orm/steps.ts';
import { visitBare, visitDotted, visitPath } from '../orm/texts.ts';
import { addRelation, addTable, addUnasked, selectedColumns, updatedColumns, type Visit } from '../orm/visit.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import { elementsOf, entriesOf, type Source } from '../values.ts';
import { visitData, visitWhere } from './find.ts';
import { entityOf, repositoryOf } from './receivers.ts';

type Aliases = Map<string, MappedModel>;

interface Chain {
  readonly visit: Visit;
  readonly main: MappedModel;
  readonly alias: string;
  readonly aliases: Aliases;
}

/** Records what the chain that begins with this call sends; nothing for every other call. */
export function visitBuilder(
  node: Extract<Node, { type: 'CallExpression' }>,
  module: Module,
  context: AccessContext,
  visit: Omit<Visit, 'operation'>,
): void {
  const callee = unwrapAwait(node.callee);
  if (callee.type !== 'MemberExpression' || !/^(?:createQueryBuilder|qb)$/.test(keyName(callee) ?? '')) return;
  const args = node.arguments.map((argument) => ({ node: argument as Node, module }));
  const own = repositoryOf({ node: callee.object, module }, context);
  const main = own ?? (args[0] ? entityOf(args[0], context) : null);
  if (!main) return;
  const written = own ? args[0] : args[1];
  const alias = (written ? stringOf(written.node, written.module, context.modules) : null) ?? 'e0';
  const { steps } = stepsOf({ node, module }, context.modules);
  const chain: Chain = { visit: { ...visit, operation: `${main.name} query builder` }, main, alias, aliases: new Map([[alias, main]]) };
  const isWrite = steps.some(({ name }) => /^(?:insert|update|delete|truncate)$/.test(name));
  addTable(chain.visit, main, isWrite ? 'write' : 'read', { node: callee.property, module });
  for (const step of steps) visitJoin(chain, step);
  for (const step of steps) visitStep(chain, step);
}

function visitJoin({ visit, aliases }: Chain, { name, args }: Step): void {
  const [path, alias, condition] = args;
  if (!/[jJ]oin/.test(name) || !path) return;
  const { modules } = visit.context;
  const [owner = '', property = ''] = (stringOf(path.node, path.module, modules) ?? '').split('.');
  const from = aliases.get(owner);
  const relation = from?.relations.get(property);
  const other = from && relation ? addRelation(visit, from, relation, 'read', path) : null;
  const joined = alias ? stringOf(alias.node, alias.module, modules) : null;
  if (!other) return;
  if (joined !== null) aliases.set(joined, other);
  if (name.endsWith('AndSelect')) addUnasked(visit, other, 'read', selectedColumns(other), path);
  if (condition) visitWhere(visit, other, condition, 0, '', joined);
}

const NAMES = /^(?:select|addSelect|groupBy|distinctOn|count|onConflict|returning|merge|ignore)$/;

function visitStep(chain: Chain, { name, args, at }: Step): void {
  const { visit, main } = chain;
  const [first] = args;
  if (name === 'update') addUnasked(visit, main, 'write', updatedColumns(main), at);
  if (!first) return;
  if (NAMES.test(name)) visitNames(chain, first);
  else if (name === 'insert') visitData(visit, main, first, 'INSERT', 0);
  else if (name === 'update') visitData(visit, main, first, 'UPDATE', 0);
  else if (/^(?:orderBy|andOrderBy)$/.test(name) || /[wW]here$|[hH]aving$/.test(name) || name === 'delete') visitConditions(chain, first);
}

function visitNames({ visit, main, aliases }: Chain, value: Source): void {
  for (const element of elementsOf(value, visit.context.modules).elements) {
    const text = stringOf(element.node, element.module, visit.context.modules);
    if (text === null) continue;
    if (/^\w+$/.test(text)) visitPath(visit, main, text, element);
    else visitDotted(visit, text, (name) => [aliases.get(name)].filter((model) => model !== undefined), element);
  }
}

function visitConditions(chain: Chain, value: Source): void {
  const { visit, main, alias, aliases } = chain;
  const { modules } = visit.context;
  const text = stringOf(value.node, value.module, modules);
  if (text !== null) {
    visitDotted(visit, text, (name) => [aliases.get(name)].filter((model) => model !== undefined), value);
    visitBare(visit, text, main, value);
    return;
  }
  for (const element of elementsOf(value, modules).elements)
    for (const { key, at } of entriesOf(element, modules).entries)
      if (key.includes('.') && !key.startsWith(`${alias}.`))
        visitDotted(visit, key, (name) => [aliases.get(name)].filter((model) => model !== undefined), at);
  visitWhere(visit, main, value, 0, '', alias);
}
