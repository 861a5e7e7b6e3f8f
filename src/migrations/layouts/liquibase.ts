/**
 * Liquibase formatted SQL: files whose first line says so, in a folder of changelogs; each changeset is a transaction unless it
 * says `runInTransaction:false` (Liquibase documentation, "Formatted SQL changelog"; not verified in its source).
 * Invariants: what stands in `--rollback` lines is not applied; another delimiter than `;` is put in its place, so that positions stay.
 * Files are taken in the order of their names: changelogs in XML, YAML or JSON that include them otherwise are not read.
 */
import { baseOf, byFolder, isMigrationsFolder, isSql, type Layout, type Root } from './layout.ts';
import { compareVersions } from './order.ts';

const FIRST = /^\uFEFF?\s*--\s*liquibase formatted sql\b/i;
const FOLDER = /(?:^|\/)(?:[\w.-]*changelogs?|changesets?|changes|liquibase)(?:\/|$)/i;
const CHANGESET = /^\s*--\s*changeset\b/i;
const DELIMITER = /\bendDelimiter:("[^"]*"|\S+)/i;
const NO_TRANSACTION = /\brunInTransaction:\s*"?false\b/i;

const isCandidate = (path: string): boolean => {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  return isSql(path) && baseOf(path) !== 'migration.sql' && (FOLDER.test(folder) || isMigrationsFolder(folder));
};

const blank = (line: string): string => line.replace(/[^\r\n]/g, ' ');

/** A delimiter as a changeset writes it: `/`, `"\nGO"`. */
const delimiterIn = (line: string): string | null => {
  const written = DELIMITER.exec(line)?.[1]
    ?.replaceAll('"', '')
    .replace(/\\[nr]/g, '')
    .trim();
  return written === undefined || written === '' || written === ';' ? null : written;
};

/** The last delimiter of a line becomes a semicolon. */
const withSemicolon = (line: string, delimiter: string): string => {
  const code = line.trimEnd();
  if (!code.endsWith(delimiter)) return line;
  const at = code.length - delimiter.length;
  return `${line.slice(0, at)};${' '.repeat(delimiter.length - 1)}${line.slice(code.length)}`;
};

/** Rollbacks blanked, delimiters as semicolons. */
const applied = (text: string): string => {
  let delimiter: string | null = null;
  let isRollback = false;
  return text
    .split(/(?<=\n)/)
    .map((line) => {
      if (CHANGESET.test(line)) {
        delimiter = delimiterIn(line);
        isRollback = false;
      }
      if (/^\s*\/\*\s*liquibase rollback\b/i.test(line)) isRollback = true;
      if (/^\s*--\s*rollback\b/i.test(line)) return blank(line);
      if (isRollback) {
        if (line.includes('*/')) isRollback = false;
        return blank(line);
      }
      return delimiter === null ? line : withSemicolon(line, delimiter);
    })
    .join('');
};

export const liquibase: Layout = {
  name: 'liquibase',
  reads: isCandidate,
  up: applied,
  /** A file of changesets of both kinds counts as one without: which of them is meant is not known here. */
  transaction: (text, dialect) =>
    dialect !== 'postgres' || text.split('\n').some((line) => CHANGESET.test(line) && NO_TRANSACTION.test(line)) ? 'none' : 'file',
  detect({ entries, texts, configured }) {
    const roots: Root[] = [];
    for (const [folder, all] of byFolder(entries.filter((entry) => isSql(entry.path)))) {
      const files = all.filter((entry) => FIRST.test(texts.get(entry.path) ?? ''));
      if (files.length === 0 || !(configured.includes(folder) || files.some((entry) => isCandidate(entry.path)))) continue;
      const migrations = files.map((entry) => ({ id: baseOf(entry.path).slice(0, -4), entry })).sort((a, b) => compareVersions(a.id, b.id));
      roots.push({ folder, migrations, dialect: null });
    }
    return roots;
  },
};
