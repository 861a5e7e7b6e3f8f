/**
 * Which database a folder of migrations is for. Declared providers win, then folder names, then what the SQL itself shows.
 */
import type { Dialect } from './types.ts';

const NAMES: ReadonlyMap<string, Dialect> = new Map<string, Dialect>([
  ['postgres', 'postgres'],
  ['postgresql', 'postgres'],
  ['pg', 'postgres'],
  ['cockroachdb', 'postgres'],
  ['supabase', 'postgres'],
  ['mysql', 'mysql'],
  ['mariadb', 'mysql'],
  ['singlestore', 'mysql'],
  ['sqlite', 'sqlite'],
  ['turso', 'sqlite'],
  ['libsql', 'sqlite'],
  ['d1', 'sqlite'],
  ['clickhouse', 'clickhouse'],
  ['sqlserver', 'unknown'],
  ['mssql', 'unknown'],
  ['mongodb', 'unknown'],
  ['gel', 'unknown'],
]);

/** A provider's or dialect's name as tools spell it. */
export const dialectOf = (name: string): Dialect => NAMES.get(name.toLowerCase()) ?? 'unknown';

/** The innermost folder name that says it: `db/clickhouse/migrations`. */
export const dialectOfPath = (folder: string): Dialect | null => {
  for (const segment of folder.toLowerCase().split('/').reverse()) {
    for (const word of segment.split(/[-_.]/)) {
      const dialect = NAMES.get(word);
      if (dialect && dialect !== 'unknown') return dialect;
    }
  }
  return null;
};

const DRIVERS: readonly (readonly [RegExp, Dialect])[] = [
  [
    /^(?:pg|pg-native|pg-promise|postgres|slonik|@vercel\/postgres|@neondatabase\/serverless|@mikro-orm\/postgresql|db-migrate-pg)$/,
    'postgres',
  ],
  [/^(?:mysql|mysql2|mariadb|@mikro-orm\/(?:mysql|mariadb)|db-migrate-mysql)$/, 'mysql'],
  [/^(?:sqlite3|better-sqlite3|@mikro-orm\/(?:sqlite|better-sqlite)|db-migrate-sqlite3)$/, 'sqlite'],
];

/** The one that is meant: SQLite beside a server's database is for a laptop or a test. Null where none or several are named. */
const onlyOf = (named: readonly Dialect[]): Dialect | null => {
  const found = new Set(named);
  const servers = [...found].filter((dialect) => dialect !== 'sqlite');
  const [only] = servers.length > 0 ? servers : found;
  return servers.length <= 1 && only ? only : null;
};

const driversIn = (text: string, block: RegExp): readonly Dialect[] => {
  const names = [...(block.exec(text)?.[1] ?? '').matchAll(/"([^"]+)"\s*:/g)].map(([, name]) => name ?? '');
  return DRIVERS.filter(([driver]) => names.some((name) => driver.test(name))).map(([, dialect]) => dialect);
};

/** The one database whose driver a package.json depends on; null where there is none, or several. */
export const dialectOfPackage = (text: string): Dialect | null => {
  const said = driversIn(text, /"dependencies"\s*:\s*\{([^}]*)\}/);
  const only = onlyOf(said);
  if (only !== 'sqlite') return only;
  // A program that ships with SQLite often lets those who run it install the driver of a server themselves.
  const more = ['dev', 'peer', 'optional'].flatMap((kind) => driversIn(text, new RegExp(`"${kind}Dependencies"\\s*:\\s*\\{([^}]*)\\}`)));
  return onlyOf([...said, ...more]);
};

/** `client: 'pg'`, `dialect: "mysql"`, `type: 'postgres'`: the one database a config file names. */
export const dialectOfConfig = (text: string): Dialect | null => {
  const said = [...text.matchAll(/\b(?:client|dialect|type|driver)['"]?\s*[:=]\s*['"]([\w-]+)['"]/g)].map(([, name]) =>
    dialectOf((name ?? '').replace(/-?native$|2$/, '')),
  );
  return onlyOf(said.filter((dialect) => dialect !== 'unknown'));
};

/** Forms that only one of the databases reads; `autoIncrement: true` is a key of code, for any. */
const PROBES: readonly (readonly [RegExp, Dialect])[] = [
  [/\bENGINE\s*=\s*\w*MergeTree\b|\bON CLUSTER\b/i, 'clickhouse'],
  [/\bENGINE\s*=\s*InnoDB\b|\bAUTO_INCREMENT\b|\bCHARSET\s*=/i, 'mysql'],
  [/\bAUTOINCREMENT\b(?!['"]?\s*:)|\bWITHOUT ROWID\b|\bPRAGMA\s+foreign_keys\b/i, 'sqlite'],
  [/\bSERIAL\b|\bJSONB\b|\bTIMESTAMPTZ\b|\bplpgsql\b|\bCREATE EXTENSION\b|::\s*\w+|\bBYTEA\b|\bUUID\b/i, 'postgres'],
  [/(?:TABLE|INTO|COLUMN|UPDATE)\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?`/i, 'mysql'],
];

const COMMENTS = /--[^\n]*|\/\*[\s\S]*?\*\//g;

/** What the SQL shows; null where it could be any. */
export const dialectOfText = (texts: readonly string[]): Dialect | null => {
  for (const [probe, dialect] of PROBES) {
    if (texts.some((text) => probe.test(text.slice(0, 100_000).replace(COMMENTS, ' ')))) return dialect;
  }
  return null;
};
