/**
 * The MySQL grammar of dt-sql-parser (ANTLR) as a function from one statement's text to a plain tree.
 * Invariants: loaded once and only when asked for; never throws; the fast prediction (SLL) decides alone where it succeeds; a text
 * too long or too deeply nested is refused before it gets there.
 */
import { isTooDeep } from '../../text.ts';
import { isRunaway, withoutRows } from './limits.ts';
import { patchesFor } from './patches.ts';
import { splitReturning } from './returning.ts';
import { find, type Tree } from './tree.ts';

export type ParsedTree =
  | { readonly ok: true; readonly tree: Tree }
  | { readonly ok: false; readonly reason: string /** UTF-16 offset of the error */; readonly offset: number };

/** Parses one statement without comments and without its semicolon; the tree's root is `program`. */
/** `isQuery`: a text found in code, of which it is not known whether it is MySQL's. */
export type ParseTree = (sql: string, isQuery?: boolean) => ParsedTree;

const MAX_LENGTH = 1_000_000;
/** What the fast prediction refuses is read again up to this length. */
const MAX_SLOW = 20_000;
/** Brackets nested deeper than any real statement has them: the parser recurses some twenty calls for each. */
const MAX_DEPTH = 60;
const MAX_BLOCKS = 300;
const TOO_DEEP = 'nesting too deep';

const loadLibrary = async () => {
  const [antlr, lexer, parser] = await Promise.all([
    import('antlr4ng'),
    import('dt-sql-parser/dist/lib/mysql/MySqlLexer.js'),
    import('dt-sql-parser/dist/lib/mysql/MySqlParser.js'),
  ]);
  return { antlr, MySqlLexer: lexer.MySqlLexer, MySqlParser: parser.MySqlParser };
};

type Library = Awaited<ReturnType<typeof loadLibrary>>;

interface Problem {
  readonly message: string;
  readonly offset: number;
}

/** The generated tree as plain records; `text` is what names are read from, whatever the parser was given in their place. */
const plain = ({ antlr }: Library, root: unknown, rules: readonly string[], text: string): Tree => {
  const convert = (node: unknown): Tree | null => {
    if (node instanceof antlr.TerminalNode) {
      const { start, stop, type } = node.symbol;
      if (type === antlr.Token.EOF) return null;
      return { rule: '', word: text.slice(start, stop + 1).toUpperCase(), start, end: stop + 1, kids: [], text };
    }
    if (!(node instanceof antlr.ParserRuleContext)) return null;
    const kids = (node.children ?? []).map(convert).filter((child): child is Tree => child !== null);
    const start = kids[0]?.start ?? node.start?.start ?? 0;
    return { rule: rules[node.ruleIndex] ?? '', word: '', start, end: kids.at(-1)?.end ?? start, kids, text };
  };
  return convert(root) ?? { rule: 'program', word: '', start: 0, end: 0, kids: [], text };
};

/** `bail`: the first error ends the attempt; its place is then not told. */
type Effort = 'bail' | 'fast' | 'full';

const attempt = (library: Library, sql: string, text: string, effort: Effort): ParsedTree => {
  const { antlr, MySqlLexer, MySqlParser } = library;
  let problem: Problem | null = null;
  const listener = Object.assign(Object.create(antlr.BaseErrorListener.prototype) as InstanceType<typeof antlr.BaseErrorListener>, {
    syntaxError: (_: unknown, token: { start?: number } | null, __: number, column: number): void => {
      const offset = Math.min(Math.max(token?.start ?? column, 0), text.length);
      const near = /^\S*/.exec(text.slice(offset, offset + 40))?.[0] ?? '';
      problem ??= { message: near === '' ? 'syntax error at the end of the statement' : `syntax error at or near \`${near}\``, offset };
    },
  });
  const lexer = new MySqlLexer(antlr.CharStreams.fromString(sql));
  lexer.removeErrorListeners();
  lexer.addErrorListener(listener);
  const parser = new MySqlParser(new antlr.CommonTokenStream(lexer));
  parser.removeErrorListeners();
  parser.addErrorListener(listener);
  parser.interpreter.predictionMode = effort === 'full' ? antlr.PredictionMode.LL : antlr.PredictionMode.SLL;
  if (effort === 'bail') parser.errorHandler = new antlr.BailErrorStrategy();
  const failed = (): Problem | null => problem;
  try {
    const root = parser.program();
    const found = failed();
    if (!found) return { ok: true, tree: plain(library, root, parser.ruleNames, text) };
    return { ok: false, reason: found.message, offset: found.offset };
  } catch (error) {
    const reason = error instanceof RangeError ? TOO_DEEP : (failed()?.message ?? 'syntax error');
    return { ok: false, reason, offset: failed()?.offset ?? 0 };
  }
};

/** ANTLR counts characters; beyond the basic plane a character is two of ours. */
const inBasicPlane = (text: string): string => text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, 'xx');

const parseWith = (library: Library, text: string, isQuery: boolean): ParsedTree => {
  if (text.length > MAX_LENGTH) return { ok: false, reason: 'the statement is too long', offset: 0 };
  if (isTooDeep(text, MAX_DEPTH) || isRunaway(text) || (text.match(/\bBEGIN\b/gi)?.length ?? 0) > MAX_BLOCKS)
    return { ok: false, reason: TOO_DEEP, offset: 0 };
  let first: ParsedTree | null = null;
  const short = withoutRows(inBasicPlane(text));
  for (const sql of patchesFor(short)) {
    const parsed = attempt(library, sql, text, isQuery || first ? 'bail' : 'fast');
    if (parsed.ok || parsed.reason === TOO_DEEP) return parsed;
    first ??= parsed;
  }
  // Texts in code are tried in many forms, most of them for another database: the slow prediction is for migrations.
  const [likely] = isQuery ? [] : patchesFor(short);
  const slow = likely !== undefined && text.length < MAX_SLOW ? attempt(library, likely, text, 'full') : null;
  if (slow?.ok) return slow;
  return first ?? { ok: false, reason: 'empty statement', offset: 0 };
};

/** The list of RETURNING is a child of its own beside the statement. */
const parseWhole = (library: Library, text: string, isQuery: boolean): ParsedTree => {
  const split = splitReturning(text);
  if (!split) return parseWith(library, text, isQuery);
  const [statement, list] = [parseWith(library, split.statement, isQuery), parseWith(library, split.list, isQuery)];
  if (!statement.ok || !list.ok) return statement.ok ? list : statement;
  const elements = find(list.tree, 'selectElements');
  const returning: Tree = { ...list.tree, rule: 'returning', kids: elements ? [elements] : [] };
  return { ok: true, tree: { ...statement.tree, kids: [...statement.tree.kids, returning] } };
};

let loading: Promise<ParseTree> | null = null;

/** The grammar, loaded at the first call. */
export const loadGrammar = (): Promise<ParseTree> => {
  loading ??= loadLibrary().then(
    (library) =>
      (sql, isQuery = false) =>
        parseWhole(library, sql, isQuery),
  );
  return loading;
};
