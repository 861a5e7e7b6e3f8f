/**
 * The text of a contract migration in the repository's own layout; the newest migration is the model for marks, module form,
 * quotes, indentation and line ends.
 * Input: statements up and down, the layout, the model. Output: files that are all new, and what has to be done besides.
 * Pure. Whether the layout's runner reads it as it is meant is the caller's to prove.
 */
import type { Dialect } from '../../migrations/types.ts';
import { type CodeStyle, codeMigration } from './migration-code.ts';
import type { MigrationName } from './migration-name.ts';

export interface MigrationBody {
  /** One line, in plain words. */
  readonly comment: string;
  readonly up: readonly string[];
  /** What brings the objects back, empty; null: nothing does. */
  readonly down: readonly string[] | null;
}

export interface Model {
  readonly layout: string;
  readonly dialect: Dialect;
  /** Folder of the migrations. */
  readonly folder: string;
  /** The newest migration. */
  readonly path: string;
  readonly text: string;
  /** Its way down, where that is a file beside it. */
  readonly downPath: string | null;
}

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** What a layout wants besides new files: an entry in a list it keeps, a command to run. In plain words, without a full stop. */
export type ByTheWay = string;

export interface WrittenMigration {
  /** The migration first. */
  readonly files: readonly NewFile[];
  readonly notes: readonly ByTheWay[];
}

const folded = ['prisma', 'up-down-folders'];
const IRREVERSIBLE = 'There is no way down: the data is gone.';

/** Names that the next one is modelled on: folders where a migration is one, else files. */
export const unitOf = (path: string, layout: string): string => path.split('/').at(folded.includes(layout) ? -2 : -1) ?? path;

/** Null where the layout has no shape that could be followed. */
export function writeMigration(name: MigrationName, body: MigrationBody, model: Model): WrittenMigration | null {
  const join = (rest: string): string => (model.folder === '' ? rest : `${model.folder}/${rest}`);
  const isFolder = folded.includes(model.layout);
  const base = model.path.split('/').at(-1) ?? '';
  const path = join(isFolder ? `${name.name}/${base}` : name.name);
  const text = /\.sql$/i.test(path) ? sqlText(name, body, model) : codeMigration(name, body, styleOf(model));
  if (text === null) return null;
  const files = [{ path, text }, ...downFile(path, body, model)];
  return { files: files.map((file) => ({ ...file, text: likeModel(file.text, model.text) })), notes: notesOf(name, model) };
}

/** Line ends, and whether the file ends with one. */
const likeModel = (text: string, model: string): string => (model.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text);

const comment = (text: string): string => `-- ${text}`;

const downLines = ({ down }: MigrationBody): string[] =>
  down === null ? [comment(IRREVERSIBLE)] : ['-- The values do not come back.', ...down];

/** The marks of both directions, as the model spells them. */
const MARKS: ReadonlyMap<string, readonly [RegExp, string, RegExp, string]> = new Map([
  ['dbmate', [/^--\s*migrate:up\b/im, '-- migrate:up', /^--\s*migrate:down\b.*$/im, '-- migrate:down']],
  ['goose', [/^--\s*\+goose\s+up\b/im, '-- +goose Up', /^--\s*\+goose\s+down\b.*$/im, '-- +goose Down']],
  ['sql-migrate', [/^--\s*\+migrate\s+up\b/im, '-- +migrate Up', /^--\s*\+migrate\s+down\b/im, '-- +migrate Down']],
]);

/** Marks of runners that share the plain layout: node-pg-migrate's SQL, MyBatis, home-made ones. */
const PLAIN_UP = /^[ \t]*--+[ \t]*(?:(?:migrate:|\+(?:goose|migrate|micrate)[ \t]+)?up(?:[ \t]+migration)?[ \t]*:?|!up)[ \t]*$/im;
const PLAIN_DOWN =
  /^[ \t]*--+[ \t]*(?:(?:migrate:|\+(?:goose|migrate|micrate)[ \t]+)?(?:down|rollback)(?:[ \t]+migration)?[ \t]*:?|!down|\/\/[ \t]*@undo)[ \t]*$/im;

function sqlText(name: MigrationName, body: MigrationBody, model: Model): string {
  const { layout, text } = model;
  const ups = [comment(body.comment), ...settings(text), ...body.up];
  const [up, upMark, down, downMark] = MARKS.get(layout) ?? [];
  if (up !== undefined && upMark !== undefined && down !== undefined) {
    const written = lines([up.exec(text)?.[0] ?? upMark, ...ups]);
    return `${written}\n${lines([down.exec(text)?.[0]?.trimEnd() ?? downMark ?? '', ...downLines(body)])}`;
  }
  switch (layout) {
    case 'tern':
      return `${lines(ups)}\n---- create above / drop below ----\n\n${lines(downLines(body))}`;
    case 'liquibase':
      return lines([
        /^\uFEFF?\s*(--\s*liquibase formatted sql.*)$/im.exec(text)?.[1]?.trimEnd() ?? '--liquibase formatted sql',
        '',
        `--changeset ${/^\s*--\s*changeset\s+([^\s:]+):/im.exec(text)?.[1] ?? 'contract'}:${name.slug === '' ? name.number : name.slug}`,
        ...ups,
        ...(body.down === null ? ['--rollback empty'] : body.down.map((statement) => `--rollback ${statement}`)),
      ]);
    case 'drizzle':
      return `${[`${comment(body.comment)}\n${[...settings(text), ...body.up.slice(0, 1)].join('\n')}`, ...body.up.slice(1)].join('--> statement-breakpoint\n')}\n`;
    default:
      return plainText(ups, body, text);
  }
}

function plainText(ups: readonly string[], body: MigrationBody, text: string): string {
  const [up, down] = [PLAIN_UP.exec(text)?.[0].trim(), PLAIN_DOWN.exec(text)?.[0].trim()];
  if (down === undefined) return lines([...(up === undefined ? [] : [up]), ...ups]);
  return `${lines([...(up === undefined ? [] : [up]), ...ups])}\n${lines([down, ...downLines(body)])}`;
}

const lines = (some: readonly string[]): string => `${some.join('\n')}\n`;

/** Lines with which the newest migration limits how long it waits for locks: a contract waits for the same. */
const settings = (text: string): string[] =>
  [
    ...text.matchAll(
      /^SET (?:LOCAL |SESSION )?(?:lock_timeout|statement_timeout|(?:innodb_)?lock_wait_timeout)\s*(?:=|TO)\s*(?:'[\w ]*'|\d+);[ \t]*$/gim,
    ),
  ].map(([line]) => line.trimEnd());

/** A file beside the model that leads down. */
function downFile(path: string, body: MigrationBody, { downPath, path: newest }: Model): NewFile[] {
  if (downPath === null) return [];
  const [from, to] = differenceOf(newest, downPath);
  return path.endsWith(from) ? [{ path: `${path.slice(0, path.length - from.length)}${to}`, text: lines(downLines(body)) }] : [];
}

/** `1_a.up.sql` and `1_a.down.sql` differ in `up.sql` and `down.sql`. */
function differenceOf(a: string, b: string): readonly [string, string] {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return [a.slice(at), b.slice(at)];
}

const DOWN_NAMES: readonly (readonly [RegExp, string])[] = [
  [/\.up\.sql$/i, '.down.sql'],
  [/_up\.sql$/i, '_down.sql'],
  [/(^|\/)up\.sql$/i, '$1down.sql'],
  [/(^|\/)migration\.sql$/i, '$1down.sql'],
  [/\.sql$/i, '.down.sql'],
  [/\.sql$/i, '.undo.sql'],
];

/** The file that leads down from a migration, among those that there are. */
export const downPathOf = (path: string, paths: ReadonlySet<string>): string | null =>
  DOWN_NAMES.flatMap(([pattern, down]) => (pattern.test(path) ? [path.replace(pattern, down)] : [])).find((found) => paths.has(found)) ??
  null;

function notesOf(name: MigrationName, { layout, folder }: Model): ByTheWay[] {
  if (layout === 'atlas') return [`Run \`atlas migrate hash\`, so that \`${folder}/atlas.sum\` knows the new file`];
  if (layout === 'liquibase') return ['Include the new file in the master changelog, where that lists files by name'];
  if (layout === 'drizzle')
    return [
      `Add \`${name.name.replace(/\.sql$/, '')}\` to \`${folder}/meta/_journal.json\`: drizzle-kit applies what is listed there`,
      'Take the objects out of the Drizzle schema, so that drizzle-kit does not make them again',
    ];
  return [];
}

function styleOf({ layout, dialect, path, text }: Model): CodeStyle {
  const count = (pattern: RegExp): number => [...text.matchAll(pattern)].length;
  return {
    layout,
    dialect,
    isTypeScript: /\.[cm]?ts$/.test(path),
    isModule: /^\s*(?:export|import)\b/m.test(text) || /\.m[jt]s$/.test(path),
    quote: count(/"/g) > count(/'/g) ? '"' : "'",
    indent: /^(?:\t| {2,8})(?=\S)/m.exec(text)?.[0] ?? '  ',
    hasContext: /\{[^}]*\bcontext\b[^}]*\}/.test(text),
    overrides: /\boverride\s+async\s+up\b/.test(text),
    isStrict: /^\s*(['"])use strict\1/.test(text),
    isDefault: /\bexport\s+default\b/.test(text),
  };
}

/** Whether most DROPs of the repository's migrations say IF EXISTS. */
export function dropsIfExists(texts: readonly string[]): boolean {
  const drops = texts.flatMap((text) => [...text.matchAll(/\bDROP\s+(?:TABLE|COLUMN|INDEX|TYPE|VIEW|CONSTRAINT)\s+(IF\s+EXISTS\b)?/gi)]);
  return drops.length > 0 && drops.filter(([, condition]) => condition !== undefined).length * 2 > drops.length;
}
