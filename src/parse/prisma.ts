/**
 * Reads schema.prisma: models, fields, enums and what each is called in the database.
 * Input: the text of one or several schema files of one database. Output: PrismaSchema; never a throw: lines that are not
 * understood are left out and listed in `problems`.
 * Own parser because histories mix dialects of the language: Prisma 6 and 7 refuse each other's datasource, and
 * @mrleebo/prisma-ast stops at the first word it does not know (measured: trigger.dev's schema).
 */
import { lineIndex } from './positions.ts';
import type { Location } from './span.ts';

export interface PrismaRelation {
  /** Name that pairs the two sides; null where Prisma pairs them by type. */
  readonly name: string | null;
  /** Foreign-key fields on this side; empty on the other side. */
  readonly fields: readonly string[];
  readonly references: readonly string[];
}

export interface PrismaField {
  readonly name: string;
  /** The column's name in the database. */
  readonly column: string;
  readonly type: string;
  readonly list: boolean;
  readonly optional: boolean;
  readonly kind: 'scalar' | 'enum' | 'relation';
  readonly ignored: boolean;
  /** The client sends a value where the code gives none: a default of the schema that is not the database's own, `@updatedAt`. */
  readonly filledByClient: boolean;
  readonly relation: PrismaRelation | null;
  readonly location: Location;
}

export interface PrismaModel {
  readonly name: string;
  /** The table's name in the database, `schema.table` outside the default schema. */
  readonly table: string;
  readonly ignored: boolean;
  readonly fields: ReadonlyMap<string, PrismaField>;
  /** Compound unique and primary keys by the name `where` uses: `userId_teamId`. */
  readonly compounds: ReadonlyMap<string, readonly string[]>;
  readonly location: Location;
}

export interface PrismaSchema {
  readonly provider: string | null;
  readonly models: ReadonlyMap<string, PrismaModel>;
  /** Models by the client property that reaches them: `prisma.<delegate>`. */
  readonly delegates: ReadonlyMap<string, PrismaModel>;
  readonly enums: ReadonlyMap<string, { readonly name: string; readonly values: ReadonlyMap<string, string> }>;
  readonly problems: readonly Location[];
}

interface Line {
  readonly text: string;
  readonly start: number;
}

interface Block {
  readonly keyword: string;
  readonly name: string;
  readonly lines: readonly Line[];
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly locate: (start: number, end: number) => Location;
}

const HEADER = /\b(model|view|type|enum|datasource|generator)[ \t]+(\w+)\s*\{/g;

/** Comments become spaces, so that offsets stay. Strings are kept. */
function blankComments(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (m) => (m.startsWith('"') ? m : m.replace(/[^\n]/g, ' ')));
}

function blocksOf(file: string, raw: string): Block[] {
  const text = blankComments(raw);
  const index = lineIndex(raw);
  const locate = (start: number, end: number): Location => ({ file, ...index.span(start, end) });
  return [...text.matchAll(HEADER)].flatMap((header) => {
    const open = (header.index ?? 0) + header[0].length;
    const close = closingBrace(text, open);
    const body = text.slice(open, close);
    return [
      {
        keyword: header[1] ?? '',
        name: header[2] ?? '',
        lines: logicalLines(body, open),
        file,
        start: header.index ?? 0,
        end: open,
        locate,
      },
    ];
  });
}

/** Offset of the brace that closes a block opened before `from`; the end of the text where it is missing. */
function closingBrace(text: string, from: number): number {
  let depth = 1;
  const braces = /"(?:[^"\\\n]|\\.)*"|[{}]/g;
  braces.lastIndex = from;
  for (let m = braces.exec(text); m; m = braces.exec(text)) {
    if (m[0] === '{') depth++;
    else if (m[0] === '}') depth--;
    if (depth === 0) return m.index;
  }
  return text.length;
}

/** Lines of a block; one that leaves a parenthesis or bracket open goes on in the next. */
function logicalLines(body: string, offset: number): Line[] {
  const lines: Line[] = [];
  let at = 0;
  let pending: Line | null = null;
  for (const raw of body.split('\n')) {
    const joined: Line = pending ? { text: `${pending.text} ${raw}`, start: pending.start } : { text: raw, start: offset + at };
    at += raw.length + 1;
    const open = (joined.text.match(/[([]/g) ?? []).length - (joined.text.match(/[)\]]/g) ?? []).length;
    pending = open > 0 && joined.text.length < 10_000 ? joined : null;
    if (!pending && joined.text.trim() !== '') lines.push(joined);
  }
  if (pending?.text.trim()) lines.push(pending);
  return lines;
}

/** The argument text of `@name(...)`; null where the attribute is absent, '' where it has no arguments. */
function attribute(text: string, name: string): string | null {
  const at = text.search(new RegExp(`(?<![@\\w.])${name}(?![\\w.])`));
  if (at < 0) return null;
  const rest = text.slice(at + name.length).trimStart();
  if (!rest.startsWith('(')) return '';
  let depth = 0;
  for (let i = 0; i < rest.length; i++) {
    if (rest[i] === '(') depth++;
    else if (rest[i] === ')' && --depth === 0) return rest.slice(1, i);
  }
  return rest.slice(1);
}

const quoted = (args: string | null, key: string): string | null =>
  args === null ? null : (new RegExp(`(?:^|[,(\\s])(?:${key}\\s*:\\s*)"([^"]*)"`).exec(args)?.[1] ?? null);
const firstQuoted = (args: string | null, key: string): string | null =>
  quoted(args, key) ?? (args === null ? null : (/^\s*"([^"]*)"/.exec(args)?.[1] ?? null));
const names = (list: string | undefined): string[] =>
  (list ?? '')
    .replace(/\([^)]*\)/g, '')
    .split(',')
    .map((n) => n.trim())
    .filter(Boolean);
const listArgument = (args: string, key: string): string[] => names(new RegExp(`${key}\\s*:\\s*\\[([^\\]]*)\\]`).exec(args)?.[1]);
const FIELD = /^\s*(\w+)\s+([\w.]+|Unsupported\([^)]*\))(\[\])?(\?)?(!)?(?=\s|$|@)/;

const isClientDefault = (value: string | null): boolean =>
  value !== null && !/^\s*(?:autoincrement|dbgenerated|sequence|auto)\b/.test(value);

function fieldOf(line: Line, block: Block, kinds: ReadonlyMap<string, 'model' | 'enum'>): PrismaField | null {
  const match = FIELD.exec(line.text);
  if (!match) return null;
  const [, name = '', type = '', list, optional] = match;
  const args = attribute(line.text, '@relation');
  const kind = kinds.get(type) === 'model' ? 'relation' : kinds.get(type) === 'enum' ? 'enum' : 'scalar';
  const start = line.start + line.text.indexOf(name);
  return {
    name,
    column: firstQuoted(attribute(line.text, '@map'), 'name') ?? name,
    type,
    list: list !== undefined,
    optional: optional !== undefined,
    kind,
    ignored: attribute(line.text, '@ignore') !== null,
    filledByClient: attribute(line.text, '@updatedAt') !== null || isClientDefault(attribute(line.text, '@default')),
    relation:
      kind === 'relation'
        ? {
            name: firstQuoted(args, 'name'),
            fields: listArgument(args ?? '', 'fields'),
            references: listArgument(args ?? '', 'references'),
          }
        : null,
    location: block.locate(start, start + name.length),
  };
}

function modelOf(block: Block, kinds: ReadonlyMap<string, 'model' | 'enum'>, problems: Location[]): PrismaModel {
  const fields = new Map<string, PrismaField>();
  const compounds = new Map<string, readonly string[]>();
  let table = block.name;
  let schema: string | null = null;
  let ignored = false;
  for (const line of block.lines) {
    const text = line.text.trim();
    if (!text.startsWith('@@')) {
      const field = fieldOf(line, block, kinds);
      if (field) fields.set(field.name, field);
      else problems.push(block.locate(line.start, line.start + line.text.length));
      continue;
    }
    table = firstQuoted(attribute(text, '@@map'), 'name') ?? table;
    schema = firstQuoted(attribute(text, '@@schema'), 'name') ?? schema;
    ignored ||= attribute(text, '@@ignore') !== null;
    const compound = attribute(text, '@@unique') ?? attribute(text, '@@id');
    const members = compound === null ? [] : names(/\[([^\]]*)\]/.exec(compound)?.[1]);
    if (compound !== null && members.length > 0) compounds.set(quoted(compound, 'name') ?? members.join('_'), members);
  }
  const qualified = schema && schema !== 'public' ? `${schema}.${table}` : table;
  return { name: block.name, table: qualified, ignored, fields, compounds, location: block.locate(block.start, block.end) };
}

function enumOf(block: Block): { name: string; values: ReadonlyMap<string, string> } {
  const values = new Map<string, string>();
  let name = block.name;
  for (const line of block.lines) {
    const text = line.text.trim();
    const value = /^(\w+)/.exec(text)?.[1];
    if (text.startsWith('@@')) name = firstQuoted(attribute(text, '@@map'), 'name') ?? name;
    else if (value) values.set(value, firstQuoted(attribute(text, '@map'), 'name') ?? value);
  }
  return { name, values };
}

/** The client property that reaches a model: `prisma.<delegate>`. */
export const delegateName = ({ name }: Pick<PrismaModel, 'name'>): string => name.slice(0, 1).toLowerCase() + name.slice(1);

/** Parses the schema files of one database (path → text). */
export function parsePrisma(files: ReadonlyMap<string, string>): PrismaSchema {
  const blocks = [...files].flatMap(([file, text]) => blocksOf(file, text));
  const problems: Location[] = [];
  const kinds = new Map(blocks.map((b) => [b.name, b.keyword === 'enum' ? 'enum' : 'model'] as const));
  const ofKind = (...keywords: string[]): Block[] => blocks.filter((b) => keywords.includes(b.keyword));
  const models = new Map(ofKind('model', 'view').map((b) => [b.name, modelOf(b, kinds, problems)]));
  const provider =
    ofKind('datasource')
      .flatMap((b) => b.lines)
      .map((l) => /^\s*provider\s*=\s*"([^"]+)"/.exec(l.text)?.[1])
      .find(Boolean) ?? null;
  return {
    provider,
    models,
    delegates: new Map([...models.values()].filter((m) => !m.ignored).map((m) => [delegateName(m), m])),
    enums: new Map(ofKind('enum').map((b) => [b.name, enumOf(b)])),
    problems,
  };
}

/** Scalar and enum fields the client sends in every query that does not choose. */
export const sentFields = (model: PrismaModel): PrismaField[] =>
  [...model.fields.values()].filter((f) => f.kind !== 'relation' && !f.ignored);

/** The field on the other side of a relation. */
export function oppositeField(schema: PrismaSchema, model: PrismaModel, field: PrismaField): PrismaField | null {
  const other = schema.models.get(field.type);
  if (!other) return null;
  const candidates = [...other.fields.values()].filter((f) => f.relation !== null && f.type === model.name && f !== field);
  return candidates.find((f) => f.relation?.name === field.relation?.name) ?? null;
}

/** The columns behind a relation field: the foreign key, whichever side holds it, and the join table of an implicit many-to-many. */
export function relationColumns(
  schema: PrismaSchema,
  model: PrismaModel,
  field: PrismaField,
): { readonly table: string; readonly column: string }[] {
  const other = schema.models.get(field.type);
  if (!field.relation || !other) return [];
  const columns = (owner: PrismaModel, keys: readonly string[]) =>
    keys.flatMap((k) => {
      const f = owner.fields.get(k);
      return f ? [{ table: owner.table, column: f.column }] : [];
    });
  if (field.relation.fields.length > 0) return columns(model, field.relation.fields);
  const back = oppositeField(schema, model, field);
  if (back?.relation && back.relation.fields.length > 0) return columns(other, back.relation.fields);
  if (!field.list || !back?.list) return [];
  const join = `_${field.relation.name ?? [model.name, other.name].sort().join('To')}`;
  return [
    { table: join, column: 'A' },
    { table: join, column: 'B' },
  ];
}
