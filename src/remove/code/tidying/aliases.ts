/**
 * Names that the removal has made second names: `const shown = isNew ? cards : list` that is now `const shown = cards`.
 * Input: edits that have been made. Effect: edits: the second name goes, the first stands in its places.
 * Invariants: both are written once; at every place the first name means the same; comes last, since no name dies by it.
 */
import { ts } from 'ts-morph';
import type { Edits } from '../edits.ts';
import { declaredBy } from '../folding/blocks.ts';
import { isStatementList } from '../folding/statements.ts';
import type { Code } from '../reading/program.ts';
import { linesOf, rangeOf, withComments } from '../reading/text.ts';
import { isReading } from '../reading/uses.ts';

export interface AliasOptions {
  readonly code: Code;
  readonly edits: Edits;
  /** Initialisers of which one name is left, with that name. */
  readonly kept: ReadonlyMap<ts.Expression, ts.Expression>;
  /** Blocks that have been opened. */
  readonly opened: ReadonlySet<ts.Node>;
  isRefused(cause: string): boolean;
}

/** Takes such names out. */
export function removeAliases(options: AliasOptions): void {
  const { code, edits, kept, isRefused } = options;
  for (const [whole, name] of kept) {
    const declaration = whole.parent;
    if (!ts.isIdentifier(name) || !ts.isVariableDeclaration(declaration) || edits.isGone(declaration)) continue;
    const places = placesOf(declaration, name, options);
    const cause = `alias:${code.pathOf(name.getSourceFile())}:${declaration.pos}`;
    if (places === null || isRefused(cause)) continue;
    const file = declaration.getSourceFile();
    for (const place of places) {
      const isShort = ts.isShorthandPropertyAssignment(place.parent);
      edits.replace(file, rangeOf(place), isShort ? `${place.getText(file)}: ${name.text}` : name.text, cause);
    }
    edits.remove(file, linesOf(file.text, withComments(declaration.parent.parent)), cause);
  }
}

/** Where the second name stands; null where the first cannot take its place. */
function placesOf(declaration: ts.VariableDeclaration, name: ts.Identifier, options: AliasOptions): readonly ts.Node[] | null {
  const { code, edits } = options;
  const list = declaration.parent;
  const isPlain =
    ts.isIdentifier(declaration.name) &&
    declaration.type === undefined &&
    ts.isVariableDeclarationList(list) &&
    list.declarations.length === 1 &&
    ts.isVariableStatement(list.parent) &&
    (ts.getModifiers(list.parent)?.length ?? 0) === 0;
  const [second, first] = [code.localSymbolOf(declaration.name), code.localSymbolOf(name)];
  if (!isPlain || second === null || first === null || !isConstant(first, code) || !isConstant(second, code)) return null;
  const places = code.references(second).filter((one) => one !== declaration.name && !edits.isGone(one));
  const isSame = places.every((one) => one.getSourceFile() === name.getSourceFile() && canStand(name, one, first, options));
  return isSame && places.length > 0 ? places : null;
}

/** Written where it is declared, and nowhere else; anew in every round of a loop. */
function isConstant(symbol: ts.Symbol, code: Code): boolean {
  const [declaration, ...others] = symbol.declarations ?? [];
  if (declaration === undefined || others.length > 0 || isVar(declaration)) return false;
  const isImported = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  const imported = isImported ? code.checker.getAliasedSymbol(symbol) : symbol;
  if (imported !== symbol && (imported.declarations?.length ?? 0) > 0 && !isConstant(imported, code)) return false;
  return code.references(symbol).every(isReading);
}

function isVar(declaration: ts.Declaration): boolean {
  let up: ts.Node = declaration;
  while (ts.isBindingElement(up)) up = up.parent.parent;
  return ts.isVariableDeclaration(up) && ts.isVariableDeclarationList(up.parent) && (up.parent.flags & ts.NodeFlags.BlockScoped) === 0;
}

function canStand(name: ts.Identifier, place: ts.Node, symbol: ts.Symbol, { code: { checker }, opened }: AliasOptions): boolean {
  const { parent } = place;
  const isTag = ts.isJsxOpeningLikeElement(parent) || ts.isJsxClosingElement(parent);
  if ((isTag && !/^[A-Z]/.test(name.text)) || ts.isExportSpecifier(parent) || ts.isExportAssignment(parent)) return false;
  if ([...opened].some((one) => ts.isBlock(one) && isAround(one, place, opened) && one.statements.flatMap(declaredBy).includes(name.text)))
    return false;
  const flags = ts.SymbolFlags.Value | ts.SymbolFlags.Alias;
  return checker.getSymbolsInScope(place, flags).some((one) => one === symbol);
}

/** Whether what an opened block declares can be seen at the place. */
function isAround(block: ts.Block, place: ts.Node, opened: ReadonlySet<ts.Node>): boolean {
  let list: ts.Node = block.parent;
  while (opened.has(list) || !isStatementList(list)) list = list.parent;
  return list.getSourceFile() === place.getSourceFile() && list.pos <= place.pos && list.end >= place.end;
}
