/** A repository in memory for tests of code/ and flags/: paths to texts in, parsed modules out. */
import { makeModule } from '../../src/code/module.ts';
import { configPaths, makeModules } from '../../src/code/modules.ts';
import { loadScopes } from '../../src/code/scopes.ts';
import type { Module, Modules, Node } from '../../src/code/types.ts';
import { isTypeScriptPath, loadTypeScript, parseTypeScript, parseWithFallback } from '../../src/parse/typescript.ts';

await Promise.all([loadTypeScript(), loadScopes()]);

export interface Repository {
  readonly modules: Modules;
  module(path: string): Module;
}

/** Builds the modules of a set of files; `parser` chooses which of the two parsers reads them. */
export async function repository(files: Readonly<Record<string, string>>, parser: 'oxc' | 'eslint' = 'oxc'): Promise<Repository> {
  const loaded = new Map<string, Module>();
  for (const [path, text] of Object.entries(files)) {
    if (!isTypeScriptPath(path)) continue;
    const parsed = parser === 'oxc' ? parseTypeScript(path, text) : await parseWithFallback(path, text);
    if (!parsed.ok) throw new Error(`${path}: ${parsed.reason}`);
    loaded.set(path, makeModule(path, text, parsed.program));
  }
  const paths = new Set(Object.keys(files));
  const configs = new Map(configPaths(paths).map((path) => [path, files[path] as string]));
  const modules = makeModules({ paths, load: (path) => loaded.get(path) ?? null, configs });
  const module = (path: string): Module => {
    const found = loaded.get(path);
    if (found === undefined) throw new Error(`no such file: ${path}`);
    return found;
  };
  return { modules, module };
}

/** The first node whose text is exactly `text`; with `last`, the last one; the outermost of those that start there. */
export function find(module: Module, text: string, which: 'first' | 'last' = 'first'): Node {
  const at = which === 'first' ? module.text.indexOf(text) : module.text.lastIndexOf(text);
  const stack: Node[] = [module.program];
  const types = new Set<string>();
  for (const type of allTypes(module)) types.add(type);
  for (const type of types) stack.push(...module.nodes(type as Node['type']));
  const found = stack.filter(
    (node) => node.start === at && node.end === at + text.length && node.type !== 'ExpressionStatement' && node.type !== 'Program',
  );
  const depth = (node: Node): number => {
    let count = 0;
    for (let up = module.parent(node); up !== null; up = module.parent(up)) count++;
    return count;
  };
  const node = found.sort((a, b) => depth(a) - depth(b))[0];
  if (node === undefined) throw new Error(`no node with the text: ${text}`);
  return node;
}

function allTypes(module: Module): string[] {
  const found = new Set<string>();
  const stack: unknown[] = [module.program];
  const seen = new Set<unknown>();
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (typeof item !== 'object' || item === null || seen.has(item)) continue;
    seen.add(item);
    const type = (item as { type?: unknown }).type;
    if (typeof type === 'string') found.add(type);
    stack.push(
      ...Object.entries(item)
        .flatMap(([key, value]) => (key === 'parent' ? [] : [value]))
        .filter((value) => value !== null),
    );
  }
  found.delete('Line');
  found.delete('Block');
  return [...found];
}
