/**
 * Which files import which: so that a file goes with the last import of it.
 * Input: the code. Output: the places that name a file, by file. Dynamic imports, mocks and `require` count.
 */
import { ts } from 'ts-morph';
import type { Code } from './program.ts';

export interface Imports {
  /** The texts in other files that name this file. */
  of(file: ts.SourceFile): readonly ts.StringLiteralLike[];
  /** The file a text in an import names. */
  target(specifier: ts.Expression): ts.SourceFile | null;
  /** Files all of whose exports may be used from where nobody sees it. */
  isEntry(file: ts.SourceFile): boolean;
}

/** Reads all imports. `entries`: paths of the files that packages of the repository offer. */
export function makeImports(code: Code, entries: ReadonlySet<string>): Imports {
  const own = new Set(code.files);
  const target = (specifier: ts.Expression): ts.SourceFile | null => {
    const symbol = code.checker.getSymbolAtLocation(specifier);
    const file = symbol?.declarations?.find(ts.isSourceFile) ?? resolved(specifier, code);
    return file !== undefined && file !== null && own.has(file) ? file : null;
  };
  const byTarget = new Map<ts.SourceFile, ts.StringLiteralLike[]>();
  for (const file of code.files) {
    for (const specifier of specifiersIn(file)) {
      const found = target(specifier);
      if (found !== null) byTarget.set(found, [...(byTarget.get(found) ?? []), specifier]);
    }
  }
  const open = openFiles(code, entries, target);
  return { of: (file) => byTarget.get(file) ?? [], target, isEntry: (file) => open.has(file) };
}

/** The files that entries hand on whole, and the entries themselves. */
function openFiles(code: Code, entries: ReadonlySet<string>, target: Imports['target']): Set<ts.SourceFile> {
  const open = new Set(code.files.filter((file) => entries.has(code.pathOf(file))));
  for (const file of open) {
    for (const one of file.statements) {
      if (!ts.isExportDeclaration(one) || one.moduleSpecifier === undefined || one.exportClause !== undefined) continue;
      const next = target(one.moduleSpecifier);
      if (next !== null) open.add(next);
    }
  }
  return open;
}

function resolved(specifier: ts.Expression, code: Code): ts.SourceFile | null {
  if (!ts.isStringLiteralLike(specifier)) return null;
  const from = specifier.getSourceFile().fileName;
  const { resolvedModule } = ts.resolveModuleName(specifier.text, from, code.program.getCompilerOptions(), ts.sys);
  return resolvedModule === undefined ? null : (code.program.getSourceFile(resolvedModule.resolvedFileName) ?? null);
}

const naming = /(?:^|\.)(?:require|resolve|mock|unmock|doMock|importActual|requireActual|importMock)$/;

function specifiersIn(file: ts.SourceFile): ts.StringLiteralLike[] {
  const found: ts.StringLiteralLike[] = [];
  const add = (node: ts.Node | undefined): void => {
    if (node !== undefined && ts.isStringLiteralLike(node)) found.push(node);
  };
  const look = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return add(node.moduleSpecifier);
    if (ts.isExternalModuleReference(node)) return add(node.expression);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    if (ts.isCallExpression(node)) {
      const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
      if (isImport || naming.test(node.expression.getText(file))) add(node.arguments[0]);
    }
    if (ts.isNewExpression(node) && node.expression.getText(file) === 'URL') add(node.arguments?.[0]);
    ts.forEachChild(node, look);
  };
  look(file);
  return found.filter((one) => !/^[a-z@][\w@/.-]*$/.test(one.text) || one.text.includes('/'));
}
