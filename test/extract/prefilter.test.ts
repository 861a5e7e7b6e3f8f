/** Speed comes from not parsing; truth must not suffer: whatever a file would say when read, its clues let it be read. */
import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../src/config/load.ts';
import { memoryTree } from '../../src/discover/memory-tree.ts';
import { isUse, saysGenerated } from '../../src/discover/roles.ts';
import { SOURCE } from '../../src/discover/words.ts';
import { cluesFor } from '../../src/extract/clues/clues.ts';
import { makeCodeReader } from '../../src/extract/code.ts';
import { editedNames } from '../../src/extract/edits.ts';
import { readHistories } from '../../src/extract/history.ts';
import { mappingsOf, withAliases } from '../../src/extract/mappings.ts';
import { clueMatcher } from '../../src/extract/matching.ts';
import { loadPostgres } from '../../src/parse/sql/postgres.ts';
import { loadRules } from '../../src/rules.ts';
import { loadEngine } from '../../src/schema/engines.ts';
import { casesOf, type Files } from '../fixtures.ts';

const postgres = await loadPostgres();
const cases = (await loadRules()).flatMap((rule) => casesOf(rule.id));

/** Columns that a file uses, though the clues for them say it cannot matter. */
async function hidden(files: Files): Promise<string[]> {
  const tree = memoryTree('head', files);
  const histories = await readHistories(null, tree, defaultConfig, loadEngine);
  const databases = histories.map((h) => ({ id: h.id, dialect: h.dialect, ...h.head }));
  const reader = await makeCodeReader({
    tree,
    databases,
    config: defaultConfig,
    parsers: new Map([['postgres', postgres]]),
    cache: new Map(),
    isIgnored: () => false,
    hasFlags: true,
  });
  const mappings = await mappingsOf(histories, 'head', reader);
  const missed: string[] = [];
  for (const [file, text] of files) {
    if (!SOURCE.test(file) || !isUse(file) || saysGenerated(text)) continue;
    for (const { database, table, column, columns, how } of (await reader.accesses([file], null)).accesses) {
      for (const name of columns ?? [column]) {
        const asked = [{ database, table, column: name, isNew: false }];
        const clues = cluesFor(asked, await withAliases(mappings, asked, reader));
        const isFound = (await reader.candidates(clues)).includes(file);
        if (!isFound) missed.push(`${file}: ${how} ${table}.${name}`);
      }
    }
  }
  return [...new Set(missed)];
}

describe('no use is hidden by the search for names', () => {
  test.each(cases.map((one) => [`${one.rule}/${one.name}`, one] as const))('%s', async (_, { scene }) => {
    expect([...(await hidden(scene.base ?? scene.head)), ...(await hidden(scene.head))]).toEqual([]);
  });
});

describe('which names an edit is about', () => {
  const names = new Set(['email', 'address', 'name']);
  const edited = (before: string, after: string, guards = false): string[] => [...editedNames(before, after, names, guards)].sort();

  test('none, where no name comes', () => {
    expect(edited("q('SELECT email')", "q('SELECT email');  log();")).toEqual([]);
  });

  test('every name of the file, where one comes', () => {
    expect(edited("q('SELECT name, email')", "q('SELECT name'); q('SELECT address'); return { email }")).toEqual([
      'address',
      'email',
      'name',
    ]);
  });

  test('every name of the file, where a guard may have gone', () => {
    expect(edited("if (isOn()) q('SELECT email')", "q('SELECT email')")).toEqual([]);
    expect(edited("if (isOn()) q('SELECT email')", "q('SELECT email')", true)).toEqual(['email']);
  });

  test('words that objects have by birth are words', () => {
    expect(edited('', 'constructor __proto__ toString address')).toEqual(['address']);
  });
});

test('unquoted names that SQL writes in capitals are found', () => {
  const asked = [{ database: 'db', table: 'users', column: 'email', isNew: false }];
  const matches = clueMatcher(cluesFor(asked, new Map()));
  expect(matches("pool.query('SELECT EMAIL FROM USERS')")).toBe(true);
  expect(matches("pool.query('SELECT id FROM teams')")).toBe(false);
});
