/**
 * What a file is for, by its path: only code that serves requests, jobs or pages is a use of the schema.
 * The patterns are data; the first that matches names the role.
 */
export type Role = 'code' | 'test' | 'seed' | 'generated' | 'migration' | 'one-off';

const ROLES: readonly (readonly [Role, RegExp])[] = [
  [
    'generated',
    /(?:^|\/)(?:node_modules|dist|build|out|\.yarn|flow-typed|\.next|\.turbo|vendor|generated|__generated__|\.prisma|coverage)\//,
  ],
  ['generated', /\.(?:gen|generated|min|d)\.[cm]?[jt]sx?$|(?:^|\/)\.pnp\.(?:loader\.)?[cm]?js$/],
  [
    'test',
    /(?:^|\/)(?:__tests__|__mocks__|__fixtures__|tests?|e2e|specs?|cypress|playwright|fixtures?|mocks?|stories|\.storybook|testing|test-utils?)\//i,
  ],
  ['test', /[._-](?:test|tests|spec|specs|e2e|cy|stories|story|mock|mocks|fixture|bench)\.[cm]?[jt]sx?$/i],
  ['seed', /(?:^|[/._-])seed(?:s|ers?|ing)?(?:[./_-]|$)/i],
  // `seedPhrase.ts` is a seed only where a database's files are.
  ['seed', /(?:^|\/)(?:prisma|drizzle|db|database|scripts?)\/[sS]eed(?:s|ers?|ing)?[A-Z][^/]*$/],
  // `runOpsMigration/` is code about moving something; `dataMigrations/` and `db-migration/` hold migrations.
  ['migration', /(?:^|\/)(?:[\w-]*migrations|(?:[\w-]*[_-])?migration)(?:-scripts?)?\//i],
  ['one-off', /(?:^|\/)(?:scripts?|tasks|bin|tools?)\/(?:[^/]*\/)*[^/]*(?:\d{4}[-_]?\d{2}[-_]?\d{2}|migrat|backfill)[^/]*$/i],
];

/** The role of a source file. */
export const roleOf = (path: string): Role => ROLES.find(([, pattern]) => pattern.test(path))?.[0] ?? 'code';

/** Whether accesses in this file count as uses. */
export const isUse = (path: string): boolean => roleOf(path) === 'code';

/** What pgtyped writes holds the queries of .sql files as they are sent. */
const PGTYPED = /^\s*\/\*\* Types generated for queries found in /;

/** Files that a generator wrote say so in their first lines; those that hold a repository's own queries are code all the same. */
export const saysGenerated = (text: string): boolean =>
  !PGTYPED.test(text) &&
  /@generated|do not edit|auto-?generated/i.test(
    text
      .slice(0, 400)
      .split('\n')
      .filter((l) => /^\s*(?:\/\/|\/?\*|#)/.test(l))
      .join('\n'),
  );
