/**
 * The compiler's word on the changes: what it says about the files after that it did not say before.
 * Input: the code before, the texts after. Output: faults, each with the cause of the edit that made it.
 */
import { ts } from 'ts-morph';
import type { Placed } from './edits.ts';
import type { Code } from './reading/program.ts';
import { wordsIn } from './reading/words.ts';

export interface NewText {
  /** null: the file goes. */
  readonly text: string | null;
  readonly placed: readonly Placed[];
}

export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly message: string;
  /** The edits to take back; empty where none can be named. */
  readonly causes: readonly string[];
}

/** New diagnostics of changed files, and of files that may feel the change. */
export function faultsOf(code: Code, texts: ReadonlyMap<string, NewText>, isOpen: (cause: string) => boolean): Fault[] {
  const after = code.changed(new Map([...texts].map(([file, { text }]) => [file, text])));
  const asked = [...new Set([...texts.keys(), ...affected(code, texts)])];
  return asked.flatMap((path) => {
    const [old, now] = [code.file(path), after.file(path)];
    if (now === null || texts.get(path)?.text === null) return [];
    const known = counted(old === null ? [] : diagnosticsOf(code.program, old));
    const excess = newOnes(diagnosticsOf(after.program, now), known);
    return excess.map((one) => faultOf(one, path, now, { code, texts, isOpen }));
  });
}

const diagnosticsOf = (program: ts.Program, file: ts.SourceFile): readonly ts.Diagnostic[] => {
  const syntactic = program.getSyntacticDiagnostics(file);
  return syntactic.length > 0 ? syntactic : program.getSemanticDiagnostics(file);
};

interface Counts {
  readonly byCode: ReadonlyMap<number, number>;
  readonly messages: ReadonlySet<string>;
}

const textOf = (one: ts.Diagnostic): string => ts.flattenDiagnosticMessageText(one.messageText, ' ');

function counted(diagnostics: readonly ts.Diagnostic[]): Counts {
  const byCode = new Map<number, number>();
  for (const { code } of diagnostics) byCode.set(code, (byCode.get(code) ?? 0) + 1);
  return { byCode, messages: new Set(diagnostics.map(textOf)) };
}

/** A message may change because a type in it did: what counts is how many there are of a kind. */
function newOnes(diagnostics: readonly ts.Diagnostic[], { byCode, messages }: Counts): ts.Diagnostic[] {
  const found: ts.Diagnostic[] = [];
  for (const code of new Set(diagnostics.map((one) => one.code))) {
    const same = diagnostics.filter((one) => one.code === code);
    const excess = same.length - (byCode.get(code) ?? 0);
    if (excess <= 0) continue;
    const fresh = same.filter((one) => !messages.has(textOf(one)));
    found.push(...(fresh.length > 0 ? fresh : same).slice(0, excess));
  }
  return found;
}

/** Errors about a name that is not there. */
const missing: ReadonlySet<number> = new Set([
  2304, 2305, 2322, 2339, 2551, 2552, 2614, 2694, 2724, 2459, 2503, 18004, 2741, 2739, 2740, 2554, 2345, 2353, 2561,
]);

interface Suspects {
  readonly code: Code;
  readonly texts: ReadonlyMap<string, NewText>;
  /** Causes that have not been taken back yet. */
  isOpen(cause: string): boolean;
}

function faultOf(one: ts.Diagnostic, path: string, file: ts.SourceFile, suspects: Suspects): Fault {
  const message = textOf(one);
  const line = file.getLineAndCharacterOfPosition(one.start ?? 0).line + 1;
  const names = missing.has(one.code) ? [...message.matchAll(/'"?([\w$#]+)"?'/g)].map((match) => match[1] ?? '') : [];
  const own = suspects.texts.get(path);
  const imported = importedBy(path, suspects);
  const near = [own, ...imported].flatMap((made) => (made === undefined ? [] : named(names, made, suspects)));
  if (near.length > 0) return { file: path, line, message, causes: near };
  const far = [...suspects.texts.values()].flatMap((made) => named(names, made, suspects));
  if (far.length > 0) return { file: path, line, message, causes: [...new Set(far)] };
  const tidying = own?.placed.flatMap(({ cause }) => (isTidying(cause) && suspects.isOpen(cause) ? [cause] : [])) ?? [];
  if (tidying.length > 0) return { file: path, line, message, causes: [...new Set(tidying)] };
  const before = own?.placed.filter((edit) => edit.at <= (one.start ?? 0) + (one.length ?? 0) && suspects.isOpen(edit.cause)).at(-1)?.cause;
  if (before !== undefined) return { file: path, line, message, causes: [before] };
  const open = (made: readonly (NewText | undefined)[]): string[] => [
    ...new Set(made.flatMap((one) => one?.placed ?? []).flatMap(({ cause }) => (suspects.isOpen(cause) ? [cause] : []))),
  ];
  const around = open([own, ...imported]);
  // What fell with an evaluation is put back before the evaluation is.
  const fallen = [around, open([...suspects.texts.values()])].map((causes) => causes.filter(isFallen));
  return { file: path, line, message, causes: fallen.find((causes) => causes.length > 0) ?? around };
}

const isFallen = (cause: string): boolean => /^(?:dead|definition|file):/.test(cause);

/** Edits that only make the rest nicer: the first that go when something is wrong. */
const isTidying = (cause: string): boolean => /^(?:alias|joined|const|wrapper):/.test(cause);

/** Causes in one file that took a name away. */
function named(names: readonly string[], { placed }: NewText, { isOpen }: Suspects): string[] {
  const causes = new Set(placed.map(({ cause }) => cause).filter(isOpen));
  return [...causes].filter((cause) => names.some((name) => cause.startsWith(`dead:${name}@`) || cause.startsWith(`definition:${name}@`)));
}

/** The changed files that a file imports. */
function importedBy(path: string, { code, texts }: Suspects): (NewText | undefined)[] {
  const file = code.file(path);
  if (file === null) return [];
  const changed = new Map(
    [...texts].flatMap(([one, made]) => (code.file(one) === null ? [] : [[code.file(one) as ts.SourceFile, made] as const])),
  );
  return file.statements.flatMap((one) => {
    const specifier = ts.isImportDeclaration(one) || ts.isExportDeclaration(one) ? one.moduleSpecifier : undefined;
    const target = specifier === undefined ? undefined : code.checker.getSymbolAtLocation(specifier)?.declarations?.[0];
    return target !== undefined && ts.isSourceFile(target) && changed.has(target) ? [changed.get(target)] : [];
  });
}

/** Files that import a changed one and have a word that went from it. */
function affected(code: Code, texts: ReadonlyMap<string, NewText>): string[] {
  const words = new Set<string>();
  for (const [path, { text }] of texts) {
    const before = wordsIn(code.file(path)?.text ?? '');
    const after = wordsIn(text ?? '');
    for (const word of before) if (!after.has(word)) words.add(word);
    const file = code.file(path);
    if (file !== null && text !== null) for (const name of exportedNames(file)) words.add(name);
  }
  const changed = new Set([...texts.keys()].flatMap((path) => code.file(path) ?? []));
  return code.files.flatMap((file) => {
    if (changed.has(file) || !importsOneOf(file, changed, code)) return [];
    const own = wordsIn(file.text);
    return [...words].some((word) => own.has(word)) ? [code.pathOf(file)] : [];
  });
}

const exportedNames = (file: ts.SourceFile): string[] =>
  [...((file as ts.SourceFile & { symbol?: ts.Symbol }).symbol?.exports?.keys() ?? [])].map(String);

function importsOneOf(file: ts.SourceFile, targets: ReadonlySet<ts.SourceFile>, { checker }: Code): boolean {
  return file.statements.some((one) => {
    const specifier = ts.isImportDeclaration(one) || ts.isExportDeclaration(one) ? one.moduleSpecifier : undefined;
    const target = specifier === undefined ? undefined : checker.getSymbolAtLocation(specifier)?.declarations?.[0];
    return target !== undefined && ts.isSourceFile(target) && targets.has(target);
  });
}
