/** PostgreSQL itself (PGlite) as the judge: what a database says it contains, in the form of a replayed schema. */
import type { PGlite } from '@electric-sql/pglite';
import { loadPostgres } from '../../src/parse/sql/postgres.ts';
import { unqualify } from '../../src/schema/names.ts';
import { postgresEngine } from '../../src/schema/postgres/engine.ts';
import { type Replay, replay, sqlFile } from '../../src/schema/replay.ts';
import type { Schema } from '../../src/schema/types.ts';

export interface Shape {
  readonly columns: readonly string[];
  readonly indexes: readonly string[];
  readonly constraints: readonly string[];
  readonly views: readonly string[];
  readonly viewUses: readonly string[];
  readonly enums: readonly string[];
  readonly domains: readonly string[];
  readonly composites: readonly string[];
  readonly sequences: readonly string[];
  /** Triggers, policies and rules. */
  readonly owned: readonly string[];
  readonly functions: readonly string[];
  readonly children: readonly string[];
  readonly schemas: readonly string[];
}

const NAME = `CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END`;
const TYPE = `CASE WHEN n.nspname = 'public' THEN t.typname ELSE n.nspname || '.' || t.typname END`;
const USER = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`;

const QUERIES: Readonly<Record<keyof Shape, string>> = {
  columns: `SELECT ${NAME} || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || CASE WHEN EXISTS (SELECT 1 FROM pg_attrdef d WHERE d.adrelid = c.oid AND d.adnum = a.attnum AND pg_get_expr(d.adbin, d.adrelid) NOT LIKE 'NULL::%') OR a.attidentity <> '' THEN ' default' ELSE '' END || CASE WHEN a.attgenerated <> '' THEN ' generated' ELSE '' END AS line
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND ${USER}`,
  indexes: `SELECT ${NAME} || ' ' || i.relname || CASE WHEN x.indisunique THEN ' unique' ELSE '' END AS line FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND ${USER} AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))`,
  constraints: `SELECT ${NAME} || ' ' || k.conname || ' ' || k.contype::text || ' ' || coalesce((SELECT string_agg(a.attname, ',' ORDER BY a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (k.conkey)), '') || ' ' || k.convalidated || coalesce(' -> ' || (SELECT CASE WHEN rn.nspname = 'public' THEN '' ELSE rn.nspname || '.' END || r.relname FROM pg_class r JOIN pg_namespace rn ON rn.oid = r.relnamespace WHERE r.oid = nullif(k.confrelid, 0)), '') AS line
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND NOT EXISTS (SELECT 1 FROM pg_constraint o WHERE o.oid = k.conparentid AND o.conrelid = k.conrelid) AND ${USER}`,
  views: `SELECT ${NAME} || ' ' || coalesce((SELECT string_agg(a.attname, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0), '') AS line FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${USER}`,
  viewUses: `SELECT DISTINCT v.relname || ' ' || ${NAME} || '.' || a.attname AS line FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid AND d.classid = 'pg_rewrite'::regclass JOIN pg_class v ON v.oid = w.ev_class JOIN pg_class c ON c.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass
    JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid WHERE d.refobjsubid > 0 AND v.oid <> c.oid AND ${USER}`,
  domains: `SELECT ${TYPE} || ' ' || format_type(t.typbasetype, t.typtypmod) || CASE WHEN t.typnotnull THEN ' not null' ELSE '' END || CASE WHEN t.typdefault IS NULL THEN '' ELSE ' default' END || coalesce((SELECT ' ' || string_agg(k.conname || ' ' || k.convalidated, ' ' ORDER BY k.conname COLLATE "C") FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '') AS line
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'd' AND ${USER}`,
  composites: `SELECT ${NAME} || ' ' || coalesce((SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '') AS line FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'c' AND ${USER}`,
  sequences: `SELECT ${NAME} || coalesce(' ' || (SELECT o.relname || '.' || a.attname FROM pg_depend d JOIN pg_class o ON o.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = d.refobjsubid WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')), '') AS line FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND ${USER}`,
  owned: `SELECT 'trigger ' || ${NAME} || '.' || g.tgname AS line FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT g.tgisinternal AND ${USER}
    UNION ALL SELECT 'policy ' || ${NAME} || '.' || p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    UNION ALL SELECT 'rule ' || ${NAME} || '.' || r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename <> '_RETURN' AND ${USER}`,
  functions: `SELECT CASE WHEN n.nspname = 'public' THEN p.proname ELSE n.nspname || '.' || p.proname END || '(' || coalesce((SELECT string_agg(format_type(t, NULL), ',' ORDER BY o) FROM unnest(p.proargtypes) WITH ORDINALITY AS x(t, o)), '') || ')' AS line FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${USER}`,
  children: `SELECT ${NAME} || ' ' || p.relname || CASE WHEN c.relispartition THEN ' partition' ELSE '' END AS line FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND ${USER}`,
  schemas: `SELECT n.nspname AS line FROM pg_namespace n WHERE ${USER} AND n.nspname <> 'public'`,
  enums: `SELECT t.typname || ' ' || string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) AS line FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname`,
};

const SHAPE_KEYS = [
  'columns',
  'indexes',
  'constraints',
  'views',
  'viewUses',
  'enums',
  'domains',
  'composites',
  'sequences',
  'owned',
  'functions',
  'children',
  'schemas',
] as const;

/** What the database contains. */
export const shapeOfDatabase = async (db: PGlite): Promise<Shape> => {
  const shape = new Map<string, readonly string[]>();
  for (const key of SHAPE_KEYS) {
    const { rows } = await db.query<{ line: string }>(QUERIES[key]);
    shape.set(key, rows.map((row) => row.line).sort());
  }
  return Object.fromEntries(shape) as unknown as Shape;
};

const LETTERS = { 'primary-key': 'p', unique: 'u', 'foreign-key': 'f', check: 'c', exclude: 'x', 'not-null': 'n' } as const;

type CatalogueKey = 'domains' | 'composites' | 'sequences' | 'owned' | 'functions' | 'children' | 'schemas';

const catalogueShape = (schema: Schema): Pick<Shape, CatalogueKey> => {
  const { catalogue, children } = schema.memory ?? {};
  const byName = (one: readonly [string, unknown], other: readonly [string, unknown]): number => (one[0] < other[0] ? -1 : 1);
  const domains = [...(catalogue?.domains ?? [])].map(([name, { type, nullable, default: value, constraints }]) => {
    const checks = [...constraints].sort(byName).map(([own, { validated }]) => ` ${own} ${validated}`);
    return `${name} ${type}${nullable ? '' : ' not null'}${value === null ? '' : ' default'}${checks.join('')}`;
  });
  const routines = [...schema.routines.values()];
  const owned = routines.filter(({ kind }) => kind === 'trigger' || kind === 'policy' || kind === 'rule');
  const sequences = [...(catalogue?.sequences ?? [])].map(
    ([name, { owner }]) => `${name}${owner ? ` ${unqualify(owner.table).bare}.${owner.column}` : ''}`,
  );
  const parents = [...(children ?? [])].flatMap(([parent, names]) =>
    [...names].map((name) => `${name} ${unqualify(parent).bare}${catalogue?.partitions.has(name) ? ' partition' : ''}`),
  );
  return {
    domains: domains.sort(),
    composites: [...(catalogue?.composites ?? [])]
      .map(([name, own]) => `${name} ${[...own].map(([a, type]) => `${a} ${type}`).join(',')}`)
      .sort(),
    sequences: sequences.sort(),
    owned: owned.map(({ kind, table, name }) => `${kind} ${table}.${name}`).sort(),
    functions: routines
      .filter(({ kind }) => kind === 'function')
      .map(({ name, signature }) => `${name}(${signature})`)
      .sort(),
    children: parents.sort(),
    schemas: [...(catalogue?.schemas ?? [])].sort(),
  };
};

/** The same of a replayed schema. */
export const shapeOfSchema = (schema: Schema): Shape => {
  const tables = [...schema.tables.values()];
  const views = [...schema.routines.values()].filter((routine) => routine.kind === 'view' || routine.kind === 'materialized-view');
  const columns = tables.flatMap((t) =>
    [...t.columns.values()].map(
      (c) =>
        `${t.name}.${c.name} ${c.type}${c.nullable ? '' : ' not null'}${c.default === null ? '' : ' default'}${c.generated ? ' generated' : ''}`,
    ),
  );
  const constraints = tables.flatMap((t) =>
    [...t.constraints.values()]
      .filter((k) => k.kind !== 'not-null')
      .map(
        (k) =>
          `${t.name} ${k.name} ${LETTERS[k.kind]} ${[...k.columns].sort().join(',')} ${k.validated}${k.references ? ` -> ${k.references.table}` : ''}`,
      ),
  );
  const uses = views.flatMap((v) =>
    v.uses
      .filter(
        (use) =>
          (use.column !== null && schema.tables.has(use.table)) || views.some((other) => other.name === use.table && use.column !== null),
      )
      .map((use) => `${unqualify(v.name).bare} ${use.table}.${use.column}`),
  );
  return {
    columns: columns.sort(),
    indexes: tables.flatMap((t) => [...t.indexes.values()].map((i) => `${t.name} ${i.name}${i.unique ? ' unique' : ''}`)).sort(),
    constraints: constraints.sort(),
    views: views.map((v) => `${v.name} ${v.columns.join(',')}`).sort(),
    viewUses: [...new Set(uses)].sort(),
    ...catalogueShape(schema),
    enums: [...schema.enums]
      .filter(([, values]) => values.length > 0)
      .map(([name, values]) => `${name} ${values.join(',')}`)
      .sort(),
  };
};

/** Empties a shared database. */
export const resetDatabase = async (db: PGlite): Promise<void> => {
  const { rows } = await db.query<{ name: string }>(`SELECT nspname AS name FROM pg_namespace n WHERE ${USER}`);
  for (const { name } of rows) await db.exec(`DROP SCHEMA "${name}" CASCADE`);
  await db.exec('CREATE SCHEMA public; SET search_path TO public');
};

/** Replays texts as files 1, 2, …. */
export const replayTexts = async (texts: readonly string[], start?: Schema): Promise<Replay> => {
  const postgres = await loadPostgres();
  return replay(
    texts.map((text, i) => sqlFile({ id: String(i + 1), path: `migrations/${i + 1}.sql`, content: '' }, text)),
    postgresEngine(postgres),
    start,
  );
};
