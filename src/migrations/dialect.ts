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

/** Forms that only one of the databases reads. */
const PROBES: readonly (readonly [RegExp, Dialect])[] = [
  [/\bENGINE\s*=\s*\w*MergeTree\b|\bON CLUSTER\b/i, 'clickhouse'],
  [/\bENGINE\s*=\s*InnoDB\b|\bAUTO_INCREMENT\b|\bCHARSET\s*=/i, 'mysql'],
  [/\bAUTOINCREMENT\b|\bWITHOUT ROWID\b|\bPRAGMA\s+foreign_keys\b/i, 'sqlite'],
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
