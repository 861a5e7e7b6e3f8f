/** The arrows of the design: who may import whom. Type-only imports are free where they carry facts. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** From the ground up: a folder (or file) of src imports its own floor and those below. */
const floors: readonly (readonly string[])[] = [
  ['parse', 'discover', 'config'],
  ['schema', 'code'],
  ['migrations', 'access', 'flags'],
  ['extract', 'link'],
  ['rules', 'rule.ts', 'report', 'remove'],
  ['run.ts', 'fix.ts', 'remove.ts', 'removal.ts', 'schema-removal.ts', 'why.ts', 'inventory.ts', 'pull.ts', 'rules.ts'],
  ['cli', 'index.ts', 'eslint'],
];

/** What a rule may see: facts and wording, never a syntax tree, a file or a parser. */
const seenByRules = /^src\/(?:rule\.ts|link\/|report\/|(?:schema|flags|access|config|migrations)\/types\.ts|parse\/span\.ts)/;

const heavy = [
  'flow-remove-types',
  'oxc-parser',
  'libpg-query',
  'ts-morph',
  '@ts-morph/common',
  '@typescript-eslint/parser',
  '@typescript-eslint/scope-manager',
  'pgsql-ast-parser',
  'antlr4ng',
  'dt-sql-parser/dist/lib/mysql/MySqlLexer.js',
  'dt-sql-parser/dist/lib/mysql/MySqlParser.js',
];

/** Folders that are loaded as a whole, late: within them heavy packages may be imported. */
const lateFolders = ['src/remove/code/'];

interface Import {
  readonly from: string;
  readonly target: string;
  readonly isType: boolean;
  readonly isDynamic: boolean;
}

const files = ['src', 'rules'].flatMap(filesIn);
const imports = files.flatMap(importsOf);
const own = imports.filter(({ target }) => files.includes(target));

function filesIn(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

function importsOf(from: string): Import[] {
  const text = readFileSync(join(root, from), 'utf8');
  const found: Import[] = [];
  for (const [, keyword = '', names = '', target = ''] of text.matchAll(
    /^(import|export)\s+((?:type\s)?[^'"`;()]*?)\s*(?:from\s+)?'([^']+)'/gm,
  )) {
    if (keyword === 'export' && !/[{*]/.test(names)) continue;
    found.push({ from, target: resolved(from, target), isType: isTypeOnly(names), isDynamic: false });
  }
  for (const [before = '', target = ''] of text.matchAll(/(?:typeof )?\bimport\('([^']+)'\)/g)) {
    found.push({ from, target: resolved(from, target), isType: before.startsWith('typeof'), isDynamic: true });
  }
  return found;
}

function resolved(from: string, target: string): string {
  return target.startsWith('.') ? join(dirname(from), target).replaceAll('\\', '/') : target;
}

function isTypeOnly(names: string): boolean {
  if (/^type\s/.test(names)) return true;
  const inside = /^\{([^}]*)\}$/s.exec(names.trim())?.[1];
  return inside?.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type ')) ?? false;
}

/** The folder of src, or the file directly in it. */
function placeOf(file: string): string {
  const [top = '', second = ''] = file.split('/');
  return top === 'src' ? second : top;
}

const floorOf = (file: string): number => floors.findIndex((names) => names.includes(placeOf(file)));

test('every file stands on a floor', () => {
  expect(files.filter((file) => floorOf(file) < 0)).toEqual([]);
});

test('no arrow points up', () => {
  const up = own.filter(({ from, target, isType }) => !isType && floorOf(target) > floorOf(from));
  expect(up.map(({ from, target }) => `${from} → ${target}`)).toEqual([]);
});

test('no circles between folders', () => {
  const next = new Map<string, Set<string>>();
  for (const { from, target, isType, isDynamic } of own) {
    const [one, other] = [placeOf(from), placeOf(target)];
    if (!isType && !isDynamic && one !== other) next.set(one, (next.get(one) ?? new Set()).add(other));
  }
  expect([...next.keys()].filter((place) => reaches(place, place, next))).toEqual([]);
});

/** Whether one or more steps lead from `start` to `goal`. */
function reaches(start: string, goal: string, next: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const seen = new Set<string>();
  const pending = [...(next.get(start) ?? [])];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    if (place === goal) return true;
    if (seen.has(place)) continue;
    seen.add(place);
    pending.push(...(next.get(place) ?? []));
  }
  return false;
}

describe('rules', () => {
  const ofRules = imports.filter(({ from }) => from.startsWith('rules/'));

  test('see facts only', () => {
    expect(ofRules.filter(({ target }) => !seenByRules.test(target)).map(({ from, target }) => `${from} → ${target}`)).toEqual([]);
  });

  test('are named nowhere: a new one is one file', () => {
    expect(own.filter(({ from, target }) => target.startsWith('rules/') && !from.startsWith('rules/'))).toEqual([]);
  });
});

test('formats are named nowhere but by each other', () => {
  const named = own.filter(({ from, target }) => target.startsWith('src/report/format/') && !from.startsWith('src/report/format/'));
  expect(named).toEqual([]);
});

test('the library writes nothing and ends nothing: only the command line does', () => {
  const loud = files.filter(
    (file) => !file.startsWith('src/cli/') && /\bprocess\.(?:exit\(|exitCode =|stdout\.|stderr\.)|\bconsole\.\w+\(/.test(codeOf(file)),
  );
  expect(loud).toEqual([]);
});

/** Without comments. */
function codeOf(file: string): string {
  return readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}

test('heavy packages load only when they are used', () => {
  const eager = imports.filter(({ isType, isDynamic }) => !isType && !isDynamic);
  const within = (file: string): boolean => lateFolders.some((folder) => file.startsWith(folder));
  const early = eager.filter(({ from, target }) => !within(from) && (heavy.includes(target) || within(target)));
  expect(early.map(({ from, target }) => `${from} → ${target}`)).toEqual([]);
});

test('no file is longer than 350 lines', () => {
  const long = files
    .map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n').length - 1] as const)
    .filter(([, lines]) => lines > 350);
  expect(long).toEqual([]);
});
