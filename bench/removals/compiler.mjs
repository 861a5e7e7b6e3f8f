/**
 * What the compiler says of some files of a work tree, before and after changes that are not written.
 * Packages are not installed, so both sides miss the same ones. Output: counts by file, code and message.
 */
import path from 'node:path';
import ts from 'typescript';

/** The tsconfig.json a file belongs to, below the root. */
function configOf(root, file) {
  for (let folder = path.dirname(path.join(root, file)); folder.startsWith(root); folder = path.dirname(folder)) {
    const config = path.join(folder, 'tsconfig.json');
    if (ts.sys.fileExists(config)) return config;
  }
  return null;
}

const sources = new Map();

function hostOf(options, overlay) {
  const host = ts.createCompilerHost(options);
  const [read, exists, source] = [host.readFile, host.fileExists, host.getSourceFile];
  host.fileExists = (file) => (overlay.has(file) ? overlay.get(file) !== null : exists(file));
  host.readFile = (file) => (overlay.has(file) ? (overlay.get(file) ?? undefined) : read(file));
  host.getSourceFile = (file, target, ...rest) => {
    const text = overlay.get(file);
    if (text === null) return undefined;
    if (text !== undefined) return ts.createSourceFile(file, text, target, false);
    const known = sources.get(file) ?? source(file, target, ...rest);
    if (known !== undefined) sources.set(file, known);
    return known;
  };
  return host;
}

/** Files that import one of the given ones by a relative path. */
function importersOf(root, files, overlay, candidates) {
  const stems = new Set(files.map((file) => path.join(root, file).replace(/(?:\/index)?\.[cm]?tsx?$/, '')));
  return candidates.filter((file) => {
    const text = overlay.get(path.join(root, file)) ?? ts.sys.readFile(path.join(root, file)) ?? '';
    return [...text.matchAll(/from '([^']+)'|import\('([^']+)'\)/g)].some(([, a, b]) => {
      const source = (a ?? b ?? '').replace(/\.[cm]?jsx?$/, '');
      const base = source.startsWith('.') ? path.dirname(path.join(root, file)) : path.join(root, 'frontend/src');
      return stems.has(path.join(base, source.replace(/^@server\//, '../../src/lib/')).replace(/\/index$/, ''));
    });
  });
}

function counted(root, files, overlay) {
  const found = new Map();
  const groups = Map.groupBy?.(files, (file) => configOf(root, file)) ?? grouped(files, (file) => configOf(root, file));
  for (const [config, group] of groups) {
    if (config === null) continue;
    const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(config, ts.sys.readFile).config, ts.sys, path.dirname(config));
    const settings = { ...options, noEmit: true, incremental: false, composite: false, skipLibCheck: true, types: [] };
    const names = group
      .map((file) => path.join(root, file))
      .filter((file) => overlay.get(file) !== null && (overlay.has(file) || ts.sys.fileExists(file)));
    const program = ts.createProgram(names, settings, hostOf(settings, overlay));
    for (const name of names) {
      const source = program.getSourceFile(name);
      if (source === undefined) continue;
      for (const one of [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]) {
        const text = ts.flattenDiagnosticMessageText(one.messageText, ' ').slice(0, 200);
        const id = `${path.relative(root, name)} TS${one.code} ${text}`;
        found.set(id, (found.get(id) ?? 0) + 1);
      }
    }
  }
  return found;
}

function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** Diagnostics of the changed files and their importers that the changes add. `changes`: file to text, null where it goes. */
export function newDiagnostics(root, changes, allFiles) {
  const overlay = new Map([...changes].map(([file, text]) => [path.join(root, file), text]));
  const changed = [...changes.keys()].filter((file) => /\.[cm]?tsx?$/.test(file));
  const files = [...new Set([...changed, ...importersOf(root, changed, overlay, allFiles)])];
  const before = counted(root, files, new Map());
  const after = counted(root, files, overlay);
  return [...after].filter(([id, count]) => count > (before.get(id) ?? 0)).map(([id]) => id);
}
