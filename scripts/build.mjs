/**
 * Builds what users install into dist/: the CLI, the library, one file per rule and per output format (found at run
 * time by reading their folder), and one example per rule for `dropgate explain`. The declarations are `prepack`'s.
 * Everything is bundled but the packages that carry a binary or serve few commands.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Built aside, then moved into place: what runs meanwhile finds the old build or the new one. */
const fresh = `dist/.new-${process.pid}`;
const external = ['oxc-parser', 'libpg-query', 'ts-morph', '@ts-morph/common'];
/** Folders whose files are found by name at run time, and where they go in dist/. */
const plugins = {
  'src/flags/sources': 'flags/sources',
  rules: 'rules',
  'src/report/format': 'report/format',
  'src/access/layers': 'access/layers',
};

/** @typescript-eslint/parser wants a TypeScript compiler: the copy inside ts-morph serves. */
const typescriptFromTsMorph = {
  name: 'typescript-from-ts-morph',
  setup(builder) {
    builder.onResolve({ filter: /^typescript(\/|$)/ }, () => ({ path: 'typescript', namespace: 'ts-morph' }));
    builder.onLoad({ filter: /.*/, namespace: 'ts-morph' }, () => ({
      contents:
        "const { createRequire } = require('node:module');\n" +
        "module.exports = createRequire(require.resolve('ts-morph'))('@ts-morph/common').ts;\n",
    }));
  },
};

/** What `import('a CommonJS package')` gives in Node, it must give in the bundle: the exports by name, `default` too. */
const namedExports = {
  name: 'named-exports',
  setup(builder) {
    builder.onResolve({ filter: /^[@a-z]/ }, ({ kind, path }) => {
      // dt-sql-parser is made of ES modules that only a bundler loads: they need no list of names.
      if (kind !== 'dynamic-import' || external.includes(path) || isBuiltin(path) || path.startsWith('dt-sql-parser/')) return;
      return { path, namespace: 'named-exports' };
    });
    builder.onLoad({ filter: /.*/, namespace: 'named-exports' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
      return { contents: `export { ${names.join(', ')} } from ${JSON.stringify(path)};\n`, resolveDir: root };
    });
  },
};

rmSync(join(root, fresh), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { 'cli/main': 'src/cli/main.ts', 'lib/index': 'src/index.ts', ...pluginEntries() },
  outdir: fresh,
  bundle: true,
  minifyWhitespace: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external,
  plugins: [typescriptFromTsMorph, namedExports],
  legalComments: 'none',
  logLevel: 'warning',
  // Bundled CommonJS packages call `require` for Node's own modules, and ask where they are.
  banner: {
    js:
      "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);\n" +
      "import { fileURLToPath as nodePath } from 'node:url'; var __dirname = nodePath(new URL('.', import.meta.url));",
  },
});
writeExamples();
replaceBuild();

function pluginEntries() {
  const entries = {};
  for (const [folder, target] of Object.entries(plugins)) {
    for (const file of filesIn(folder)) {
      if (file.endsWith('.ts')) entries[`${target}/${file.slice(0, -3)}`] = `${folder}/${file}`;
    }
  }
  return entries;
}

/** The pretty output of one bad fixture per rule: an example that cannot rot, because a test compares it. */
function writeExamples() {
  mkdirSync(join(root, fresh, 'examples'), { recursive: true });
  for (const file of filesIn('rules')) {
    const rule = file.replace(/\.ts$/, '');
    for (const name of filesIn(`fixtures/${rule}`)) {
      const expected = join(root, 'fixtures', rule, name, 'expected.txt');
      if (!existsSync(expected)) continue;
      writeFileSync(join(root, fresh, 'examples', `${rule}.txt`), readFileSync(expected));
      break;
    }
  }
}

function replaceBuild() {
  const made = filesIn(fresh);
  for (const name of filesIn('dist')) {
    const isKept = name === 'types' || name.startsWith('.new-') || made.includes(name);
    if (!isKept) rmSync(join(root, 'dist', name), { recursive: true, force: true });
  }
  for (const name of made) {
    rmSync(join(root, 'dist', name), { recursive: true, force: true });
    renameSync(join(root, fresh, name), join(root, 'dist', name));
  }
  rmSync(join(root, fresh), { recursive: true, force: true });
}

function filesIn(folder) {
  const path = join(root, folder);
  return existsSync(path) ? readdirSync(path).sort() : [];
}
