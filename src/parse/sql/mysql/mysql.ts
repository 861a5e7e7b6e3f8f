/**
 * MySQL's parser as values: queries as trees in PostgreSQL's vocabulary, and plain trees of MySQL's own for its DDL.
 * Invariants: loaded at the first call; never throws.
 */
import type { TaggedNode } from '../ast.ts';
import type { ParsedSql, SqlParser, SqlStatement } from '../parser.ts';
import { loadGrammar, type ParsedTree, type ParseTree } from './grammar.ts';
import { blankComments } from './lexer.ts';
import { conversionAt, selectList, statementOf, withClause } from './query.ts';
import { splitStatements } from './split.ts';
import { find, kid, type Tree } from './tree.ts';

export interface Mysql extends SqlParser {
  /** The tree of one statement without comments. */
  tree(statement: string): ParsedTree;
}

/** The statement of a tree; `base` is where its text begins. WITH before UPDATE or DELETE stands beside it, RETURNING behind it. */
export const nodeOf = (tree: Tree, base: number): TaggedNode => {
  const returning = kid(tree, 'returning');
  if (!returning) return statementNode(tree, base);
  const { type, body } = statementNode({ ...tree, kids: tree.kids.filter((child) => child !== returning) }, base);
  return { type, body: { ...body, returningList: selectList(kid(returning, 'selectElements'), conversionAt(base)) } };
};

const statementNode = (tree: Tree, base: number): TaggedNode => {
  const conversion = conversionAt(base);
  const [first, second] = tree.kids;
  const ctes = first && second ? find(first, 'withStatement') : null;
  if (!ctes || !second) return statementOf(tree, conversion);
  const { type, body } = statementOf(second, conversion);
  return { type, body: { ...body, ...withClause(ctes, conversion) } };
};

const same = (location: number): number => location;

const parseWith = (parse: ParseTree, sql: string): ParsedSql => {
  const text = blankComments(sql);
  const nodes: SqlStatement[] = [];
  try {
    for (const { start, end } of splitStatements(text)) {
      const parsed = parse(text.slice(start, end), true);
      if (!parsed.ok) return { ok: false, reason: parsed.reason, offset: start + parsed.offset };
      nodes.push({ node: nodeOf(parsed.tree, start), start, end });
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, reason: 'nesting too deep', offset: 0 };
  }
  return { ok: true, nodes, toUtf16: same };
};

/** What was parsed last: base and head share most texts, and so do the forms in which one text is tried. */
const MAX_REMEMBERED = 2000;

const remembering = (parse: ParseTree): ((sql: string) => ParsedSql) => {
  const known = new Map<string, ParsedSql>();
  return (sql) => {
    const parsed = known.get(sql) ?? (POSTGRES_CAST.test(sql.replace(STRINGS, "''")) ? OTHER_DIALECT : parseWith(parse, sql));
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(sql, parsed);
    return parsed;
  };
};

/** `x::uuid` begins no expression of MySQL's. */
const POSTGRES_CAST = /[\w)'"]\s*::\s*[a-z_]/i;
const STRINGS = /'(?:[^'\\]|\\.)*'/g;
const OTHER_DIALECT: ParsedSql = { ok: false, reason: 'casts as PostgreSQL writes them', offset: 0 };

let loading: Promise<Mysql> | null = null;

/** The parser, loaded at the first call. */
export const loadMysql = (): Promise<Mysql> => {
  loading ??= loadGrammar().then((parse) => ({ anyCase: true, tree: parse, parse: remembering(parse) }));
  return loading;
};
