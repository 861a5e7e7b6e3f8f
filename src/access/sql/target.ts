/**
 * Which database an SQL text goes to: queries for ClickHouse, SQLite and others name tables of their own, even where the
 * names are the same. Input: the text's node. Output: whether it goes elsewhere than to the databases with migrations.
 */
import { isFunction } from '../../code/syntax.ts';
import type { Module, Modules, Node } from '../../code/types.ts';
import type { Dialect } from '../../migrations/types.ts';
import type { DatabaseView } from '../types.ts';
import { type Client, clientOf, variablesIn } from './client.ts';

const OTHER_DATABASE = /click_?house|sqlite|mongo|bigquery|snowflake|redshift|duckdb|elastic|athena|timestream/i;
/** Packages of other databases, as far as their names do not say it already. */
const OTHER_PACKAGE = /libsql|turso|mssql|tedious|oracledb|neo4j|cassandra|scylla|surrealdb|databricks|trino|dynamodb|alasql/i;
const MYSQL_PACKAGE = /mysql|mariadb|^@planetscale\/database/i;
const POSTGRES_PACKAGE =
  /^(?:pg|postgres|slonik|pg-[\w-]+|@neondatabase\/serverless|@vercel\/postgres|@electric-sql\/pglite)(?:\/|$)|postgres/i;
/** ClickHouse's own words: `{from: DateTime64(3)}`, `FROM traces FINAL`, `LIMIT 1 BY`, functions no other database has. */
const CLICKHOUSE_TEXT =
  /\{\w+:\s*(?:String|U?Int\d+|Float\d+|DateTime|Date|Array\(|Nullable\(|UUID|Bool|Map\()|\b(?:FROM|JOIN)\s+\w+(?:\s+(?:AS\s+)?\w+)?\s+FINAL\b|\bLIMIT\s+\d+\s+BY\b|\b(?:groupUniqArray|groupArray\w*|argMax|argMin|toDateTime64|toStartOf\w+|uniqExact|uniqIf|sumMap|countIf|sumIf|notEmpty)\s*\(/i;

/** Whether the whole text, its fragments put in, is ClickHouse's. */
export const isOtherDialect = (text: string): boolean => CLICKHOUSE_TEXT.test(text);

/** Whether the file works with another kind of database: then text that does not parse is not taken for PostgreSQL's. */
export const usesOtherDatabase = (module: Module): boolean =>
  module.imports.some((source) => OTHER_DATABASE.test(source)) ||
  module.nodes('ImportSpecifier').some((n) => OTHER_DATABASE.test(n.local.name));

/** Whether the text is for another kind of database, by its receiver or the function it is built in. */
export function isOtherDatabase(node: Node, module: Module, clients: readonly Client[]): boolean {
  const isOther = (source: string): boolean => OTHER_DATABASE.test(source) || OTHER_PACKAGE.test(source);
  if (clients.some((client) => [...client.packages].some(isOther))) return true;
  return [node, ...usesOf(node, module)].some((place) => goesElsewhere(place, module));
}

/** The dialect that the clients' packages speak; null where they say none, or several. */
export function dialectOf(clients: readonly Client[]): Dialect | null {
  const packages = clients.flatMap((client) => [...client.packages]);
  const isMysql = packages.some((name) => MYSQL_PACKAGE.test(name));
  const isPostgres = packages.some((name) => POSTGRES_PACKAGE.test(name));
  if (isMysql === isPostgres) return null;
  return isMysql ? 'mysql' : 'postgres';
}

/** The clients a text is sent through. */
export const clientsOf = (node: Node, module: Module, modules: Modules): readonly Client[] =>
  [node, ...usesOf(node, module)]
    .flatMap((place) => receiversOf(place, module))
    .map((receiver) => clientOf({ node: receiver, module }, modules));

function receiversOf(place: Node, module: Module): Node[] {
  const receivers: Node[] = [];
  let inner = place;
  for (let at = module.parent(place); at && !isFunction(at); inner = at, at = module.parent(at)) {
    const callee = at.type === 'TaggedTemplateExpression' ? at.tag : at.type === 'CallExpression' && at.callee !== inner ? at.callee : null;
    if (callee) receivers.push(callee.type === 'MemberExpression' ? callee.object : callee);
  }
  return receivers;
}

/** Where a text that is kept in a variable is handed on. */
export function usesOf(node: Node, module: Module): readonly Node[] {
  if (node.type === 'Identifier') return module.references(node);
  let holder = module.parent(node);
  while (
    holder &&
    (holder.type === 'BinaryExpression' || holder.type === 'TaggedTemplateExpression' || holder.type === 'ConditionalExpression')
  )
    holder = module.parent(holder);
  if (holder?.type !== 'VariableDeclarator' || holder.id.type !== 'Identifier') return [];
  return module.references(holder.id);
}

const ADDRESS = /(?:URL|URI|DSN|HOST|STRING|DATABASE|DB)(?:_|$)/;
/** Words that say nothing about which database it is. */
const ANY_DATABASE = new Set(
  'DATABASE DB URL URI POSTGRES POSTGRESQL PG PGSQL SQL DIRECT CONNECTION CONN STRING DSN PRISMA NON POOLING POOLED POOL POOLER UNPOOLED READ READONLY READER WRITE WRITER ONLY REPLICA PRIMARY SECONDARY MAIN MASTER PROD PRODUCTION DEV DEVELOPMENT TEST TESTING CI STAGING LOCAL PREVIEW SUPABASE NEON RENDER HEROKU RAILWAY VERCEL AWS RDS APP API SERVER SERVICE BACKEND WEB ADMIN OWNER SHADOW MIGRATION MIGRATIONS MIGRATE SESSION TRANSACTION HOST PORT USER NAME NEXT PUBLIC PRIVATE INTERNAL EXTERNAL PGBOUNCER NODE ENV SYSTEM CORE DEFAULT'.split(
    ' ',
  ),
);

/** The words of a variable that name one database among several: `NOTIFICATION` of `NOTIFICATION_DB_URL`. */
const ownWords = (variable: string): string[] =>
  variable.split('_').filter((word) => /[A-Z]{2}/.test(word) && !ANY_DATABASE.has(word.replace(/\d+$/, '')) && !/^PG[A-Z]*$/.test(word));

/**
 * Whether the clients plainly belong to a database other than this one: their address is in a variable named after
 * something else, while this one has a client of its own. Such accesses are doubted, never dropped.
 */
export function isDoubtful(clients: readonly Client[], { id, prisma }: DatabaseView): boolean {
  const addresses = clients.flatMap((client) => [...client.variables]).filter((variable) => ADDRESS.test(variable));
  if (addresses.length === 0 || addresses.some((variable) => ownWords(variable).length === 0)) return false;
  const files = clients.flatMap((client) => [...client.files]);
  // One pool may serve Prisma too: then it is this database's, whatever its variable is called.
  if (files.some((file) => /\bPrisma(?:Pg|Neon)\b/.test(file.text))) return false;
  const hasOthers = files.some((file) =>
    variablesIn(file.text).some((variable) => ADDRESS.test(variable) && !addresses.includes(variable)),
  );
  const places = [id, ...[...(prisma?.models.values() ?? [])].slice(0, 1).map((model) => model.location.file)].join(' ').toLowerCase();
  return (
    (prisma !== null || hasOthers) && !addresses.some((variable) => ownWords(variable).some((word) => places.includes(word.toLowerCase())))
  );
}

function goesElsewhere(node: Node, module: Module): boolean {
  for (let at: Node | null = node; at; at = module.parent(at)) {
    if (isFunction(at) && OTHER_DATABASE.test(nameOf(at, module))) return true;
    if (at.type === 'CallExpression' && namesOther(at.callee, module)) return true;
    if (at.type === 'TaggedTemplateExpression' && namesOther(at.tag, module)) return true;
  }
  return false;
}

function nameOf(node: Node, module: Module): string {
  const holder = module.parent(node);
  if ('id' in node && node.id && typeof node.id === 'object' && 'name' in node.id) return String(node.id.name);
  return holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id.name : '';
}

function namesOther(callee: Node, module: Module): boolean {
  const textOf = (node: Node): string => module.text.slice(node.start, Math.min(node.end, node.start + 200));
  if (OTHER_DATABASE.test(textOf(callee))) return true;
  const binding = callee.type === 'Identifier' ? module.binding(callee) : null;
  if (binding?.kind === 'import') return OTHER_DATABASE.test(binding.source);
  return binding?.kind === 'variable' && binding.init !== null && OTHER_DATABASE.test(textOf(binding.init));
}
