/**
 * Keys that still stand in the code as texts: an array of keys, a route's metadata, a mock.
 * Input: the code, what goes, the keys. Output: places, by what the code was. Property names are not keys by themselves.
 */
import { ts } from 'ts-morph';
import type { Left } from '../../types.ts';
import type { Edits } from '../edits.ts';
import type { Code } from '../reading/program.ts';

export interface LeftoverOptions {
  readonly code: Code;
  readonly edits: Edits;
  readonly keys: readonly string[];
  /** Evaluations, which are said by themselves. */
  readonly sites: readonly ts.Node[];
  isGenerated(file: ts.SourceFile): boolean;
}

export function leftoversOf(options: LeftoverOptions): Left[] {
  const { code, edits, keys, sites, isGenerated } = options;
  return keys.flatMap((key) =>
    code.files
      .filter((file) => file.text.includes(key) && !isGenerated(file))
      .flatMap((file) => textsIn(file, key).filter((node) => !edits.isGone(node) && !sites.some((site) => isWithin(node, site))))
      .map((node) => ({ key, location: locationOf(node, code), reason: reasonFor(node) })),
  );
}

function textsIn(file: ts.SourceFile, key: string): ts.Node[] {
  const found: ts.Node[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && node.text === key && !isForeign(node)) found.push(node);
    ts.forEachChild(node, look);
  };
  look(file);
  return found;
}

/** Names of files and of properties are no keys. */
const isForeign = (node: ts.StringLiteralLike): boolean => {
  const { parent } = node;
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isExternalModuleReference(parent)) return true;
  return ts.isPropertyAssignment(parent) && parent.name === node;
};

function reasonFor(node: ts.Node): string {
  if (ts.isLiteralTypeNode(node.parent)) return 'a type names it';
  return 'its key stands here as a text; what reads it is not known';
}

const isWithin = (node: ts.Node, outer: ts.Node): boolean =>
  node.getSourceFile() === outer.getSourceFile() && node.pos >= outer.pos && node.end <= outer.end;

function locationOf(node: ts.Node, code: Code): Left['location'] {
  const file = node.getSourceFile();
  const [start, end] = [node.getStart(file), node.end].map((at) => file.getLineAndCharacterOfPosition(at));
  if (start === undefined || end === undefined) return { file: code.pathOf(file), line: 1, column: 1, endLine: 1, endColumn: 1 };
  return {
    file: code.pathOf(file),
    line: start.line + 1,
    column: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}
