/**
 * In which order objects are dropped, what goes along with each unasked, and what the database would keep one for.
 * Input: the objects, the schema they stand in. Output: the order, and facts per object. Pure.
 */
import type { Constraint, Routine, Schema, SchemaObject } from '../../schema/types.ts';

/** Where nothing else decides: views first, then indexes and constraints, columns, tables, and types last. */
const RANK: Readonly<Record<SchemaObject['kind'], number>> = {
  trigger: 0,
  view: 1,
  'materialized-view': 1,
  constraint: 2,
  index: 3,
  column: 4,
  table: 5,
  function: 6,
  'enum-value': 7,
  enum: 7,
  schema: 8,
};

export const isSame = (a: SchemaObject, b: SchemaObject): boolean => a.kind === b.kind && a.table === b.table && a.name === b.name;

/** The objects, each once, those that others stand on after them; parts of a table that goes itself are left out. */
export function dropOrder(objects: readonly SchemaObject[], schema: Schema): SchemaObject[] {
  const once = objects.filter((object, i) => objects.findIndex((other) => isSame(object, other)) === i);
  const tables = new Set(once.flatMap(({ kind, name }) => (kind === 'table' ? [name] : [])));
  const own = once.filter(({ kind, table }) => kind === 'table' || table === null || !tables.has(table));
  const below = new Map(own.map((object) => [object, standsOn(object, schema)]));
  const heights = new Map<SchemaObject, number>();
  for (const object of own) heightOf(object, below, heights);
  return [...own].sort((a, b) => (heights.get(b) ?? 0) - (heights.get(a) ?? 0) || RANK[a.kind] - RANK[b.kind]);
}

/** The longest chain of the others that stand below an object; in a circle no one is lower. */
function heightOf(
  object: SchemaObject,
  below: ReadonlyMap<SchemaObject, readonly SchemaObject[]>,
  heights: Map<SchemaObject, number>,
): number {
  const known = heights.get(object);
  if (known !== undefined) return known;
  heights.set(object, 0);
  const needed = below.get(object) ?? [];
  const own = [...below.keys()].filter((other) => other !== object && needed.some((one) => isSame(one, other)));
  const height = own.reduce((most, other) => Math.max(most, 1 + heightOf(other, below, heights)), 0);
  heights.set(object, height);
  return height;
}

/** What has to be there as long as an object is. */
function standsOn({ kind, table, name }: SchemaObject, schema: Schema): SchemaObject[] {
  if (kind === 'view' || kind === 'materialized-view') return (schema.routines.get(`${kind} ${name}`)?.uses ?? []).flatMap(usedOnes);
  const owner = schema.tables.get(kind === 'table' ? name : (table ?? ''));
  if (!owner) return [];
  const isOwn = (columns: readonly string[]): boolean => kind === 'table' || columns.includes(name);
  const keys = [...owner.constraints.values()].filter((c) => isOwn(c.columns) || (kind === 'constraint' && c.name === name));
  const referred = keys.flatMap(({ references }) =>
    references === null ? [] : [tableOf(references.table), ...references.columns.map((column) => columnOf(references.table, column))],
  );
  const columns = [...owner.columns.values()].filter((column) => isOwn([column.name]));
  const types = columns.map(
    ({ type }): SchemaObject => ({ kind: 'enum', table: null, name: type.replace(/\[\]$/, '').replace(/^"(.*)"$/, '$1') }),
  );
  const sources = columns.flatMap((column) =>
    (column.needs ?? []).flatMap((need) => (need.startsWith('column ') ? [columnOf(owner.name, need.slice(7))] : [])),
  );
  const parts =
    kind === 'index' || kind === 'constraint'
      ? [...(owner.indexes.get(name)?.columns ?? []), ...(owner.constraints.get(name)?.columns ?? [])]
      : [];
  return [...referred, ...types, ...sources, ...parts.map((column) => columnOf(owner.name, column))];
}

const tableOf = (name: string): SchemaObject => ({ kind: 'table', table: name, name });
const columnOf = (table: string, name: string): SchemaObject => ({ kind: 'column', table, name });

/** A relation that a text names may be a table or a view. */
const usedOnes = ({ table, column }: { readonly table: string; readonly column: string | null }): SchemaObject[] =>
  column === null
    ? [tableOf(table), { kind: 'view', table: null, name: table }, { kind: 'materialized-view', table: null, name: table }]
    : [columnOf(table, column), ...usedOnes({ table, column: null })];

/** Parts of its table that the database drops together with a column. */
export function takenAlong({ kind, table, name }: SchemaObject, schema: Schema): SchemaObject[] {
  const owner = kind === 'column' ? schema.tables.get(table ?? '') : undefined;
  if (!owner) return [];
  const constraints = [...owner.constraints.values()].filter((c) => c.columns.includes(name) && c.kind !== 'not-null');
  const keys = new Set(constraints.map((c) => c.name));
  const indexes = [...owner.indexes.values()].filter((i) => i.columns.includes(name) && !keys.has(i.name));
  return [
    ...constraints.map((c): SchemaObject => ({ kind: 'constraint', table, name: c.name })),
    ...indexes.map((i): SchemaObject => ({ kind: 'index', table, name: i.name })),
  ];
}

/** What keeps an object: the database refuses the drop, or what is left fails later on. */
export type Keeper =
  | { readonly kind: 'routine'; readonly routine: Routine }
  | { readonly kind: 'foreign-key'; readonly table: string; readonly constraint: Constraint }
  | { readonly kind: 'generated'; readonly table: string; readonly column: string };

/** What keeps an object and is not itself among those that go. */
export function keepersOf(object: SchemaObject, going: readonly SchemaObject[], schema: Schema): Keeper[] {
  const isGoing = (kind: SchemaObject['kind'], table: string | null, name: string): boolean =>
    going.some((o) => (o.kind === kind && o.table === table && o.name === name) || (o.kind === 'table' && o.name === table));
  const routines = [...schema.routines.values()].filter(
    (routine) =>
      routine.kind !== 'policy' &&
      routine.kind !== 'rule' &&
      !isGoing(routine.kind, routine.table, routine.name) &&
      routine.uses.some((use) => isUseOf(use, object)),
  );
  const policies = [...schema.routines.values()].filter(
    (routine) =>
      (routine.kind === 'policy' || routine.kind === 'rule') &&
      !isGoing('table', routine.table, routine.table ?? '') &&
      routine.uses.some((use) => isUseOf(use, object)),
  );
  const keys = [...schema.tables.values()].flatMap((table) =>
    [...table.constraints.values()]
      .filter(
        (c) => isKeyTo(c, table.name, object) && !isGoing('constraint', table.name, c.name) && !isGoing('table', table.name, table.name),
      )
      .filter((c) => !c.columns.every((column) => isGoing('column', table.name, column)))
      .map((constraint): Keeper => ({ kind: 'foreign-key', table: table.name, constraint })),
  );
  return [
    ...[...routines, ...policies].map((routine): Keeper => ({ kind: 'routine', routine })),
    ...keys,
    ...generatedFrom(object, isGoing, schema),
  ];
}

const isUseOf = (use: { readonly table: string; readonly column: string | null }, { kind, table, name }: SchemaObject): boolean =>
  kind === 'column' ? use.table === table && use.column === name : isRelation(kind) && use.table === name;

const isRelation = (kind: SchemaObject['kind']): boolean => kind === 'table' || kind === 'view' || kind === 'materialized-view';

/** A foreign key of another table, or of another column, that leads to the object. */
function isKeyTo({ references, columns }: Constraint, owner: string, { kind, table, name }: SchemaObject): boolean {
  if (references === null) return false;
  if (kind === 'table') return references.table === name && owner !== name;
  return (
    kind === 'column' && references.table === table && references.columns.includes(name) && !(owner === table && columns.includes(name))
  );
}

function generatedFrom(
  { kind, table, name }: SchemaObject,
  isGoing: (kind: SchemaObject['kind'], table: string | null, name: string) => boolean,
  schema: Schema,
): Keeper[] {
  if (kind !== 'column' || table === null) return [];
  return [...(schema.tables.get(table)?.columns.values() ?? [])]
    .filter((c) => c.generated && c.name !== name && c.needs?.includes(`column ${name}`) && !isGoing('column', table, c.name))
    .map((c): Keeper => ({ kind: 'generated', table, column: c.name }));
}

/** A keeper in plain words. */
export function keeperText(keeper: Keeper): string {
  switch (keeper.kind) {
    case 'routine':
      return `the ${keeper.routine.kind.replace('-', ' ')} \`${keeper.routine.name}\``;
    case 'foreign-key':
      return `the foreign key \`${keeper.constraint.name}\` of \`${keeper.table}\``;
    case 'generated':
      return `the generated column \`${keeper.table}.${keeper.column}\``;
    default:
      return keeper satisfies never;
  }
}
