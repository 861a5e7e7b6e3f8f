/**
 * Entities of TypeORM: decorated classes and `new EntitySchema({ … })`.
 * Input: a module. Output: model drafts.
 */
import type { Module, Modules } from '../../code/types.ts';
import { originOf } from '../../code/values.ts';
import { type ClassSource, classOf, decoratorsOf, membersOf, typeArgument } from '../orm/decorators.ts';
import { withHooks } from '../orm/hooks.ts';
import type { Mapping, ModelDraft } from '../types.ts';
import { mappedIn, ROOT } from './columns.ts';
import { mappedBySchema } from './entity-schema.ts';
import { defaultTables, optionsOf, PACKAGES, tablesOf, textIn, withSchema } from './tables.ts';

export const mapping: Mapping = {
  packages: ['typeorm', '@nestjs/typeorm'],
  clues: [{ words: ['Entity', 'ViewEntity', 'ChildEntity', 'EntitySchema'], beside: [/typeorm/] }],
  read: (module, modules) => [...entitiesIn(module, modules), ...schemasIn(module, modules)].map(withHooks),
};

function entitiesIn(module: Module, modules: Modules): ModelDraft[] {
  return module.nodes('ClassDeclaration', 'ClassExpression').flatMap((node) => {
    const tables = tablesOf({ node, module }, modules);
    if (!tables || isDocument({ node, module }, modules)) return [];
    const name = node.id?.name ?? 'default';
    return [{ node, module, name, tables, ...mappedIn({ node, module }, { name, tables, modules, depth: 0 }, ROOT) }];
  });
}

/** `@ObjectIdColumn()`: a document of MongoDB, no row of a table of the same name. */
const isDocument = (declared: ClassSource, modules: Modules): boolean =>
  membersOf(declared, modules).some(({ node, module }) =>
    decoratorsOf(node, module, modules, PACKAGES).some(({ name }) => name === 'ObjectIdColumn'),
  );

/** `new EntitySchema({ name: 'User', columns: { … } })`: the constant that holds it, and the class it stands for. */
function schemasIn(module: Module, modules: Modules): ModelDraft[] {
  return module.nodes('NewExpression').flatMap((node) => {
    const origin = originOf(node.callee, module, modules);
    const [argument] = node.arguments;
    if (origin?.kind !== 'package' || origin.imported !== 'EntitySchema' || !PACKAGES.test(origin.source) || !argument) return [];
    const options = optionsOf({ node: argument, module }, modules);
    const target = typeArgument(options.get('target'), modules);
    const declared = target !== null && typeof target !== 'string' ? classOf(target, modules) : null;
    const name = textIn(options, 'name', modules) ?? declared?.node.id?.name ?? '';
    const schema = textIn(options, 'schema', modules);
    const table = textIn(options, 'tableName', modules);
    const tables = (table === null ? defaultTables(name) : [table]).map((n) => withSchema(n, schema));
    const draft = { module, name, tables, ...mappedBySchema(options, modules) };
    return [{ ...draft, node }, ...(declared ? [{ ...draft, ...declared }] : [])];
  });
}
