/**
 * What the removal has made dead, and nothing else: names whose last uses went, to a fixed point.
 * Input: edits that have been made. Effect: more edits, and the files that go.
 * Invariants: a name that nobody used before stays; so does what others may use from outside, what overrides, and what runs
 * when a file is loaded.
 */
import { ts } from 'ts-morph';
import type { Edits } from '../edits.ts';
import { isTestFile, ownTestOf } from '../reading/filenames.ts';
import type { Imports } from '../reading/imports.ts';
import { type Code, propertyBehind } from '../reading/program.ts';
import { linesOf, rangeOf } from '../reading/text.ts';
import type { Purity } from '../values/purity.ts';
import { type Declarations, makeDeclarations } from './declarations.ts';

export interface CascadeOptions {
  readonly code: Code;
  readonly edits: Edits;
  readonly imports: Imports;
  readonly purity: Purity;
  /** Parameters that every call gives the same known value. */
  readonly parameters: ReadonlySet<ts.Symbol>;
  /** Names that are constants now: they go if nothing names them any more. */
  readonly seeds: ReadonlySet<ts.Symbol>;
  /** Causes that the compiler refused. */
  isRefused(cause: string): boolean;
  isGenerated(file: ts.SourceFile): boolean;
}

export interface Cascade {
  /** Removes what is dead now; may be asked again after more edits. */
  run(): void;
  readonly goneFiles: ReadonlySet<ts.SourceFile>;
}

const maxRounds = 60;

export function makeCascade(options: CascadeOptions): Cascade {
  const { code, edits, imports } = options;
  const goneFiles = new Set<ts.SourceFile>();
  const declarations = makeDeclarations(options);
  const seen = new Set<ts.Node>();
  const run = (): void => {
    for (const symbol of options.seeds) declarations.tryRemove(symbol);
    for (let round = 0, before = -1; round < maxRounds && before !== edits.size; round++) {
      before = edits.size;
      const gone = [...edits.files].flatMap((file) => goneIn(file, edits, seen));
      const symbols = new Set(gone.flatMap((node) => (isNamed(node) ? namedBy(node, code) : [])));
      for (const symbol of symbols) declarations.tryRemove(symbol);
      for (const file of edits.files) tryEmpty(file, goneFiles, options);
      for (const node of gone) if (ts.isStringLiteralLike(node)) tryFile(imports.target(node), goneFiles, options, declarations);
    }
  };
  return { run, goneFiles };
}

const isNamed = (node: ts.Node): boolean => ts.isIdentifier(node) || ts.isPrivateIdentifier(node);

/** Names and import texts that went since the last look. */
function goneIn(file: ts.SourceFile, edits: Edits, seen: Set<ts.Node>): ts.Node[] {
  const found: ts.Node[] = [];
  const ranges = edits.gone(file);
  const look = (node: ts.Node): void => {
    if (!ranges.some((one) => one.start < node.end && one.end > node.pos)) return;
    const isLeaf = isNamed(node) || ts.isStringLiteralLike(node);
    if (isLeaf && !seen.has(node) && edits.isGone(node)) {
      seen.add(node);
      found.push(node);
    }
    ts.forEachChild(node, look);
  };
  look(file);
  return found;
}

function namedBy(node: ts.Node, code: Code): ts.Symbol[] {
  const own = [code.localSymbolOf(node), code.symbolOf(node), propertyBehind(node, code.checker)];
  return [...new Set(own.filter((one) => one !== null))];
}

/** A file goes when the last import of it is gone, and its own tests with it. */
function tryFile(file: ts.SourceFile | null, goneFiles: Set<ts.SourceFile>, options: CascadeOptions, declarations: Declarations): void {
  const { code, edits, imports } = options;
  if (file === null || goneFiles.has(file) || imports.isEntry(file) || options.isGenerated(file)) return;
  const path = code.pathOf(file);
  const cause = `file:${path}`;
  if (options.isRefused(cause) || isTestFile(path)) return;
  const others = imports
    .of(file)
    .filter((one) => !edits.isGone(one) && one.getSourceFile() !== file && !goneFiles.has(one.getSourceFile()));
  const tests = [...new Set(others.map((one) => one.getSourceFile()))];
  if (tests.some((one) => !isTestFile(code.pathOf(one)) || !ownTestOf(code.pathOf(one), path))) return;
  if (!declarations.runsNothing(file)) return;
  for (const one of [file, ...tests]) {
    goneFiles.add(one);
    edits.remove(one, { start: 0, end: one.text.length }, cause);
  }
}

/** A file of which nothing is left goes, with the imports and re-exports of nothing. */
function tryEmpty(file: ts.SourceFile, goneFiles: Set<ts.SourceFile>, { code, edits, imports, isRefused }: CascadeOptions): void {
  if (goneFiles.has(file) || imports.isEntry(file) || !file.statements.every((one) => edits.isGone(one) || isEmptyExport(one))) return;
  const cause = `file:${code.pathOf(file)}`;
  const statements = imports
    .of(file)
    .filter((one) => !edits.isGone(one))
    .map(({ parent }) => parent);
  if (isRefused(cause) || !statements.every(namesNothing)) return;
  for (const one of statements) edits.remove(one.getSourceFile(), linesOf(one.getSourceFile().text, rangeOf(one)), cause);
  goneFiles.add(file);
  edits.remove(file, { start: 0, end: file.text.length }, cause);
}

const isEmptyExport = (node: ts.Statement): boolean =>
  ts.isExportDeclaration(node) &&
  node.moduleSpecifier === undefined &&
  node.exportClause !== undefined &&
  ts.isNamedExports(node.exportClause) &&
  node.exportClause.elements.length === 0;

/** `export * from './old'`, `import './old'`: what is left of imports of a file without content. */
const namesNothing = (node: ts.Node): boolean =>
  (ts.isExportDeclaration(node) && (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause))) ||
  (ts.isImportDeclaration(node) && node.importClause === undefined);
