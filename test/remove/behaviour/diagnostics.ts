/**
 * What the compiler says of a work tree's TypeScript: errors, and names that nothing uses.
 * Input: a folder with a tsconfig.json. Output: per file both lists, as texts without positions.
 */
import { join, relative } from 'node:path';
import ts from 'typescript';
import { compilerOptions } from './workplace.ts';

export interface Diagnostics {
  readonly errors: readonly string[];
  readonly unused: readonly string[];
}

const unusedCodes: ReadonlySet<number> = new Set([6133, 6138, 6192, 6196, 6198, 6199, 6205]);
const sources = new Map<string, ts.SourceFile>();

/** Diagnostics of the files below `root`, by path; files without any are absent. */
export function diagnose(root: string, files: Iterable<string>): Map<string, Diagnostics> {
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, root);
  const all = { ...options, noUnusedLocals: true, noUnusedParameters: true };
  const program = ts.createProgram(
    [...files].filter(isCode).map((file) => join(root, file)),
    all,
    hostOf(all),
  );
  const found = new Map<string, { errors: string[]; unused: string[] }>();
  for (const one of ts.getPreEmitDiagnostics(program)) {
    const file = one.file === undefined ? '' : relative(root, one.file.fileName).replaceAll('\\', '/');
    const lists = found.get(file) ?? { errors: [], unused: [] };
    found.set(file, lists);
    const text = `TS${one.code} ${ts.flattenDiagnosticMessageText(one.messageText, ' ')}`;
    (unusedCodes.has(one.code) ? lists.unused : lists.errors).push(text);
  }
  return found;
}

const isCode = (file: string) => /\.tsx?$/.test(file);

/** Libraries and installed packages are parsed once. */
function hostOf(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (file, ...rest) => {
    if (!file.includes('/node_modules/typescript/lib/') && !file.includes('/@types/')) return read(file, ...rest);
    const source = sources.get(file) ?? read(file, ...rest);
    if (source !== undefined) sources.set(file, source);
    return source;
  };
  return host;
}

/** What is in `after` more often than in `before`. */
export function added(before: readonly string[], after: readonly string[]): string[] {
  const left = [...before];
  return after.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
