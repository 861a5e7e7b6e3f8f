/** What a database contains, as lines: read from information_schema, and made from a replayed schema. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { DraftTable } from '../../src/schema/draft.ts';
import { indexesOf } from '../../src/schema/mysql/keys.ts';
import type { Routine, Schema } from '../../src/schema/types.ts';

export interface Shape {
  readonly columns: readonly string[];
  readonly indexes: readonly string[];
  readonly foreignKeys: readonly string[];
  readonly checks: readonly string[];
  readonly views: readonly string[];
  readonly routines: readonly string[];
}

/** Where MariaDB's catalogue spells something in another way than MySQL 8.0's. */
const SPELLINGS: readonly (readonly [RegExp, string, string])[] = [
  [/\b(int|bigint|smallint|mediumint|year)\(\d+\)(?! unsigned zerofill)/, '$1', 'MySQL 8.0.19 dropped display widths'],
  [/\btinyint\((?!1\))\d+\)/, 'tinyint', 'the same, but for tinyint(1)'],
  [/\btinyint\(1\) unsigned/, 'tinyint unsigned', 'the same'],
  [/\bjson\b/, 'longtext', 'JSON is an alias of LONGTEXT in MariaDB'],
];

const spelled = (type: string): string => SPELLINGS.reduce((text, [from, to]) => text.replace(from, to), type);

const QUERIES: Readonly<Record<keyof Shape, string>> = {
  columns: `SELECT CONCAT(c.table_name, ' ', ordinal_position, ' ', column_name, ' ', column_type, IF(is_nullable = 'NO', ' not null', ''), IF(extra LIKE '%auto_increment%' OR (column_default IS NOT NULL AND column_default <> 'NULL'), ' default', ''), IF(IFNULL(generation_expression, '') <> '', ' generated', '')) AS line
    FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE' WHERE c.table_schema = 'test'`,
  indexes: `SELECT CONCAT(table_name, ' ', index_name, ' ', GROUP_CONCAT(column_name ORDER BY seq_in_index), IF(MAX(non_unique) = 0, ' unique', '')) AS line FROM information_schema.statistics WHERE table_schema = 'test' GROUP BY table_name, index_name`,
  foreignKeys: `SELECT CONCAT(table_name, ' ', constraint_name, ' ', GROUP_CONCAT(column_name ORDER BY ordinal_position), ' -> ', MAX(referenced_table_name), ' ', GROUP_CONCAT(referenced_column_name ORDER BY ordinal_position)) AS line FROM information_schema.key_column_usage WHERE table_schema = 'test' AND referenced_table_name IS NOT NULL GROUP BY table_name, constraint_name`,
  checks: `SELECT CONCAT(table_name, ' ', constraint_name) AS line FROM information_schema.check_constraints WHERE constraint_schema = 'test' AND check_clause NOT LIKE 'json_valid%'`,
  views: `SELECT CONCAT(v.table_name, ' ', GROUP_CONCAT(c.column_name ORDER BY c.ordinal_position)) AS line FROM information_schema.views v JOIN information_schema.columns c ON c.table_schema = v.table_schema AND c.table_name = v.table_name WHERE v.table_schema = 'test' GROUP BY v.table_name`,
  routines: `SELECT CONCAT('trigger ', trigger_name, ' on ', event_object_table) AS line FROM information_schema.triggers WHERE trigger_schema = 'test' UNION ALL SELECT CONCAT('routine ', routine_name) FROM information_schema.routines WHERE routine_schema = 'test'`,
};

const PARTS = ['columns', 'indexes', 'foreignKeys', 'checks', 'views', 'routines'] as const;

/** One query for everything: the catalogue is opened once. */
const ALL = PARTS.map((part) => `SELECT '${part}' AS part, q.line FROM (${QUERIES[part]}) q`).join(' UNION ALL ');

export const shapeOfDatabase = async (connection: Connection): Promise<Shape> => {
  const shape = new Map<string, string[]>(PARTS.map((part) => [part, []]));
  const [rows] = await connection.query<RowDataPacket[]>(ALL);
  for (const row of rows) shape.get(String(row['part']))?.push(spelled(String(row['line'])));
  for (const lines of shape.values()) lines.sort();
  return Object.fromEntries(shape) as unknown as Shape;
};

const hasDefault = (text: string | null, generated: boolean): boolean => text !== null && !generated && !/^NULL\b/i.test(text);

/** Whether everything a view uses is there: the catalogue shows no columns of one that is broken. */
const isSound = (schema: Schema, view: Routine): boolean =>
  view.uses.every(({ table, column }) => {
    const inner = schema.routines.get(`view ${table}`);
    const names = inner ? new Set(inner.columns) : schema.tables.get(table)?.columns;
    return names !== undefined && (column === null || names.has(column)) && (!inner || isSound(schema, inner));
  });

export const shapeOfSchema = (schema: Schema): Shape => {
  const tables = [...schema.tables.values()];
  return {
    columns: tables
      .flatMap((table) =>
        [...table.columns.values()].map(
          (c, i) =>
            `${table.name} ${i + 1} ${c.name} ${spelled(c.type)}${c.nullable ? '' : ' not null'}${hasDefault(c.default, c.generated) ? ' default' : ''}${c.generated ? ' generated' : ''}`,
        ),
      )
      .sort(),
    indexes: tables
      .flatMap((table) =>
        indexesOf(table as DraftTable).map((i) => `${table.name} ${i.name} ${i.columns.join(',')}${i.unique ? ' unique' : ''}`),
      )
      .sort(),
    foreignKeys: tables
      .flatMap((table) =>
        [...table.constraints.values()].flatMap((k) =>
          k.references ? [`${table.name} ${k.name} ${k.columns.join(',')} -> ${k.references.table} ${k.references.columns.join(',')}`] : [],
        ),
      )
      .sort(),
    checks: tables
      .flatMap((table) => [...table.constraints.values()].flatMap((k) => (k.kind === 'check' ? [`${table.name} ${k.name}`] : [])))
      .sort(),
    views: [...schema.routines.values()]
      .filter((r) => r.kind === 'view' && isSound(schema, r))
      .map((r) => `${r.name} ${r.columns.join(',')}`)
      .sort(),
    routines: [...schema.routines.values()]
      .flatMap((r) => (r.kind === 'trigger' ? [`trigger ${r.name} on ${r.table}`] : r.kind === 'function' ? [`routine ${r.name}`] : []))
      .sort(),
  };
};
