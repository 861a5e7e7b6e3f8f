/** The table an entity class of TypeORM stands for: as stated, or as naming strategies write it. */
import type { Modules } from '../../code/types.ts';
import { stringOf } from '../../code/values.ts';
import { type ClassSource, decoratorsOf, lineageOf } from '../orm/decorators.ts';
import { candidates, snakeCase } from '../orm/names.ts';
import { pluralOf } from '../orm/plural.ts';
import { entriesOf, type Source } from '../values.ts';

export const PACKAGES = /^typeorm(?:\/|$)|^@nestjs\/typeorm$|^typeorm-/;
const ENTITIES = new Set(['Entity', 'ViewEntity', 'ChildEntity']);

export const optionsOf = (source: Source | undefined, modules: Modules): ReadonlyMap<string, Source> =>
  new Map(source ? entriesOf(source, modules).entries.map((entry) => [entry.key, entry.value]) : []);

export const textIn = (options: ReadonlyMap<string, Source>, key: string, modules: Modules): string | null => {
  const value = options.get(key);
  return value ? stringOf(value.node, value.module, modules) : null;
};

export const saysFalse = (value: Source | undefined): boolean => value?.node.type === 'Literal' && value.node.value === false;
export const saysTrue = (value: Source | undefined): boolean => value?.node.type === 'Literal' && value.node.value === true;

export const withSchema = (name: string, schema: string | null): string => (schema === null ? name : `${schema}.${name}`);

/** Names of a table that the code does not state. */
export function defaultTables(className: string): readonly string[] {
  const snake = snakeCase(className);
  return candidates(snake, pluralOf(snake), className);
}

/** Candidates for the table of an entity; null where the class is none. */
export function tablesOf(declared: ClassSource, modules: Modules): readonly string[] | null {
  const own = decoratorsOf(declared.node, declared.module, modules, PACKAGES).find((d) => ENTITIES.has(d.name));
  if (!own) return null;
  const root = own.name === 'ChildEntity' ? rootOf(declared, modules) : declared;
  const entity = decoratorsOf(root.node, root.module, modules, PACKAGES).find((d) => d.name !== 'ChildEntity' && ENTITIES.has(d.name));
  const [first, second] = entity?.args ?? [];
  const direct = first ? stringOf(first.node, first.module, modules) : null;
  const options = new Map([...(direct === null ? optionsOf(first, modules) : []), ...optionsOf(second, modules)]);
  const stated = direct ?? textIn(options, 'name', modules);
  const schema = textIn(options, 'schema', modules);
  return (stated === null ? defaultTables(root.node.id?.name ?? '') : [stated]).map((name) => withSchema(name, schema));
}

/** The entity whose table a child entity shares. */
const rootOf = (declared: ClassSource, modules: Modules): ClassSource =>
  lineageOf(declared, modules).findLast((c) => decoratorsOf(c.node, c.module, modules, PACKAGES).some((d) => d.name === 'Entity')) ??
  declared;
