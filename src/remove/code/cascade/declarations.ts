/**
 * How a declaration goes whose name nobody uses any more: its statement, its element, its parameter with the arguments.
 * Input: symbols. Effect: edits. What cannot go without an effect stays, or leaves the effect behind.
 */
import { ts } from 'ts-morph';
import type { Edits } from '../edits.ts';
import { elementRange, linesOf, rangeOf, withComments } from '../reading/text.ts';
import { accessOf, isPrivate, useOf } from '../reading/uses.ts';
import type { CascadeOptions } from './cascade.ts';
import { removeMember } from './members.ts';
import { removeParameter } from './parameters.ts';
import { removeHandedBack, removeProp, removeProperty } from './props.ts';

export interface Declarations {
  /** Removes the declarations of a symbol if all its uses are gone. */
  tryRemove(symbol: ts.Symbol): void;
  /** Whether loading the file does nothing but declare. */
  runsNothing(file: ts.SourceFile): boolean;
}

/** What the removal of one declaration may ask. */
export interface Removal extends CascadeOptions {
  /** The uses of a symbol that are left, but for those inside its own declarations and re-exports of files nobody uses from outside. */
  live(symbol: ts.Symbol): readonly ts.Node[];
}

export function makeDeclarations(options: CascadeOptions): Declarations {
  const { code, edits } = options;
  const live = (symbol: ts.Symbol): readonly ts.Node[] => code.references(symbol).filter((node) => isLive(node, symbol, options));
  const removal: Removal = { ...options, live };
  return {
    tryRemove(symbol) {
      const declarations = symbol.declarations ?? [];
      if (declarations.length === 0 || declarations.every((one) => edits.isGone(one) && !isSpelledOut(one, symbol, options))) return;
      if (declarations.some((one) => !isOwn(one, options)) || isPublic(symbol, options)) return;
      const cause = causeOf(symbol, options);
      if (options.isRefused(cause)) return;
      const uses = live(symbol);
      if (uses.length > 0 && !areWrites(uses, symbol, removal)) return removeProperty(symbol, removal, cause);
      for (const one of declarations) removeDeclaration(one, symbol, uses, removal, cause);
    },
    runsNothing: (file) => file.statements.every((one) => !isRun(one, options)),
  };
}

/** `{ isNew }` that has become `{ isNew: true }`: the property is still there. */
const isSpelledOut = (node: ts.Declaration, symbol: ts.Symbol, { seeds, edits }: CascadeOptions): boolean =>
  ts.isShorthandPropertyAssignment(node) && seeds.has(symbol) && !edits.isGone(node.parent);

/** The name a symbol is refused by. */
export function causeOf(symbol: ts.Symbol, { code }: CascadeOptions): string {
  const [first] = symbol.declarations ?? [];
  return first === undefined ? `dead:${symbol.name}` : `dead:${symbol.name}@${code.pathOf(first.getSourceFile())}:${first.pos}`;
}

function isOwn(declaration: ts.Declaration, { code, isGenerated }: CascadeOptions): boolean {
  const file = declaration.getSourceFile();
  return !file.isDeclarationFile && !isGenerated(file) && code.file(code.pathOf(file)) === file;
}

/** Exported from a file that others use from outside. */
export function isPublic(symbol: ts.Symbol, { imports }: Pick<CascadeOptions, 'imports'>): boolean {
  return (symbol.declarations ?? []).some((one) => {
    const isExported = (ts.getCombinedModifierFlags(one) & (ts.ModifierFlags.Export | ts.ModifierFlags.Default)) !== 0;
    return isExported && imports.isEntry(one.getSourceFile());
  });
}

function isLive(node: ts.Node, symbol: ts.Symbol, { edits, imports }: CascadeOptions): boolean {
  if (edits.isGone(node)) return false;
  if ((symbol.declarations ?? []).some((one) => isInside(node, one))) return false;
  if (ts.isExportSpecifier(node.parent)) return imports.isEntry(node.getSourceFile());
  return true;
}

const isInside = (node: ts.Node, outer: ts.Node): boolean =>
  node.getSourceFile() === outer.getSourceFile() && node.pos >= outer.pos && node.end <= outer.end;

/** Whether all that is left are assignments of something without effect to a name that nobody reads. */
function areWrites(uses: readonly ts.Node[], symbol: ts.Symbol, { purity, edits }: Removal): boolean {
  const isKeeper = (symbol.declarations ?? []).every((one) => ts.isPropertyDeclaration(one) && isPrivate(one));
  return isKeeper && uses.every((node) => edits.isGone(node) || isPlainWrite(node, purity));
}

function isPlainWrite(node: ts.Node, purity: Removal['purity']): boolean {
  const access = accessOf(node);
  const write = access.parent;
  return useOf(node) === 'written' && ts.isBinaryExpression(write) && ts.isExpressionStatement(write.parent) && purity.isPure(write.right);
}

function removeDeclaration(node: ts.Declaration, symbol: ts.Symbol, uses: readonly ts.Node[], removal: Removal, cause: string): void {
  const { edits } = removal;
  const file = node.getSourceFile();
  if (ts.isImportSpecifier(node) || ts.isImportClause(node) || ts.isNamespaceImport(node)) return removeImport(node, edits, cause);
  if (ts.isVariableDeclaration(node)) return removeVariable(node, removal, cause);
  if (ts.isBindingElement(node)) return removeElement(node, removal, cause);
  if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) return removeHandedBack(node, symbol, removal, cause);
  if (ts.isParameter(node)) return removeParameter(node, removal, cause);
  const isStatement =
    ts.isFunctionDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isClassDeclaration(node);
  if (isStatement) {
    if (ts.isClassDeclaration(node) && isActive(node, removal)) return;
    edits.remove(file, linesOf(file.text, withComments(node)), cause);
    return removeExports(symbol, removal, cause);
  }
  if (ts.isClassElement(node) || ts.isTypeElement(node)) return removeMember(node, symbol, uses, removal, cause);
}

/** Re-exports go with what they name. */
function removeExports(symbol: ts.Symbol, { code, edits }: Removal, cause: string): void {
  for (const node of code.references(symbol)) {
    const specifier = node.parent;
    if (!ts.isExportSpecifier(specifier) || edits.isGone(specifier)) continue;
    const file = specifier.getSourceFile();
    const { elements } = specifier.parent;
    const isLast = elements.every((one) => one === specifier || edits.isGone(one));
    edits.remove(
      file,
      isLast ? linesOf(file.text, rangeOf(specifier.parent.parent)) : elementRange(specifier, elements, edits.isGone),
      cause,
    );
  }
}

/** Decorated classes are registered somewhere; static blocks and initialisers run. */
function isActive(node: ts.ClassDeclaration, { purity }: Removal): boolean {
  const isDecorated = (ts.getDecorators(node)?.length ?? 0) > 0;
  return (
    isDecorated ||
    node.members.some((one) => {
      if (ts.isClassStaticBlockDeclaration(one)) return true;
      const isStatic = (ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Static) !== 0;
      return isStatic && ts.isPropertyDeclaration(one) && one.initializer !== undefined && !purity.isPure(one.initializer);
    })
  );
}

function removeImport(node: ts.ImportSpecifier | ts.ImportClause | ts.NamespaceImport, edits: Edits, cause: string): void {
  const file = node.getSourceFile();
  const clause = ts.isImportClause(node) ? node : ts.isNamespaceImport(node) ? node.parent : node.parent.parent;
  const statement = clause.parent;
  const bindings = clause.namedBindings;
  const elements = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : [];
  const hasDefault = clause.name !== undefined && node !== clause && !edits.isGone(clause.name);
  const others = elements.filter((one) => one !== node && !edits.isGone(one));
  const hasNamespace = bindings !== undefined && ts.isNamespaceImport(bindings) && node !== bindings && !edits.isGone(bindings);
  if (!hasDefault && others.length === 0 && !hasNamespace) return edits.remove(file, linesOf(file.text, statementRange(statement)), cause);
  if (ts.isImportClause(node)) {
    if (bindings !== undefined && node.name !== undefined)
      edits.remove(file, { start: node.name.getStart(file), end: bindings.getStart(file) }, cause);
    return;
  }
  const isLastNamed = others.length === 0 && bindings !== undefined && clause.name !== undefined;
  if (isLastNamed) return edits.remove(file, { start: clause.name.end, end: bindings.end }, cause);
  if (ts.isImportSpecifier(node)) edits.remove(file, elementRange(node, elements, edits.isGone), cause);
}

/** An import with the comments right above, unless it is the file's first statement: those are the file's. */
const statementRange = (node: ts.Node): { start: number; end: number } => {
  const isFirst = node.getSourceFile().statements[0] === node;
  return isFirst ? rangeOf(node) : withComments(node);
};

function removeVariable(node: ts.VariableDeclaration, removal: Removal, cause: string): void {
  const list = node.parent;
  if (!ts.isVariableDeclarationList(list) || !ts.isVariableStatement(list.parent)) return;
  removeBinding(node, list, list.parent, removal, cause);
}

/** A variable goes; what its initialiser does stays. */
function removeBinding(
  node: ts.VariableDeclaration,
  list: ts.VariableDeclarationList,
  statement: ts.VariableStatement,
  removal: Removal,
  cause: string,
): void {
  const { edits, purity } = removal;
  const file = node.getSourceFile();
  const effects = node.initializer === undefined || edits.isGone(node.initializer) ? [] : purity.effects(node.initializer);
  const isAlone = list.declarations.every((one) => one === node || edits.isGone(one));
  if ((list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using) return;
  if (effects.length === 0) {
    const range = isAlone ? linesOf(file.text, withComments(statement)) : elementRange(node, list.declarations, edits.isGone);
    edits.remove(file, range, cause);
    const symbol = ts.isIdentifier(node.name) ? removal.code.symbolOf(node.name) : null;
    if (symbol !== null) removeExports(symbol, removal, cause);
    return;
  }
  const [only] = effects;
  const isWhole = effects.length === 1 && only !== undefined && only === node.initializer && list.declarations.length === 1;
  const isExported = (ts.getModifiers(statement)?.length ?? 0) > 0;
  if (!isWhole || isExported) return;
  edits.remove(file, { start: statement.getStart(file), end: only.getStart(file) }, cause);
}

/** One name of a pattern. */
function removeElement(node: ts.BindingElement, removal: Removal, cause: string): void {
  const { edits } = removal;
  const pattern = node.parent;
  const file = node.getSourceFile();
  const others = pattern.elements.filter((one) => one !== node && !ts.isOmittedExpression(one) && !edits.isGone(one));
  const hasRest = others.some((one) => ts.isBindingElement(one) && one.dotDotDotToken !== undefined);
  if (hasRest || (node.initializer !== undefined && !removal.purity.isPure(node.initializer))) return;
  const holder = pattern.parent;
  if (ts.isParameter(holder) && ts.isObjectBindingPattern(pattern)) return removeProp(node, holder, removal, cause);
  if (others.length === 0 && ts.isVariableDeclaration(holder)) return removeVariable(holder, removal, cause);
  if (others.length === 0 && ts.isBindingElement(holder)) return removeElement(holder, removal, cause);
  if (ts.isObjectBindingPattern(pattern)) return edits.remove(file, elementRange(node, pattern.elements, edits.isGone), cause);
  const index = pattern.elements.indexOf(node);
  const isLast = pattern.elements.slice(index + 1).every((one) => edits.isGone(one));
  edits.remove(file, isLast ? elementRange(node, pattern.elements, edits.isGone) : rangeOf(node), cause);
}

/** Whether a top-level statement does something when its file is loaded. */
function isRun(node: ts.Statement, { purity }: CascadeOptions): boolean {
  if (ts.isExpressionStatement(node)) return !ts.isStringLiteral(node.expression) && !purity.isPure(node.expression);
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.some((one) => one.initializer !== undefined && !purity.isPure(one.initializer));
  if (ts.isImportDeclaration(node)) return false;
  const isDeclaring =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isModuleDeclaration(node) ||
    ts.isImportEqualsDeclaration(node);
  return ts.isExportAssignment(node) ? !purity.isPure(node.expression) : !isDeclaring;
}
