/** One statement of a MySQL replay: its tree's place, the session's settings, and what its names mean. */
import type { Mysql } from '../../parse/sql/mysql/mysql.ts';
import { nameParts, type Tree } from '../../parse/sql/mysql/tree.ts';
import type { Draft, DraftTable } from '../draft.ts';
import type { Session, Step } from '../step.ts';

/** What lasts for one connection: a migration file. */
export interface Connection {
  /** The database in USE; null: the connection's own. */
  database: string | null;
  checksForeignKeys: boolean;
  /** User variables that hold a constant text. */
  readonly variables: Map<string, string>;
  /** Prepared statements whose text is known. */
  readonly prepared: Map<string, string>;
}

export interface MyStep extends Step {
  readonly mysql: Mysql;
  /** Where the parsed text begins in the source. */
  readonly base: number;
  readonly connection: Connection;
}

const connections = new WeakMap<Session, Connection>();

export const connectionOf = (session: Session): Connection => {
  const known = connections.get(session);
  if (known) return known;
  const made: Connection = { database: null, checksForeignKeys: true, variables: new Map(), prepared: new Map() };
  connections.set(session, made);
  return made;
};

/** The database that the migrations' own tables are in, once a text has named it: it is left out. */
const homes = new WeakMap<Draft, string>();

const homeOf = (draft: Draft, database: string): string => {
  const home = homes.get(draft) ?? database;
  homes.set(draft, home);
  return home;
};

export const useDatabase = (step: MyStep, database: string): void => {
  homeOf(step.draft, database);
  step.connection.database = database;
};

/** A table's, view's or routine's name: the own database's is left out. */
export const nameIn = (step: MyStep, tree: Tree | null): string => {
  const parts = tree ? nameParts(tree) : [];
  const own = parts.at(-1) ?? '';
  const database = (parts.length > 1 ? parts.at(-2) : null) ?? step.connection.database;
  return database === null || database === homeOf(step.draft, database) ? own : `${database}.${own}`;
};

/** The step narrowed to a part of the statement. */
export const at = (step: MyStep, tree: Tree): MyStep => ({
  ...step,
  location: step.source.locate(step.base + tree.start, step.base + tree.end),
});

/** A column by its name in any case, as the table spells it. */
export const columnIn = (table: DraftTable, name: string): string | null => {
  if (table.columns.has(name)) return name;
  const wanted = name.toLowerCase();
  for (const own of table.columns.keys()) if (own.toLowerCase() === wanted) return own;
  return null;
};

export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
