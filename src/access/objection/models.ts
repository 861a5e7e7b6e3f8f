/**
 * Models of Objection: classes with a `tableName`, their properties and `relationMappings`.
 * Input: a module. Output: drafts; properties are named in snake case or as the columns are.
 */
import { isFunction, keyName, unwrapAwait } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import { originOf, stringOf } from '../../code/values.ts';
import { snakeOf } from '../builder/tables.ts';
import { textsOf } from '../builder/texts.ts';
import type { FieldDraft, ModelDraft, RelationDraft } from '../types.ts';
import { elementsOf, entriesOf, returnsOf, type Source } from '../values.ts';

type ClassNode = Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>;

const MAX_BASES = 6;

/** The models a file declares. */
export function objectionModels(module: Module, modules: Modules): readonly ModelDraft[] {
  return module.nodes('ClassDeclaration', 'ClassExpression').flatMap((node) => {
    const tables = isModel(node, module, modules, 0) ? staticValues(node, 'tableName', module) : [];
    const names = tables.flatMap((value) => textsOf(value, modules).texts.map(({ text }) => text));
    if (names.length === 0) return [];
    const name = node.id?.name ?? holderName(node, module);
    const tableCandidates = [...new Set(names.flatMap((table) => [table, snakeOf(table)]))];
    return [
      {
        node,
        module,
        name,
        tables: tableCandidates,
        fields: fieldsOf(node, module, modules),
        relations: relationsOf(node, module, modules),
        isOpen: true,
      },
    ];
  });
}

const holderName = (node: Node, module: Module): string => {
  const holder = module.parent(node);
  return holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id.name : '';
};

/** Whether a class descends from Objection's `Model`, mixins looked through. */
function isModel(node: ClassNode, module: Module, modules: Modules, depth: number): boolean {
  let base = node.superClass && unwrapAwait(node.superClass);
  while (base?.type === 'CallExpression') {
    const last = base.arguments.at(-1);
    base = last && last.type !== 'SpreadElement' ? unwrapAwait(last) : null;
  }
  if (!base || depth > MAX_BASES) return false;
  const origin = originOf(base, module, modules);
  if (origin?.kind === 'package') return /objection/.test(origin.source) && /Model$/.test(origin.path.at(-1) ?? origin.imported);
  if (origin?.node.type === 'ClassDeclaration' || origin?.node.type === 'ClassExpression')
    return isModel(origin.node, origin.module, modules, depth + 1);
  return false;
}

/** What a static property or getter of the class gives. */
function staticValues(node: ClassNode, name: string, module: Module): readonly Source[] {
  const member = node.body.body.find((one) => 'static' in one && one.static && keyName(one) === name);
  if (member?.type === 'PropertyDefinition' && member.value) {
    const value = unwrapAwait(member.value);
    return isFunction(value) ? returnsOf({ node: value, module }) : [{ node: value, module }];
  }
  return member?.type === 'MethodDefinition' ? returnsOf({ node: member.value, module }) : [];
}

/** Declared properties and those of the JSON schema. */
function fieldsOf(node: ClassNode, module: Module, modules: Modules): readonly FieldDraft[] {
  const declared = node.body.body.flatMap((member) =>
    member.type === 'PropertyDefinition' && !member.static && member.value === null ? (keyName(member) ?? []) : [],
  );
  const schema = staticValues(node, 'jsonSchema', module).flatMap((value) => entriesOf(value, modules).entries);
  const described = schema.flatMap(({ key, value }) => (key === 'properties' ? entriesOf(value, modules).entries.map((e) => e.key) : []));
  const relations = new Set(relationEntries(node, module, modules).map(({ key }) => key));
  // SELECT * and INSERT of what is given: a column that nobody names is not sent.
  return [...new Set([...declared, ...described])]
    .filter((name) => !relations.has(name))
    .map((name) => ({ name, columns: [...new Set([name, snakeOf(name)])], isSelected: false, isInserted: false }));
}

const relationEntries = (node: ClassNode, module: Module, modules: Modules) =>
  staticValues(node, 'relationMappings', module).flatMap((value) => entriesOf(value, modules).entries);

function relationsOf(node: ClassNode, module: Module, modules: Modules): readonly RelationDraft[] {
  return relationEntries(node, module, modules).flatMap(({ key, value }) => {
    const parts = new Map(entriesOf(value, modules).entries.map((entry) => [entry.key, entry.value]));
    const [kind, target, join] = [parts.get('relation'), parts.get('modelClass'), parts.get('join')];
    if (!target || !join) return [];
    const ends = new Map(entriesOf(join, modules).entries.map((entry) => [entry.key, entry.value]));
    const through = ends.get('through');
    const list = kind ? /Many/.test(kind.module.text.slice(kind.node.start, kind.node.end)) : true;
    const named = targetOf(target, modules);
    if (named === null) return [];
    return [
      {
        name: key,
        target: named,
        list,
        own: columnsOf(ends.get('from'), modules),
        foreign: columnsOf(ends.get('to'), modules),
        through: through ? throughOf(through, modules) : null,
      },
    ];
  });
}

/** A class, a function that returns it, or the path of the file that exports it. */
function targetOf(source: Source, modules: Modules): Source | string | null {
  const node = unwrapAwait(source.node);
  if (isFunction(node)) return returnsOf({ node, module: source.module })[0] ?? null;
  const text = stringOf(node, source.module, modules);
  if (text !== null) return text.slice(text.lastIndexOf('/') + 1).replace(/\.[jt]s$/, '');
  if (node.type === 'CallExpression') {
    const [first] = node.arguments;
    const path = first && first.type !== 'SpreadElement' ? stringOf(first, source.module, modules) : null;
    return path === null ? null : path.slice(path.lastIndexOf('/') + 1).replace(/\.[jt]s$/, '');
  }
  return { node, module: source.module };
}

/** `'users.teamId'`, or several of them. */
function columnsOf(source: Source | undefined, modules: Modules): readonly (readonly string[])[] {
  if (!source) return [];
  return elementsOf(source, modules).elements.flatMap((element) =>
    textsOf(element, modules).texts.map(({ text }) => {
      const column = text.slice(text.lastIndexOf('.') + 1).replace(/:.*$/s, '');
      return [...new Set([column, snakeOf(column)])];
    }),
  );
}

function throughOf(source: Source, modules: Modules): RelationDraft['through'] {
  const ends = entriesOf(source, modules).entries.filter(({ key }) => key === 'from' || key === 'to');
  const texts = ends.flatMap(({ value }) => textsOf(value, modules).texts.map(({ text }) => text));
  const tables = texts.map((text) => text.slice(0, Math.max(0, text.lastIndexOf('.'))));
  return { tables: [...new Set(tables.flatMap((t) => [t, snakeOf(t)]))], keys: ends.flatMap(({ value }) => columnsOf(value, modules)) };
}
