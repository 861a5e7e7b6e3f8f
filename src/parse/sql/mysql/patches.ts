/**
 * What MySQL or MariaDB read and the grammar does not, put in words of equal length that it does: hints and locks are blanked,
 * placeholders become numbers, words that may be names are replaced. Names are read from the original text afterwards.
 * Input: one statement without comments. Output: the texts to try, in order; all have the original's length.
 */
import { maskQuoted } from './lexer.ts';

interface Patch {
  readonly when: RegExp | null;
  readonly find: RegExp;
  /** Same length as what is replaced. */
  readonly put: (found: string) => string;
}

const blank = (found: string): string => found.replace(/\S/g, ' ');
const padded =
  (text: string) =>
  (found: string): string =>
    text.padEnd(found.length, ' ').slice(0, found.length);
const disguise = (found: string): string => `${found.slice(0, -1)}_`;

/** Words MySQL reads as names everywhere and the grammar never does. */
const NAMES =
  /(?<![@\w$])(?:TYPE|ACTIVE|ALWAYS(?!\s+AS)|HISTOGRAM|INACTIVE|COMPONENT|CHALLENGE_RESPONSE|FACTOR|FINISH|INITIAL|INITIATE|MASTER_BIND|NETWORK_NAMESPACE|GTID_ONLY|OPTION(?=\s*[,)=.<>]|\s+(?:int|varchar|text|FROM)\b)|REFERENCE|REGISTRATION|REPLICAS?|RESOURCE|RESTART|RETAIN|SOURCE_[A-Z_]+|STREAM|THREAD_PRIORITY|TREE|UNREGISTER|VCPU|CLONE|AUTHENTICATION|OFF(?=\s*[,)=.<>])|PERSIST_ONLY)(?![\w$(])/gi;
/** Words that are names only where the grammar's own use of them cannot stand. */
const DOUBTFUL =
  /(?<=[.,(]\s*)(?:GENERATED|STORED|LOCKED|SKIP|GET|OLD|WINDOW|SYSTEM|CAST|EXTRACT|FOLLOWING|PRECEDING|PERSIST|GEOMETRY|NATIONAL|NVARCHAR|OPTION|OFF|GENERATE|DEFAULT)(?![\w$(])|(?<![@\w$.])(?:GENERATED|STORED|LOCKED|SKIP|GET|SYSTEM|PERSIST|OPTION|OFF|GENERATE)(?=\s*[,)=.<>])/gi;

const ALTER = /^\s*ALTER\s/i;
const INDEX = /^\s*(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:UNIQUE|FULLTEXT|SPATIAL|ONLINE|OFFLINE)\s+)*|DROP\s+)INDEX\b/i;
const DEFINES = /^\s*(?:CREATE|ALTER)\b/i;
/** From the clause about partitions to the end: the last one of a statement, and none of it says what a table looks like. */
const PARTITION_CLAUSE =
  /(?:,\s*)?\b(?:PARTITION\s+BY|REMOVE\s+PARTITIONING|(?:ADD|DROP|TRUNCATE|COALESCE|REORGANIZE|EXCHANGE|ANALYZE|CHECK|OPTIMIZE|REBUILD|REPAIR|DISCARD|IMPORT|CONVERT)\s+PARTITION)\b[\s\S]*$/i;
const QUERY = /^\s*(?:\(|SELECT|WITH|INSERT|REPLACE|UPDATE|DELETE|CREATE|TABLE|VALUES)/i;
const INSERT_SET =
  /^\s*(?:INSERT|REPLACE)\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE)\s+)*(?:INTO\s+)?[^\s(]+\s+(?:\(\s*\)\s*)?SET\s/i;

const JSON_TABLE = /\bJSON_TABLE\(/i;
/** The path and the columns that end JSON_TABLE. */
const JSON_TABLE_COLUMNS = /,\s*'[^']*'\s*COLUMNS\s*\((?:[^()]|\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\))*\)/gi;

const PATCHES: readonly Patch[] = [
  { when: INSERT_SET, find: /\bON\s+DUPLICATE\s+KEY\s+UPDATE\b/gi, put: padded(',') },
  { when: INSERT_SET, find: /(?<=^\s*\w+\s+)(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|INTO)\s+)+/i, put: blank },
  {
    when: INSERT_SET,
    find: /^\s*(?:INSERT|REPLACE)\b/i,
    put: (found) => found.replace(/REPLACE/i, 'UPDATE ').replace(/INSERT/i, 'UPDATE'),
  },
  { when: /^\s*INSERT\b/i, find: /\(\s*\)(?=\s*VALUES?\b)/i, put: blank },
  { when: /^\s*INSERT\b/i, find: /\bVALUES? +\(\)/i, put: (found) => `${found.slice(0, -3)}(0)` },
  { when: /^\s*CREATE\s+OR\s+REPLACE\s+(?:TEMPORARY\s+)?TABLE\b/i, find: /OR\s+REPLACE/i, put: blank },
  { when: ALTER, find: /(?<=^\s*ALTER\s+)(?:(?:ONLINE|OFFLINE|IGNORE)\s+)+(?=TABLE)/i, put: blank },
  { when: INDEX, find: /\bOR\s+REPLACE\b|\bIF\s+(?:NOT\s+)?EXISTS\b/gi, put: blank },
  { when: ALTER, find: /\bIF\s+(?:NOT\s+)?EXISTS\b/gi, put: blank },
  { when: ALTER, find: /\b(?:RESTRICT|CASCADE)(?=\s*(?:,|$))(?<!\b(?:DELETE|UPDATE)\s+\w+)/gi, put: blank },
  { when: /^\s*ALTER\s+TABLE\b/i, find: PARTITION_CLAUSE, put: blank },
  { when: DEFINES, find: /\bPERSISTENT\b/gi, put: padded('STORED') },
  {
    when: DEFINES,
    find: /(?<=[\w`]\s+)(?:UUID|INET[46])(?=\s*(?:[,)]|$)|\s+(?:NOT|NULL|DEFAULT|COMMENT|PRIMARY|UNIQUE|KEY|FIRST|AFTER|AS|GENERATED|CHECK|REFERENCES)\b)/gi,
    put: (found) => (found.length > 4 ? 'FLOAT' : 'DATE'),
  },
  { when: DEFINES, find: /(?<=\bDEFAULT\s+)UUID\(\)/gi, put: padded('NOW()') },
  {
    when: QUERY,
    find: /\b(?:FOR\s+(?:UPDATE|SHARE)\b(?:\s+OF\s+[\w$.,\s]+?)?(?:\s+(?:NOWAIT|SKIP\s+LOCKED|WAIT\s+\d+))?|LOCK\s+IN\s+SHARE\s+MODE)(?=\s*(?:\)|$))/gi,
    put: blank,
  },
  { when: QUERY, find: /\b(?:USE|FORCE|IGNORE)\s+(?:INDEX|KEY)\s*(?:FOR\s+(?:JOIN|(?:ORDER|GROUP)\s+BY)\s*)?\([^()]*\)/gi, put: blank },
  { when: JSON_TABLE, find: JSON_TABLE_COLUMNS, put: blank },
  { when: JSON_TABLE, find: /\bJSON_TABLE\(/gi, put: () => '   (SELECT ' },
  { when: QUERY, find: /\bMATCH(?=\s*\()/gi, put: disguise },
  { when: QUERY, find: /\bAGAINST(?=\s*\()/gi, put: padded('=') },
  { when: QUERY, find: /\b(?:IN\s+(?:BOOLEAN|NATURAL\s+LANGUAGE)\s+MODE|WITH\s+QUERY\s+EXPANSION)\b/gi, put: blank },
  { when: QUERY, find: /\?|(?<![\w$])\$\d+/g, put: padded('0') },
  {
    when: QUERY,
    find: /(?<![\w:$])(?<!\w\s):[A-Za-z_]\w*|(?<=\b(?:IN|LIKE|AND|OR|NOT|BETWEEN|LIMIT|OFFSET|SELECT|THEN|ELSE|WHEN|BY)\s):[A-Za-z_]\w*/gi,
    put: padded('0'),
  },
  { when: null, find: NAMES, put: disguise },
];

const apply = (sql: string, patches: readonly Patch[]): string => {
  let text = sql;
  let mask = maskQuoted(sql);
  for (const { when, find, put } of patches) {
    if (when && !when.test(mask)) continue;
    const parts: string[] = [];
    const masks: string[] = [];
    let from = 0;
    for (const match of find.global ? mask.matchAll(find) : [find.exec(mask)]) {
      if (!match?.[0]) continue;
      const stand = put(match[0]);
      parts.push(text.slice(from, match.index), stand);
      masks.push(mask.slice(from, match.index), stand);
      from = match.index + match[0].length;
    }
    if (from === 0) continue;
    text = parts.join('') + text.slice(from);
    mask = masks.join('') + mask.slice(from);
  }
  return text;
};

/** The texts to hand to the grammar, the likeliest first. */
export const patchesFor = (sql: string): readonly string[] => {
  const likely = apply(sql, PATCHES);
  const other = apply(likely, [{ when: null, find: DOUBTFUL, put: disguise }]);
  return other === likely ? [likely] : [likely, other];
};

/** The clause about partitions that ends an ALTER TABLE, in upper case; null where there is none. */
export const partitionClause = (sql: string): string | null => PARTITION_CLAUSE.exec(maskQuoted(sql))?.[0].toUpperCase() ?? null;

/** Whether a subquery in FROM stands for JSON_TABLE. */
export const isJsonTable = ({ text, start }: { readonly text: string; readonly start: number }): boolean =>
  /^JSON_TABLE\($/i.test(text.slice(Math.max(0, start - 3), start + 8));

/** Whether a statement is INSERT … SET, which the grammar is given as an UPDATE. */
export const isInsertSet = (sql: string): boolean => INSERT_SET.test(maskQuoted(sql));
