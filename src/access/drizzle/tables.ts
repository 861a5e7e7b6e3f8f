/**
 * Drizzle's table definitions and relations: `pgTable('users', { emailAddress: text('email_address') })`, tables of schemas and
 * of creators, views, `relations(users, …)`. Input: a module. Output: ModelDraft[]; a column without a name has the key's, or
 * its snake case.
 */
import { type CallNode, isFunction, keyName, unwrap, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { originOf, resolveValue, stringOf } from '../../code/values.ts';
import { candidates, snakeCase } from '../orm/names.ts';
import type { FieldDraft, Mapping, ModelDraft, RelationDraft } from '../types.ts';
import { type Entry, entriesOf, returnsOf, type Source } from '../values.ts';

export const PACKAGE = /^drizzle-orm(?:\/|$)/;

const TABLES = new Set(['pgTable', 'mysqlTable']);
const VIEWS = new Set(['pgView', 'pgMaterializedView', 'mysqlView']);
const CREATORS = new Set(['pgTableCreator', 'mysqlTableCreator']);
const SCHEMAS = new Set(['pgSchema', 'mysqlSchema', 'mysqlDatabase']);

export const mapping: Mapping = {
  packages: ['drizzle-orm'],
  clues: [
    { words: ['drizzle'], beside: [/\b(?:pg|mysql)(?:Table|View|MaterializedView)|\.(?:table|view)\s*\(|[tT]able\s*\(|relations\s*\(/] },
  ],
  read: (module, modules) => {
    const tables = module.nodes('CallExpression').flatMap((call) => draftOf(call, module, modules) ?? []);
    const relations = module.nodes('CallExpression').flatMap((call) => relationsOf(call, module, modules) ?? []);
    return [...tables, ...relations];
  },
};

/** The name a drizzle function is exported under, where the callee is one. */
export function drizzleName(callee: Node, module: Module, modules: Modules): string | null {
  const origin = originOf(callee, module, modules);
  return origin?.kind === 'package' && PACKAGE.test(origin.source) ? (origin.path.at(-1) ?? origin.imported) : null;
}

/** Possible names of the table a call defines; null for every other call. */
export function tablesOf(call: CallNode, module: Module, modules: Modules): readonly string[] | null {
  const [first] = call.arguments;
  const given = first && first.type !== 'SpreadElement' ? stringOf(first, module, modules) : null;
  if (given === null) return null;
  const callee = unwrap(call.callee);
  const name = drizzleName(callee, module, modules);
  if (name !== null) return TABLES.has(name) || VIEWS.has(name) ? [given] : null;
  const owner =
    callee.type === 'MemberExpression' && /^(?:table|view|materializedView)$/.test(keyName(callee) ?? '') ? callee.object : null;
  if (owner) {
    const schema = madeBy(owner, SCHEMAS, module, modules);
    const [named] = schema?.call.arguments ?? [];
    const prefix = schema && named && named.type !== 'SpreadElement' ? stringOf(named, schema.module, modules) : null;
    return prefix === null ? null : [`${prefix}.${given}`];
  }
  const creator = madeBy(callee, CREATORS, module, modules);
  return creator ? [applied(creator.call, creator.module, given) ?? given] : null;
}

/** The call of one of drizzle's functions that an expression is the result of. */
function madeBy(node: Node, names: ReadonlySet<string>, module: Module, modules: Modules): { call: CallNode; module: Module } | null {
  const value = resolveValue(node, module, modules);
  if (value?.node.type !== 'CallExpression') return null;
  const name = drizzleName(value.node.callee, value.module, modules);
  return name !== null && names.has(name) ? { call: value.node, module: value.module } : null;
}

/** What `(name) => `shop_${name}`` gives for a name. */
function applied({ arguments: [customise] }: CallNode, module: Module, name: string): string | null {
  if (!customise || !isFunction(customise)) return null;
  const [parameter] = customise.params;
  const [returned] = returnsOf({ node: customise, module });
  const body = returned ? unwrap(returned.node) : null;
  if (parameter?.type !== 'Identifier' || body?.type !== 'TemplateLiteral') return null;
  const parts = body.quasis.map((quasi, at) => {
    const hole = body.expressions[at];
    const isName = hole?.type === 'Identifier' && hole.name === parameter.name;
    return hole && !isName ? null : `${quasi.value.cooked ?? ''}${hole ? name : ''}`;
  });
  return parts.every((part) => part !== null) ? parts.join('') : null;
}

function draftOf(call: CallNode, module: Module, modules: Modules): ModelDraft | null {
  const tables = tablesOf(call, module, modules);
  const [, columns] = call.arguments;
  const node = whole(call, module);
  const name = nameOf(node, module);
  if (!tables || !columns || columns.type === 'SpreadElement' || name === null) return null;
  return { node, module, name, tables, fields: fieldsOf({ node: columns, module }, modules), relations: [] };
}

/** With `.enableRLS()`, `.as(…)` and whatever else is called on the definition. */
function whole(call: CallNode, module: Module): Node {
  let node: Node = call;
  for (
    let up = module.parent(node);
    up?.type === 'MemberExpression' || (up?.type === 'CallExpression' && up.callee === node);
    up = module.parent(node)
  )
    node = up;
  return node;
}

function nameOf(node: Node, module: Module): string | null {
  let holder = module.parent(node);
  while (holder !== null && unwrap(holder) === unwrap(node)) holder = module.parent(holder);
  if (holder?.type === 'VariableDeclarator') return holder.id.type === 'Identifier' ? holder.id.name : null;
  if (holder?.type === 'Property') return keyName(holder);
  return holder?.type === 'ExportDefaultDeclaration' ? 'default' : null;
}

/** The properties of a column object, or of what a callback with the builders returns. */
function fieldsOf(columns: Source, modules: Modules): FieldDraft[] {
  const node = unwrap(columns.node);
  const objects = isFunction(node) ? returnsOf({ node, module: columns.module }) : [columns];
  return objects.flatMap((object) => entriesOf(object, modules).entries).map((entry) => fieldOf(entry, modules));
}

function fieldOf({ key, value }: Entry, modules: Modules): FieldDraft {
  const methods = new Set<string>();
  const resolved = resolveValue(value.node, value.module, modules) ?? value;
  let node = unwrap(resolved.node);
  let root: CallNode | null = null;
  while (node.type === 'CallExpression') {
    root = node;
    const callee = unwrap(node.callee);
    if (callee.type !== 'MemberExpression') break;
    methods.add(keyName(callee) ?? '');
    node = unwrap(callee.object);
  }
  const [first] = root?.arguments ?? [];
  const named = first && first.type !== 'SpreadElement' ? stringOf(first, resolved.module, modules) : null;
  return {
    name: key,
    columns: named === null ? candidates(key, snakeCase(key)) : [named],
    isSelected: true,
    isInserted: !methods.has('generatedAlwaysAs'),
    isUpdated: methods.has('$onUpdate') || methods.has('$onUpdateFn'),
    isKey: methods.has('primaryKey'),
    isFilled: methods.has('$defaultFn') || methods.has('$default'),
  };
}

/** `relations(users, ({ one, many }) => ({ team: one(teams, { fields: [users.teamId], references: [teams.id] }) }))`. */
function relationsOf(call: CallNode, module: Module, modules: Modules): ModelDraft | null {
  if (drizzleName(call.callee, module, modules) !== 'relations') return null;
  const [table, made] = call.arguments;
  const owner = table && table.type !== 'SpreadElement' ? resolveValue(table, module, modules) : null;
  if (!owner || !made || !isFunction(made)) return null;
  const definition = definitionAt(owner, modules);
  const relations = returnsOf({ node: made, module })
    .flatMap((returned) => entriesOf(returned, modules).entries)
    .flatMap((entry) => relationOf(entry, modules) ?? []);
  return definition && { ...definition, relations };
}

/** The draft of a table declared anywhere, without its relations. */
function definitionAt({ node, module }: Source, modules: Modules): ModelDraft | null {
  const inside = module.nodes('CallExpression').filter((call) => call.start === unwrap(node).start && call.end <= node.end);
  return inside.map((call) => draftOf(call, module, modules)).find((draft) => draft !== null) ?? null;
}

function relationOf({ key, value }: Entry, modules: Modules): RelationDraft | null {
  const call = unwrapAwait(value.node);
  if (call.type !== 'CallExpression') return null;
  const callee = unwrap(call.callee);
  const kind = callee.type === 'Identifier' ? callee.name : keyName(callee);
  const [target, options] = call.arguments;
  if (!target || target.type === 'SpreadElement' || (kind !== 'one' && kind !== 'many')) return null;
  const given = options && options.type !== 'SpreadElement' ? entriesOf({ node: options, module: value.module }, modules).entries : [];
  const columnsOf = (name: string): (readonly string[])[] => {
    const list = given.find((e) => e.key === name)?.value;
    const node = list ? unwrap(list.node) : null;
    if (!list || node?.type !== 'ArrayExpression') return [];
    return node.elements.flatMap((e) =>
      e && e.type !== 'SpreadElement' ? [namesOfColumn({ node: e, module: list.module }, modules)] : [],
    );
  };
  return {
    name: key,
    target: { node: target, module: value.module },
    list: kind === 'many',
    own: columnsOf('fields'),
    foreign: columnsOf('references'),
    through: null,
  };
}

/** Possible names of the column that `users.teamId` stands for. */
function namesOfColumn({ node, module }: Source, modules: Modules): readonly string[] {
  const member = unwrap(node);
  const property = member.type === 'MemberExpression' ? keyName(member) : null;
  if (member.type !== 'MemberExpression' || property === null) return [];
  const owner = resolveValue(member.object, module, modules);
  const field = owner ? definitionAt(owner, modules)?.fields.find((f) => f.name === property) : undefined;
  return field?.columns ?? candidates(property, snakeCase(property));
}
