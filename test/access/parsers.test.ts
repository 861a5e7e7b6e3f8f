/** oxc-parser and @typescript-eslint/parser give the same tree dialect: whichever reads the code, the facts are the same. */
import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../src/config/load.ts';
import { memoryTree } from '../../src/discover/memory-tree.ts';
import { SOURCE } from '../../src/discover/words.ts';
import { readHistories } from '../../src/extract/history.ts';
import { parseWithFallback } from '../../src/parse/typescript.ts';
import { loadRules } from '../../src/rules.ts';
import { loadEngine, loadParsers } from '../../src/schema/engines.ts';
import { casesOf, type Files } from '../fixtures.ts';
import { type Comparison, compareParsers, type Parse } from './parser-facts.ts';

const parsers = await loadParsers(['postgres', 'mysql']);
const cases = (await loadRules()).flatMap((rule) => casesOf(rule.id));
const counted = new Map<string, number>();

async function compare(files: Files, other?: Parse): Promise<Comparison> {
  const tree = memoryTree('head', files);
  const histories = await readHistories(null, tree, defaultConfig, loadEngine);
  const databases = histories.map((h) => ({ id: h.id, dialect: h.dialect, ...h.head }));
  const sources = { tree, databases, config: defaultConfig, parsers, isIgnored: () => false, hasFlags: true };
  const found = await compareParsers(sources, [...files.keys()].filter((file) => SOURCE.test(file)).sort(), true, other);
  for (const [kind, count] of found.facts) counted.set(kind, (counted.get(kind) ?? 0) + count);
  return found;
}

describe('facts of both parsers', () => {
  test.each(cases.map((one) => [`${one.rule}/${one.name}`, one] as const))('%s', async (_, { scene }) => {
    for (const files of [scene.base, scene.deployed, scene.head]) {
      if (!files) continue;
      const { differences, unread } = await compare(files);
      expect(differences).toEqual([]);
      expect(unread.filter((line) => !/\.jsx?:/.test(line))).toEqual([]);
    }
  });

  test('a parser that reads something else is found out', async () => {
    const files = new Map([
      ['migrations/1.sql', 'CREATE TABLE users (id text PRIMARY KEY, name text, email text);'],
      ['src/a.ts', "import { Pool } from 'pg';\nnew Pool().query('SELECT email FROM users');\n"],
    ]);
    expect((await compare(files)).differences).toEqual([]);
    const { differences } = await compare(files, (path, text) => parseWithFallback(path, text.replace('email', 'name ')));
    expect(differences.map((line) => line.slice(0, 24)).sort()).toEqual(['only oxc: access {"datab', 'only typescript-eslint: ']);
  });

  test('there are facts of every kind to compare', () => {
    expect([...counted.keys()].sort()).toEqual(['access', 'branch', 'evaluation', 'guard', 'model', 'row write', 'unresolved']);
    expect(counted.get('access')).toBeGreaterThan(500);
  });
});
