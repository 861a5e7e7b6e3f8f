/**
 * Aliases of TypeORM's query builder in one file: which entity `listing` of `'listing.status'` stands for.
 * Input: a module. Output: aliases with the function they are said in. Those said by a builder are certain; one that no builder
 * of the file says is taken for the entity of that name where most of its strings are properties of it.
 */
import { enclosingFunction } from '../../code/functions.ts';
import { keyName } from '../../code/syntax.ts';
import type { Module, Node } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { lowerFirst } from '../orm/names.ts';
import { pluralOf } from '../orm/plural.ts';
import type { AccessContext, MappedModel } from '../types.ts';
import { rootOfCall } from './builder-root.ts';
import { entityOf, LAYER } from './repositories.ts';

export interface Alias {
  readonly name: string;
  readonly model: MappedModel;
  /** The outermost function it is said in; null: the whole file. */
  readonly scope: Node | null;
  readonly isGuess: boolean;
}

const SOURCES = /^(?:from|addFrom|update|into|(?:left|inner)Join(?:AndSelect)?)$/;
const MAPPED_JOINS = /^(?:left|inner)JoinAndMap(?:One|Many)$/;
export const PATH = /^(\w+)\.(\w+(?:\.\w+)*)$/;
const MAX_ROUNDS = 8;

/** The outermost function around a node. */
export function outermost(node: Node, module: Module): Node | null {
  let found: Node | null = null;
  for (let at = enclosingFunction(node, module); at !== null; at = enclosingFunction(at, module)) found = at;
  return found;
}

/** Every alias the file says or, by the names of its strings, means. */
export function aliasesIn(module: Module, context: AccessContext): readonly Alias[] {
  const found = [...said(module, context)];
  const pairs = joinPairs(module);
  const join = (): void => {
    for (let round = 0, before = -1; round < MAX_ROUNDS && before !== found.length; round++) {
      before = found.length;
      for (const pair of pairs) addJoined(found, pair, module, context);
    }
  };
  join();
  found.push(...guessed(module, context, found));
  join();
  return found;
}

function said(module: Module, context: AccessContext): Alias[] {
  return module.nodes('CallExpression').flatMap((call): Alias[] => {
    const scope = outermost(call, module);
    const root = rootOfCall(call, module, context);
    if (root) return root.model && root.alias !== null ? [{ name: root.alias, model: root.model, scope, isGuess: false }] : [];
    const name = call.callee.type === 'MemberExpression' ? keyName(call.callee) : null;
    const at = name === null ? -1 : SOURCES.test(name) ? 0 : MAPPED_JOINS.test(name) ? 1 : -1;
    const entity = call.arguments[at];
    const model = entity && entity.type !== 'SpreadElement' ? entityOf({ node: entity, module }, context) : null;
    if (!model) return [];
    const alias = call.arguments[at + 1];
    const text = alias ? stringOf(alias, module, context.modules) : null;
    return [{ name: text ?? model.name, model, scope, isGuess: false }];
  });
}

interface Pair {
  readonly path: string;
  readonly alias: string;
  readonly at: Node;
}

const textOf = (node: Node | null | undefined): string | null =>
  node?.type === 'Literal' && typeof node.value === 'string' ? node.value : null;

/** `'listing.property', 'property'`: beside each other in a call, a list or an object. */
function joinPairs(module: Module): readonly Pair[] {
  return module.nodes('Literal').flatMap((literal): Pair[] => {
    const path = textOf(literal);
    if (path === null || !PATH.test(path)) return [];
    const parent = module.parent(literal);
    const beside = parent ? nextTo(literal, parent, module) : [];
    return beside.flatMap((node) => {
      const alias = textOf(node);
      return alias !== null && /^\w+$/.test(alias) ? [{ path, alias, at: literal as Node }] : [];
    });
  });
}

function nextTo(literal: Node, parent: Node, module: Module): readonly Node[] {
  const after = (list: readonly (Node | null)[]): readonly Node[] => {
    const next = list[list.indexOf(literal) + 1];
    return next ? [next] : [];
  };
  if (parent.type === 'CallExpression') return after(parent.arguments);
  if (parent.type === 'ArrayExpression') return parent.elements.length <= 4 ? after(parent.elements) : [];
  const object = parent.type === 'Property' ? module.parent(parent) : null;
  if (object?.type !== 'ObjectExpression' || parent.type !== 'Property') return [];
  return object.properties.flatMap((p) => (p.type === 'Property' && p !== parent && keyName(p) === 'alias' ? [p.value] : []));
}

function addJoined(found: Alias[], { path, alias, at }: Pair, module: Module, context: AccessContext): void {
  const [, owner = '', rest = ''] = PATH.exec(path) ?? [];
  for (const from of aliasesAt(found, owner, at, module)) {
    const relation = from.model.relations.get(rest);
    const model = relation ? context.models.byKey(relation.target) : undefined;
    if (!model || found.some((f) => f.name === alias && f.model === model && f.scope === from.scope)) continue;
    found.push({ name: alias, model, scope: from.scope, isGuess: from.isGuess });
  }
}

/** What an alias can mean at a place: what the same function says, else the file. */
export function aliasesAt(aliases: readonly Alias[], name: string, at: Node, module: Module): readonly Alias[] {
  const named = aliases.filter((alias) => alias.name === name);
  if (named.length < 2) return named;
  const scope = outermost(at, module);
  const near = named.filter((alias) => alias.scope === scope);
  const distinct = [...new Map((near.length > 0 ? near : named).map((alias) => [alias.model, alias])).values()];
  return distinct;
}

const BUILDER_WORDS = /typeorm|QueryBuilder|leftJoin|andWhere/;
const SHARE = 0.8;

function guessed(module: Module, context: AccessContext, known: readonly Alias[]): readonly Alias[] {
  if (/\.[jt]sx$/.test(module.path)) return [];
  const paths = new Map<string, Set<string>>();
  for (const literal of module.nodes('Literal')) {
    const [, name, rest] = PATH.exec(textOf(literal) ?? '') ?? [];
    if (name === undefined || rest === undefined || !isData(literal, module) || known.some((alias) => alias.name === name)) continue;
    paths.set(name, (paths.get(name) ?? new Set()).add(rest));
  }
  return [...paths].flatMap(([name, rests]): Alias[] => {
    const model = entityMeant(name, module, context);
    const right = model ? [...rests].filter((rest) => model.fields.has(rest) || model.relations.has(rest)).length : 0;
    const isEnough = right >= (BUILDER_WORDS.test(module.text) ? 1 : 2) && right / rests.size >= SHARE;
    return model && isEnough ? [{ name, model, scope: null, isGuess: true }] : [];
  });
}

const BUILDER_METHODS = /^(?:select|addSelect|where|andWhere|orWhere|orderBy|addOrderBy|groupBy|addGroupBy|(?:left|inner)Join\w*)$/;

/** Strings kept as data or given to a builder: `t('listings.name')` is a translation. */
function isData(literal: Node, module: Module): boolean {
  const parent = module.parent(literal);
  if (parent?.type === 'CallExpression')
    return parent.callee.type === 'MemberExpression' && BUILDER_METHODS.test(keyName(parent.callee) ?? '');
  return parent?.type === 'ArrayExpression' || parent?.type === 'Property';
}

function entityMeant(name: string, module: Module, { models }: AccessContext): MappedModel | null {
  const [top] = module.path.split('/');
  const own = models.all.filter((m) => m.layer === LAYER && m.key.split('/')[0] === top);
  const named = own.filter((m) => [m.table, m.name, lowerFirst(m.name), pluralOf(lowerFirst(m.name))].includes(name));
  if (named.length > 0) return named.length === 1 ? (named[0] ?? null) : null;
  const targets = new Set(own.flatMap((m) => [...m.relations.values()].flatMap((r) => (r.name === name ? [r.target] : []))));
  const [target] = targets;
  return targets.size === 1 && target !== undefined ? (models.byKey(target) ?? null) : null;
}
