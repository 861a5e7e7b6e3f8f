/**
 * TypeScript and JavaScript source to a TS-ESTree program.
 * Input: a path (its extension decides the dialect) and the text. Output: the program, or why there is none.
 * Invariants: never throws; positions are UTF-16 offsets in `start` and `end` of every node; no program is deeper than
 * what the recursive tools behind this (scope analysis, the fallback parser) can walk; oxc-parser never sees text
 * that overflows its stack, because its overflow is a segmentation fault and not an exception.
 */
import type { Node, Program } from '@oxc-project/types';
import { chainDepth } from './chains.ts';
import { lineIndex } from './positions.ts';
import { isTooDeep } from './text.ts';

export type ParsedTypeScript =
  | { readonly ok: true; readonly program: Program }
  | { readonly ok: false; readonly reason: string; readonly line: number; readonly column: number };

type Oxc = typeof import('oxc-parser');
type Fallback = typeof import('@typescript-eslint/parser');
type Flow = (source: string, options: { readonly all: boolean }) => { toString(): string };
type Dialect = 'ts' | 'tsx' | 'jsx' | 'dts';

/** Estimated depth beyond which no parser sees the text. */
const estimateLimit = 6_000;
/** Estimated depth below which a program's real depth need not be measured. */
const harmless = 450;
/** Deepest program that is handed on. */
const depthLimit = 900;

const dialects: ReadonlyMap<string, Dialect> = new Map([
  ['ts', 'ts'],
  ['mts', 'ts'],
  ['cts', 'ts'],
  ['tsx', 'tsx'],
  ['js', 'jsx'],
  ['jsx', 'jsx'],
  ['mjs', 'jsx'],
  ['cjs', 'jsx'],
]);

let oxc: Oxc | null = null;
let fallback: Fallback | null = null;
let flow: Flow | null = null;

/** Loads the parser; must have finished before the first `parseTypeScript`. */
export async function loadTypeScript(): Promise<void> {
  oxc ??= await import('oxc-parser');
}

/** Whether the path is one `parseTypeScript` reads. */
export function isTypeScriptPath(path: string): boolean {
  return dialects.has(extensionOf(path));
}

/** Parses one file with oxc alone: fast, and strict about syntax. */
export function parseTypeScript(path: string, text: string): ParsedTypeScript {
  if (oxc === null) throw new Error('loadTypeScript() has not been awaited');
  const refused = refuse(text);
  if (refused !== null) return refused;
  const { program, errors } = oxc.parseSync(path, text, {
    lang: dialectOf(path),
    astType: 'ts',
    sourceType: extensionOf(path) === 'cjs' || extensionOf(path) === 'cts' ? 'commonjs' : 'module',
    preserveParens: false,
  });
  const error = errors.find((one) => one.severity === 'Error');
  // What oxc cannot read it drops whole; a program with statements beside errors is complete, its faults are semantic.
  if (error !== undefined && program.body.length === 0) return failed(text, error.message, error.labels[0]?.start ?? 0);
  return isTooTall(program, text) ? tooDeep() : { ok: true, program };
}

/**
 * Parses one file; where oxc reports an error the ESLint parser, loaded then, has the last word. JavaScript whose types are
 * Flow's is read without them: each is replaced by spaces, so that positions stay.
 */
export async function parseTypeScriptTolerantly(path: string, text: string): Promise<ParsedTypeScript> {
  await loadTypeScript();
  const first = parseTypeScript(path, text);
  if (first.ok || refuse(text) !== null) return first;
  const isJavaScript = dialectOf(path) === 'jsx';
  const typed = isJavaScript && /@flow\b/.test(text) ? await parseFlow(path, text) : null;
  if (typed) return typed;
  const second = await parseWithFallback(path, text);
  return second.ok ? second : ((isJavaScript && !typed ? await parseFlow(path, text) : null) ?? first);
}

/** The program without its Flow types; null where it is no Flow either. */
async function parseFlow(path: string, text: string): Promise<ParsedTypeScript | null> {
  flow ??= (await import('flow-remove-types')).default;
  try {
    const plain = parseTypeScript(path, flow(text, { all: true }).toString());
    return plain.ok ? plain : null;
  } catch {
    return null;
  }
}

/** Parses with `@typescript-eslint/parser`: the fallback, and the reference that tests compare facts with. */
export async function parseWithFallback(path: string, text: string): Promise<ParsedTypeScript> {
  fallback ??= await import('@typescript-eslint/parser');
  const refused = refuse(text);
  if (refused !== null) return refused;
  try {
    const program = fallback.parse(text, {
      range: true,
      loc: true,
      allowInvalidAST: true,
      errorOnUnknownASTType: false,
      suppressDeprecatedPropertyWarnings: true,
      jsDocParsingMode: 'none',
      sourceType: 'module',
      ecmaFeatures: { jsx: dialectOf(path) !== 'ts' && dialectOf(path) !== 'dts' },
      filePath: path,
    }) as unknown as Program;
    likeOxc(program);
    return isTooTall(program, text) ? tooDeep() : { ok: true, program };
  } catch (error) {
    return failed(text, messageOf(error), offsetOf(error));
  }
}

/** The nodes directly inside a node. `parent` links and positions are not children. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  const fields = node as unknown as Record<string, unknown>;
  // Plain `in` over records the parsers made: half of all time goes here, and it is four times as fast as Object.keys.
  for (const key in fields) {
    const value = fields[key];
    if (typeof value !== 'object' || value === null || notChildren.has(key)) continue;
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value)) children.push(value);
  }
  return children;
}

/** Whether a value is a syntax node. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

const notChildren: ReadonlySet<string> = new Set(['parent', 'range', 'loc', 'tokens', 'comments', 'regex']);

function refuse(text: string): ParsedTypeScript | null {
  if (text.includes('\0')) return failed(text, 'the file holds a NUL byte', text.indexOf('\0'));
  return isTooDeep(text) || chainDepth(text) > estimateLimit ? tooDeep() : null;
}

function tooDeep(): ParsedTypeScript {
  return { ok: false, reason: 'nesting too deep to parse safely', line: 1, column: 1 };
}

function failed(text: string, reason: string, offset: number): ParsedTypeScript {
  const at = Math.min(Math.max(offset, 0), text.length);
  const { line, column } = lineIndex(text).span(at, at);
  return { ok: false, reason, line, column };
}

function isTooTall(program: Program, text: string): boolean {
  if (chainDepth(text) < harmless) return false;
  let level: Node[] = [program];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > depthLimit) return true;
    const next: Node[] = [];
    for (const node of level) for (const child of childrenOf(node)) next.push(child);
    level = next;
  }
  return false;
}

/** The ESLint parser keeps positions in `range` and absent parts undefined; all code here reads `start`, `end` and null. */
function likeOxc(program: Program): void {
  const stack: Node[] = [program];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const mutable = node as unknown as { range: [number, number]; start: number; end: number };
    [mutable.start, mutable.end] = mutable.range;
    const record = node as unknown as Record<string, unknown>;
    for (const key of Object.keys(record)) if (record[key] === undefined) record[key] = null;
    for (const child of childrenOf(node)) stack.push(child);
  }
}

function extensionOf(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot < 0 ? '' : path.slice(dot + 1).toLowerCase();
}

function dialectOf(path: string): Dialect {
  if (/\.d\.[cm]?ts$/i.test(path)) return 'dts';
  return dialects.get(extensionOf(path)) ?? 'ts';
}

function messageOf(error: unknown): string {
  if (error instanceof RangeError) return 'nesting too deep to parse safely';
  return error instanceof Error ? error.message : String(error);
}

function offsetOf(error: unknown): number {
  const index = (error as { index?: unknown } | null)?.index;
  return typeof index === 'number' ? index : 0;
}
