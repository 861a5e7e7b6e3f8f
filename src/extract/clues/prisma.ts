/**
 * Clues of Prisma: files that name a field, a relation or a compound key of a model, or that query it.
 * Input: a table, its column, the schemas of its database. Output: clues.
 */
import type { Clue } from '../../access/types.ts';
import { delegateName, type PrismaField, type PrismaModel, type PrismaSchema, relationColumns } from '../../parse/prisma.ts';
import type { Mapped } from '../interest.ts';
import { anyOf, bare, escaped } from '../spelling.ts';

interface Owned {
  readonly schema: PrismaSchema;
  readonly model: PrismaModel;
}

/** What every file has that sends queries of this schema or keeps parts of them. */
export const queriesOf = remember(
  (schema: PrismaSchema) =>
    new RegExp(
      `\\.(?:${[...schema.delegates.keys()].join('|')})[\\s!?]*\\.\\s*(?:find|create|update|upsert|delete|count|aggregate|groupBy)|\\bPrisma\\b`,
    ),
);

/** What follows a relation key in a query: all of it, part of it, a constant that says which part, a condition. */
const SELECTION = '(?:true\\b|\\{|\\w*(?:[Ss]elect|[Ii]nclude)\\w*|!!|[\\w.]+\\s*(?:\\?|&&))';

function remember<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}

const modelsOf = (table: string, { prisma }: Mapped): readonly Owned[] =>
  prisma.flatMap((schema) => [...schema.models.values()].filter((m) => m.table === table).map((model) => ({ schema, model })));

/** Files that query a model of the table. */
export const prismaTableClues = (table: string, mapped: Mapped): Clue[] =>
  modelsOf(table, mapped).flatMap(({ schema, model }) => [...queryClues(model)(schema)]);

/** The hidden table of a many-to-many relation is used through the relation's fields alone. */
export function joinTableClues(table: string, { prisma: schemas }: Mapped): Clue[] {
  if (!table.startsWith('_')) return [];
  return schemas.flatMap((schema) => {
    const fields = [...schema.models.values()].flatMap((m) =>
      [...m.fields.values()]
        .filter((f) => f.list && f.kind === 'relation' && relationColumns(schema, m, f).some((c) => c.table === table))
        .map((f) => f.name),
    );
    return fields.length > 0 ? [{ words: fields, beside: [queriesOf(schema)] }] : [];
  });
}

/** Files that query a model: through its delegate, or through a relation of another model. */
const queryClues = remember((model: PrismaModel) => remember((schema: PrismaSchema) => makeQueryClues(schema, model)));

function makeQueryClues(schema: PrismaSchema, model: PrismaModel): readonly Clue[] {
  const delegate = delegateName(model);
  const relations = [...schema.models.values()].flatMap((m) =>
    [...m.fields.values()].filter((f) => f.kind === 'relation' && f.type === model.name).map((f) => f.name),
  );
  const clues: Clue[] = [
    {
      words: [delegate],
      beside: [
        new RegExp(
          `\\b${delegate}\\b[\\s)!?]*\\.\\s*(?:find|create|update|upsert|delete|count|aggregate|groupBy)|[{,]\\s*${delegate}\\s*[,}].*=|=\\s*[\\w.#]+\\.${delegate}\\b`,
        ),
      ],
    },
  ];
  clues.push({ words: ['prisma-adapter', 'adapter-prisma'], beside: [] });
  if (relations.length > 0)
    clues.push({ words: relations, beside: [new RegExp(`\\.\\s*(?:${relations.map(escaped).join('|')})\\s*\\(`), queriesOf(schema)] });
  if (relations.length > 0)
    clues.push({
      words: relations,
      beside: [queriesOf(schema), new RegExp(`\\b(?:${relations.map(escaped).join('|')})["']?\\s*:\\s*${SELECTION}`)],
    });
  return clues;
}

const WRITERS = '(?:create|createMany|createManyAndReturn|upsert|update|updateMany|connectOrCreate)';

/** Files that write rows of a model: through its delegate, or nested in a write of another model. */
export const prismaRowClues = (table: string, mapped: Mapped): Clue[] =>
  modelsOf(table, mapped).flatMap(({ schema, model }) => {
    const relations = relationNamesTo(schema, model);
    const nested = { words: relations, beside: [queriesOf(schema), new RegExp(`\\b${WRITERS}["']?\\s*:`)] };
    return [{ words: [delegateName(model)], beside: [new RegExp(`\\b${WRITERS}\\b`)] }, ...(relations.length > 0 ? [nested] : [])];
  });

/** Files that name a field of the column beside its model; unless it is new, also those that query the model at all. */
export const prismaColumnClues = (table: string, column: string, mapped: Mapped, isNew: boolean): Clue[] =>
  modelsOf(table, mapped).flatMap(({ schema, model }) => {
    const fields = [...model.fields.values()].filter((f) => f.column === column && f.kind !== 'relation');
    const owner = new RegExp(anyOf([model.name, bare(table), ...relationNamesTo(schema, model)]), 'i');
    return [
      ...fields.map((field): Clue => ({ words: namesOf(schema, model, field), beside: [owner] })),
      ...(!isNew && fields.some((f) => !f.ignored) ? queryClues(model)(schema) : []),
    ];
  });

const relationNamesTo = (schema: PrismaSchema, model: PrismaModel): string[] =>
  [...schema.models.values()].flatMap((m) =>
    [...m.fields.values()].filter((f) => f.kind === 'relation' && f.type === model.name).map((f) => f.name),
  );

/** Every key under which a query can name a field: itself, compound keys, and relations over it. */
function namesOf(schema: PrismaSchema, model: PrismaModel, field: PrismaField): string[] {
  const compounds = [...model.compounds].filter(([, members]) => members.includes(field.name)).map(([name]) => name);
  const relations = [...schema.models.values()].flatMap((m) =>
    [...m.fields.values()]
      .filter(
        (f) => f.kind === 'relation' && relationColumns(schema, m, f).some((c) => c.table === model.table && c.column === field.column),
      )
      .map((f) => f.name),
  );
  return [field.name, ...compounds, ...relations];
}
