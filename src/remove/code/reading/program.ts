/**
 * The code of a repository as the TypeScript compiler sees it: one program per tsconfig that is asked about.
 * Input: paths and texts of the work tree. Output: Code: trees, symbols, and the identifiers that stand for one.
 * Invariants: what is not installed is unknown to the compiler before and after alike; a file is in one program only.
 */
import path from 'node:path';
import { Project, ts } from 'ts-morph';
import { wordsIn } from './words.ts';

export interface CodeOptions {
  /** Absolute path of the repository. */
  readonly root: string;
  /** Every source file, relative to the root. */
  readonly files: readonly string[];
}

export interface Code {
  readonly checker: ts.TypeChecker;
  readonly program: ts.Program;
  /** Source files of the repository in this program. */
  readonly files: readonly ts.SourceFile[];
  file(path: string): ts.SourceFile | null;
  /** The file's path in the repository. */
  pathOf(file: ts.SourceFile): string;
  /** What an identifier stands for, through imports and re-exports. */
  symbolOf(node: ts.Node): ts.Symbol | null;
  /** What an identifier stands for in its own file: an import is itself. */
  localSymbolOf(node: ts.Node): ts.Symbol | null;
  /** Every identifier that stands for the symbol, declarations included. */
  references(symbol: ts.Symbol): readonly ts.Node[];
  /** Files with the word. */
  mentioning(word: string): readonly ts.SourceFile[];
  /** The same code with other texts. */
  changed(texts: ReadonlyMap<string, string | null>): Code;
}

/** The folder of the tsconfig that is in charge of a file; '' for the root. */
export function projectOf(file: string, configs: ReadonlySet<string>): string {
  for (let folder = path.posix.dirname(file); ; folder = path.posix.dirname(folder)) {
    const at = folder === '.' ? '' : folder;
    if (configs.has(at) || at === '') return at;
  }
}

/** Reads the compiler options of a folder's tsconfig; what it extends and is not there is left out. */
function optionsOf(root: string, folder: string): ts.CompilerOptions {
  const file = ['tsconfig.json', 'jsconfig.json'].map((name) => path.join(root, folder, name)).find((one) => ts.sys.fileExists(one));
  const read = file === undefined ? {} : ts.readConfigFile(file, ts.sys.readFile);
  const host: ts.ParseConfigHost = { ...ts.sys, readDirectory: () => [], useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames };
  const parsed = ts.parseJsonConfigFileContent(read.config ?? {}, host, path.join(root, folder), undefined, file);
  return {
    ...parsed.options,
    allowJs: true,
    noEmit: true,
    skipLibCheck: true,
    composite: false,
    incremental: false,
    declaration: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    ...(parsed.options.jsx === undefined && { jsx: ts.JsxEmit.Preserve }),
  };
}

/** Loads the program of one folder. */
export function loadCode({ root, files }: CodeOptions, folder: string): Code {
  const options = optionsOf(root, folder);
  const project = new Project({ compilerOptions: options, skipAddingFilesFromTsConfig: true, skipFileDependencyResolution: true });
  for (const file of files) project.addSourceFileAtPathIfExists(path.join(root, file));
  const own = new Map(project.getSourceFiles().map((one) => [relative(root, one.getFilePath()), one.getFilePath() as string]));
  return makeCode(root, own, project.getProgram().compilerObject);
}

const relative = (root: string, file: string): string => path.relative(root, file).split(path.sep).join('/');

/** The same program with other texts: trees of unchanged files are used again. */
function rebuilt(before: ts.Program, names: readonly string[], texts: ReadonlyMap<string, string | null>): ts.Program {
  const options = before.getCompilerOptions();
  const anyLibrary = before.getSourceFiles().find((one) => before.isSourceFileDefaultLibrary(one))?.fileName ?? '/lib.d.ts';
  // Where a tsconfig names none, the default one brings the others along: it is not the first that is read.
  const library = path.posix.join(path.posix.dirname(anyLibrary), ts.getDefaultLibFileName(options));
  const text = (name: string): string | undefined => texts.get(name) ?? before.getSourceFile(name)?.text ?? ts.sys.readFile(name);
  const host: ts.CompilerHost = {
    ...ts.sys,
    getSourceFile(name, target) {
      const known = texts.has(name) ? undefined : before.getSourceFile(name);
      if (known !== undefined) return known;
      const read = texts.get(name) === null ? undefined : text(name);
      return read === undefined ? undefined : ts.createSourceFile(name, read, target, true);
    },
    fileExists: (name) => texts.get(name) !== null && (before.getSourceFile(name) !== undefined || ts.sys.fileExists(name)),
    readFile: text,
    writeFile: () => undefined,
    getDefaultLibFileName: () => library,
    getDefaultLibLocation: () => path.posix.dirname(library),
    getCanonicalFileName: (name) => (ts.sys.useCaseSensitiveFileNames ? name : name.toLowerCase()),
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getCurrentDirectory: () => before.getCurrentDirectory(),
    getNewLine: () => '\n',
  };
  return ts.createProgram({ rootNames: names.filter((name) => texts.get(name) !== null), options, host, oldProgram: before });
}

function makeCode(root: string, own: ReadonlyMap<string, string>, program: ts.Program): Code {
  const checker = program.getTypeChecker();
  const fileOf = (one: string): ts.SourceFile | undefined => program.getSourceFile(own.get(one) ?? '');
  const files = [...own.keys()].flatMap((one) => fileOf(one) ?? []);
  const paths = new Map(
    [...own.keys()].flatMap((one) => {
      const file = fileOf(one);
      return file === undefined ? [] : [[file, one] as const];
    }),
  );
  const words = new Map<ts.SourceFile, ReadonlySet<string>>();
  const wordsOf = (file: ts.SourceFile): ReadonlySet<string> => {
    const known = words.get(file) ?? wordsIn(file.text);
    words.set(file, known);
    return known;
  };
  const mentioning = (word: string): ts.SourceFile[] => files.filter((file) => file.text.includes(word) && wordsOf(file).has(word));
  const identifiers = new Map<ts.SourceFile, Map<string, ts.Node[]>>();
  const named = (file: ts.SourceFile, name: string): readonly ts.Node[] => {
    let known = identifiers.get(file);
    if (known === undefined) {
      known = identifiersIn(file);
      identifiers.set(file, known);
    }
    return known.get(name) ?? [];
  };
  const localSymbolOf = (node: ts.Node): ts.Symbol | null => symbolAt(node, checker);
  const symbolOf = (node: ts.Node): ts.Symbol | null => {
    const local = localSymbolOf(node);
    return local === null ? null : aliased(local, checker);
  };
  let byDefault: Map<ts.Symbol, ts.Symbol[]> | null = null;
  const defaultImports = (symbol: ts.Symbol): readonly ts.Symbol[] => {
    byDefault ??= grouped(defaultAliases(files, checker), (alias) => aliased(alias, checker));
    return byDefault.get(symbol) ?? [];
  };
  const found = new Map<ts.Symbol, readonly ts.Node[]>();
  const references = (symbol: ts.Symbol): readonly ts.Node[] => {
    const known = found.get(symbol);
    if (known !== undefined) return known;
    const names = namesOf(symbol);
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    const isProperty = (symbol.flags & ts.SymbolFlags.Property) !== 0;
    const among = isLocal(symbol) ? [...new Set(symbol.declarations?.map((one) => one.getSourceFile()) ?? [])] : null;
    const stands = (node: ts.Node): boolean =>
      (isAlias ? localSymbolOf(node) : symbolOf(node)) === symbol || (isProperty && propertyBehind(node, checker) === symbol);
    if (among === null && !isAlias) for (const alias of defaultImports(symbol)) names.add(alias.name);
    const result = new Set<ts.Node>();
    // Imports and exports give new names, which are looked for in turn: a set grows while it is walked.
    for (const name of names) {
      const all = (among ?? mentioning(name)).flatMap((file) => named(file, name).filter(stands));
      for (const node of all) {
        result.add(node);
        if (!isAlias) for (const other of renamedAs(node)) names.add(other);
      }
    }
    found.set(symbol, [...result]);
    return [...result];
  };
  return {
    checker,
    program,
    files,
    file: (one) => fileOf(one) ?? null,
    pathOf: (file) => paths.get(file) ?? path.relative(root, file.fileName),
    symbolOf,
    localSymbolOf,
    references,
    mentioning,
    changed(texts) {
      const absolute = new Map([...texts].flatMap(([one, text]) => (own.has(one) ? [[own.get(one) ?? '', text] as const] : [])));
      return makeCode(root, own, rebuilt(program, [...own.values()], absolute));
    },
  };
}

function identifiersIn(file: ts.SourceFile): Map<string, ts.Node[]> {
  const found = new Map<string, ts.Node[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) add(node.text, node);
    else if (ts.isStringLiteralLike(node) && ts.isElementAccessExpression(node.parent)) add(node.text, node);
    ts.forEachChild(node, visit);
  };
  const add = (name: string, node: ts.Node): void => {
    const known = found.get(name);
    if (known === undefined) found.set(name, [node]);
    else known.push(node);
  };
  visit(file);
  return found;
}

function symbolAt(node: ts.Node, checker: ts.TypeChecker): ts.Symbol | null {
  if (ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node)
    return checker.getShorthandAssignmentValueSymbol(node.parent) ?? null;
  return declared(checker.getSymbolAtLocation(node), checker);
}

/** A property seen through `Pick` or `Partial` is the property that was declared. */
function declared(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): ts.Symbol | null {
  if (symbol === undefined) return null;
  const isMade = (symbol.flags & ts.SymbolFlags.Transient) !== 0 && (symbol.flags & ts.SymbolFlags.Property) !== 0;
  const name = isMade && symbol.valueDeclaration !== undefined ? ts.getNameOfDeclaration(symbol.valueDeclaration) : undefined;
  return (name === undefined ? undefined : checker.getSymbolAtLocation(name)) ?? symbol;
}

/** The declared property that an object literal or an element gives, or that an element of a pattern takes out. */
export function propertyBehind(node: ts.Node, checker: ts.TypeChecker): ts.Symbol | null {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) {
    const type = checker.getContextualType(parent.parent);
    return declared(type?.getProperty(parent.name.text) ?? checker.getSymbolAtLocation(node), checker);
  }
  const isGiven = ts.isJsxAttribute(parent) || (ts.isPropertyAssignment(parent) && parent.name === node);
  if (isGiven && ts.isIdentifier(node))
    return declared(checker.getContextualType(parent.parent as ts.Expression)?.getProperty(node.text), checker);
  if (!ts.isBindingElement(parent) || !ts.isObjectBindingPattern(parent.parent) || !ts.isIdentifier(node)) return null;
  return (parent.propertyName ?? parent.name) === node
    ? declared(checker.getTypeAtLocation(parent.parent).getProperty(node.text), checker)
    : null;
}

/** What an import or export specifier leads to. */
function aliased(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

function namesOf(symbol: ts.Symbol): Set<string> {
  const declared = (symbol.declarations ?? []).flatMap((one) => {
    const name = ts.getNameOfDeclaration(one);
    return name !== undefined && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteralLike(name)) ? [name.text] : [];
  });
  const own = symbol.name;
  return new Set([...declared, ...(own === 'default' || own.startsWith('__') ? ['default'] : [own])]);
}

/** Declared where only its own file can name it. */
function isLocal(symbol: ts.Symbol): boolean {
  const flags = ts.SymbolFlags.Property | ts.SymbolFlags.Method | ts.SymbolFlags.Accessor | ts.SymbolFlags.EnumMember;
  if ((symbol.flags & flags) !== 0) return false;
  if ((symbol.flags & ts.SymbolFlags.Alias) !== 0) return true;
  return (symbol.declarations ?? []).every((one) => {
    for (let up: ts.Node | undefined = one.parent; up !== undefined; up = up.parent) {
      if (ts.isFunctionLike(up) || (ts.isBlock(up) && up.parent !== undefined)) return true;
      if (ts.isSourceFile(up)) return ts.isExternalModule(up) && !isExportedFrom(symbol, one);
    }
    return false;
  });
}

function isExportedFrom(symbol: ts.Symbol, declaration: ts.Declaration): boolean {
  const file = declaration.getSourceFile() as ts.SourceFile & { symbol?: ts.Symbol };
  const exports = file.symbol?.exports;
  if (exports === undefined) return true;
  if ((ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) !== 0) return true;
  let isNamed = false;
  exports.forEach((one) => {
    if (one === symbol || one.declarations?.some((d) => ts.isExportSpecifier(d) || ts.isExportAssignment(d)) === true) isNamed = true;
  });
  return isNamed;
}

/** The name that an import or export specifier gives to what it names. */
function renamedAs({ parent }: ts.Node): string[] {
  const isRenaming = (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) && parent.propertyName !== undefined;
  return isRenaming ? [parent.name.text] : [];
}

/** Names that files give to the default exports they import. */
function defaultAliases(files: readonly ts.SourceFile[], checker: ts.TypeChecker): ts.Symbol[] {
  return files.flatMap((file) =>
    file.statements.flatMap((one) => {
      const name = ts.isImportDeclaration(one) ? one.importClause?.name : undefined;
      return name === undefined ? [] : (checker.getSymbolAtLocation(name) ?? []);
    }),
  );
}

function grouped<K, V>(values: readonly V[], key: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const known = groups.get(key(value));
    if (known === undefined) groups.set(key(value), [value]);
    else known.push(value);
  }
  return groups;
}
