/**
 * What stands between a fresh clone and a working checkout: installs the packages and builds, each only when
 * something it depends on has changed; `--oracles` also installs what the tests compare Dropgate with, `--dry-run` only says which. Needs nothing but Node and npm; takes a few milliseconds when there is nothing to do.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Dropgate needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(2);
}

const oracles = join(root, 'test/oracles/node_modules/.dropgate-install');
const installed = join(root, 'node_modules/.dropgate-install');
const built = join(root, 'node_modules/.dropgate-build');
const isDryRun = process.argv.includes('--dry-run');
step('install', installed, [], hashOf(['package-lock.json'], `${process.platform} ${process.arch} ${major}`), () => {
  console.error('Installing packages …');
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
});
if (process.argv.includes('--oracles'))
  step('oracles', oracles, [], hashOf(['test/oracles/package-lock.json'], `${process.platform} ${process.arch} ${major}`), () => {
    console.error('Installing what the tests compare with …');
    npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], 'test/oracles');
  });
step('build', built, ['dist/cli/main.js'], stampOf(['src', 'rules', 'fixtures', 'scripts/build.mjs', 'package-lock.json']), () => {
  console.error('Building …');
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: ['ignore', 2, 2] });
});

/** Runs `work` unless the stamp file says that it was done for this state, and what it made is there. */
function step(name, file, made, state, work) {
  const isDone = existsSync(file) && readFileSync(file, 'utf8') === state;
  if (isDone && made.every((path) => existsSync(join(root, path)))) return;
  if (isDryRun) return console.log(name);
  try {
    work();
  } catch (error) {
    console.error(`dropgate: set-up failed: ${error.message}`);
    process.exit(2);
  }
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, state);
}

function npm(args, folder = '.') {
  // Started through npm (`npm start`), its own program is known; else the one on the path.
  const program = process.env.npm_execpath;
  const viaNode = program?.endsWith('.js') && existsSync(program);
  const [command, first] = viaNode ? [process.execPath, [program]] : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  execFileSync(command, [...first, ...args], {
    cwd: join(root, folder),
    stdio: ['ignore', 2, 2],
    shell: !viaNode && process.platform === 'win32',
  });
}

function hashOf(files, salt) {
  const hash = createHash('sha256').update(salt);
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Names, sizes and times of every file below the given paths. */
function stampOf(paths) {
  const hash = createHash('sha256');
  const pending = paths.map((path) => join(root, path));
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const info = statSync(path, { throwIfNoEntry: false });
    if (info === undefined) continue;
    if (info.isDirectory())
      pending.push(
        ...readdirSync(path)
          .map((name) => join(path, name))
          .sort(),
      );
    else hash.update(`${path}\0${info.size}\0${info.mtimeMs}\n`);
  }
  return hash.digest('hex');
}
