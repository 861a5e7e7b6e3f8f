/**
 * From schema changes to names in code: which objects a check asks about, and what a file must mention to matter.
 * Input: objects with the Prisma schemas that map them. Output: Interest for extractors, words and clues for the prefilter.
 */
import type { Clue, Interest } from '../access/types.ts';
import { delegateName, type PrismaField, type PrismaModel, type PrismaSchema, relationColumns } from '../parse/prisma.ts';
import { plainName } from '../schema/names.ts';
import type { Schema } from '../schema/types.ts';

/** A table, or one of its columns, of one database. */
export interface Asked {
  readonly database: string;
  readonly table: string;
  readonly column: string | null;
  /** Added by the change: base cannot use it, and what a client sends unasked is no use of it. */
  readonly isNew: boolean;
  /** What of it is asked, where not everything: `rows`: the statements that write rows; `unnamed`: what takes columns by position or all of them. */
  readonly only?: 'rows' | 'unnamed';
}

/** What every file has that sends queries of this schema or keeps parts of them. */
const queriesOf = remember(
  (schema: PrismaSchema) =>
    new RegExp(
      `\\.(?:${[...schema.delegates.keys()].join('|')})[\\s!?]*\\.\\s*(?:find|create|update|upsert|delete|count|aggregate|groupBy)|\\bPrisma\\b`,
    ),
);

/** What follows a relation key in a query: all of it, part of it, a constant that says which part, a condition. */
const SELECTION = '(?:true\\b|\\{|\\w*(?:[Ss]elect|[Ii]nclude)\\w*|!!|[\\w.]+\\s*(?:\\?|&&))';

/** SQL that means all columns without naming one. */
const EVERY_COLUMN = '\\b(?:select|returning)\\s+(?:["\\w]+\\.)?\\*|,\\s*["\\w]+\\.\\*(?!\\s*\\d)';

function remember<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** The word to search for: of a name that is none (`order-items`, `größen`), its longest part in ASCII. */
const wordOf = (name: string): string =>
  /^\w+$/.test(name) ? name : ([...(name.match(/\w+/g) ?? [])].sort((a, b) => b.length - a.length)[0] ?? name);
/** A name as quoted SQL can hold it: a quote in it is doubled there. */
const written = (name: string): string => escaped(name).replaceAll('"', '"{1,2}');
const bare = (table: string): string => {
  const name = plainName(table);
  return name.slice(name.indexOf('.') + 1);
};
const modelsOf = (schemas: readonly PrismaSchema[], table: string): { schema: PrismaSchema; model: PrismaModel }[] =>
  schemas.flatMap((schema) => [...schema.models.values()].filter((m) => m.table === table).map((model) => ({ schema, model })));

/** What extractors need to know of the objects asked about. */
export function interestIn(asked: readonly Asked[], schemas: ReadonlyMap<string, readonly PrismaSchema[]>): Interest {
  const keys = new Set(asked.map((a) => `${a.database}\0${a.table}\0${a.column ?? ''}`));
  const fieldNames = new Set<string>();
  for (const { database, table, column } of asked) {
    if (column === null) continue;
    fieldNames.add(column);
    for (const { model } of modelsOf(schemas.get(database) ?? [], table))
      for (const field of model.fields.values()) if (field.column === column) fieldNames.add(field.name);
  }
  return { has: (database, table, column) => keys.has(`${database}\0${table}\0${column ?? ''}`), fieldNames };
}

/** Every name under which code can say a column of these databases. */
export function columnNames(sides: readonly { readonly base: Side | null; readonly head: Side }[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const side of sides.flatMap((s) => (s.base ? [s.base, s.head] : [s.head]))) {
    for (const table of side.schema.tables.values()) for (const column of table.columns.keys()) names.add(column);
    for (const model of side.prisma?.models.values() ?? []) for (const field of model.fields.keys()) names.add(field);
  }
  return names;
}

interface Side {
  readonly schema: Schema;
  readonly prisma: PrismaSchema | null;
}

const SQL_STATEMENT =
  /\bselect\b[^;]{1,2000}?\bfrom\b|\b(?:insert|replace)\s+(?:\w+\s+)?into\b|\bupdate\s+[\w."$`{}]+\s+(?:as\s+)?(?:\w+\s+)?set\b|\bdelete\s+from\b/i;

/** Whether a file can hold a query at all. */
export const mayQuery = (text: string, schemas: ReadonlyMap<string, readonly PrismaSchema[]>): boolean =>
  SQL_STATEMENT.test(text) || [...schemas.values()].flat().some((schema) => queriesOf(schema).test(text));

/** Interest in every column one of whose names is among `words`: what an edit of these words can have to do with. */
export function interestInWords(words: ReadonlySet<string>, schemas: ReadonlyMap<string, readonly PrismaSchema[]>): Interest {
  const mapped = new Set<string>();
  for (const [database, some] of schemas) {
    for (const schema of some)
      for (const model of schema.models.values())
        for (const field of model.fields.values()) {
          if (words.has(field.name))
            for (const { table, column } of columnsOf(schema, model, field)) mapped.add(`${database}\0${table}\0${column}`);
        }
  }
  return {
    has: (database, table, column) => column !== null && (words.has(column) || mapped.has(`${database}\0${table}\0${column}`)),
    fieldNames: words,
  };
}

const columnsOf = (schema: PrismaSchema, model: PrismaModel, field: PrismaField): readonly { table: string; column: string }[] =>
  field.kind === 'relation' ? relationColumns(schema, model, field) : [{ table: model.table, column: field.column }];

/** What a file must mention to be parsed. */
export function cluesFor(asked: readonly Asked[], schemas: ReadonlyMap<string, readonly PrismaSchema[]>): readonly Clue[] {
  return asked.flatMap(({ database, table, column, isNew, only }) => {
    const models = modelsOf(schemas.get(database) ?? [], table);
    if (only === 'rows') return rowClues(table, models);
    if (only === 'unnamed') return [unnamedClue(table)];
    return column === null
      ? [...tableClues(table, models), ...joinTableClues(table, schemas.get(database) ?? [])]
      : columnClues(table, column, models, isNew);
  });
}

const NAMES_TABLE = /\b(?:from|join|into|update|table|truncate)\b/i;
/** Functions and types stand in any part of a query. */
const NAMES_OTHER = /\b(?:select|call|insert|update|delete|values)\b/i;

function tableClues(table: string, models: readonly { schema: PrismaSchema; model: PrismaModel }[]): Clue[] {
  const clues: Clue[] = [
    { words: [wordOf(bare(table))], anyCase: isFolded(bare(table)), beside: [plainName(table) === table ? NAMES_TABLE : NAMES_OTHER] },
  ];
  for (const { schema, model } of models) clues.push(...queryClues(model)(schema));
  return clues;
}

/** The hidden table of a many-to-many relation is used through the relation's fields alone. */
function joinTableClues(table: string, schemas: readonly PrismaSchema[]): Clue[] {
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

/** PostgreSQL folds unquoted names: one without capitals can be written with some. */
const isFolded = (name: string): boolean => name === name.toLowerCase();

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

/** SQL that takes all columns of a table, or fills them by position. */
const unnamedClue = (table: string): Clue => ({
  words: [wordOf(bare(table))],
  anyCase: isFolded(bare(table)),
  beside: [new RegExp(`${EVERY_COLUMN}|\\binto\\s+["\x60\\w.]*${written(bare(table))}["\x60]?\\s+(?:values|select|default|as)\\b`, 'i')],
});

const WRITERS = '(?:create|createMany|createManyAndReturn|upsert|update|updateMany|connectOrCreate)';

/** Files that write rows of a table: in SQL, through the model's delegate, or nested in a write of another model. */
function rowClues(table: string, models: readonly { schema: PrismaSchema; model: PrismaModel }[]): Clue[] {
  const clues: Clue[] = [
    { words: [wordOf(bare(table))], anyCase: isFolded(bare(table)), beside: [/\b(?:insert|update|merge|replace)\b/i] },
  ];
  for (const { schema, model } of models) {
    const delegate = delegateName(model);
    const relations = relationNamesTo(schema, model);
    clues.push({ words: [delegate], beside: [new RegExp(`\\b${WRITERS}\\b`)] });
    if (relations.length > 0) clues.push({ words: relations, beside: [queriesOf(schema), new RegExp(`\\b${WRITERS}["']?\\s*:`)] });
  }
  return clues;
}

function columnClues(
  table: string,
  column: string,
  models: readonly { schema: PrismaSchema; model: PrismaModel }[],
  isNew: boolean,
): Clue[] {
  const clues: Clue[] = [{ words: [column], anyCase: true, beside: [new RegExp(written(bare(table)), 'i')] }, unnamedClue(table)];
  for (const { schema, model } of models) {
    const fields = [...model.fields.values()].filter((f) => f.column === column && f.kind !== 'relation');
    const owner = new RegExp(
      `${escaped(model.name)}|${written(bare(table))}|${relationNamesTo(schema, model).map(escaped).join('|') || '(?!)'}`,
      'i',
    );
    for (const field of fields) clues.push({ words: namesOf(schema, model, field), beside: [owner] });
    if (!isNew && fields.some((f) => !f.ignored)) clues.push(...queryClues(model)(schema));
  }
  return clues;
}

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

/** All words of the clues that are searched in one way, each once. */
export const wordsOf = (clues: readonly Clue[], anyCase = false): string[] =>
  [...new Set(clues.filter((c) => (c.anyCase ?? false) === anyCase).flatMap((c) => c.words))].sort();

/** A test of texts: whether one can matter, decided without parsing it. */
export function clueMatcher(clues: readonly Clue[]): (text: string) => boolean {
  const exact = wordFinder(
    clues.filter((c) => !c.anyCase),
    'g',
  );
  const folded = wordFinder(
    clues.filter((c) => c.anyCase),
    'gi',
  );
  return (text) => {
    const tested = new Map<RegExp, boolean>();
    const holds = (form: RegExp): boolean => {
      const known = tested.get(form) ?? form.test(text);
      tested.set(form, known);
      return known;
    };
    return [...exact(text), ...folded(text)].some((clue) => clue.beside.every(holds));
  };
}

/** The clues one of whose words a text has. */
function wordFinder(clues: readonly Clue[], flags: 'g' | 'gi'): (text: string) => ReadonlySet<Clue> {
  const fold = (word: string): string => (flags === 'gi' ? word.toLowerCase() : word);
  const byWord = new Map<string, Clue[]>();
  for (const clue of clues) for (const word of clue.words) byWord.set(fold(word), [...(byWord.get(fold(word)) ?? []), clue]);
  if (byWord.size === 0) return () => new Set();
  const words = new RegExp(
    `(?<![\\w$])(?:${[...byWord.keys()]
      .sort((a, b) => b.length - a.length)
      .map(escaped)
      .join('|')})(?![\\w$])`,
    flags,
  );
  return (text) => new Set([...new Set(text.match(words)?.map(fold))].flatMap((word) => byWord.get(word) ?? []));
}
