/** What the README says is what happens: its commands run, its tables are complete, its flag file and config are read. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseJsonc } from '../src/config/jsonc.ts';
import { parseConfig } from '../src/config/load.ts';
import json from '../src/report/format/json.ts';
import { loadRules } from '../src/rules.ts';
import { draft, plain, reportOf } from './report/example.ts';
import { commitAll, git, plainEnvironment, removeTemporaryFolders, temporaryFolder, usersApp, write } from './repository.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const readme = textOf('README.md');

const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, body = '']) => body);

const commands = blocks(readme, 'sh').flatMap((block) => block.trim().split('\n'));

interface Manifest {
  readonly scripts: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

const manifest = JSON.parse(textOf('package.json')) as Manifest;

let project = '';

beforeAll(() => {
  project = temporaryFolder();
  git(project, 'init', '--quiet', '--initial-branch=main');
  write(project, { ...usersApp, 'flags.yaml': blocks(readme, 'yaml')[0] ?? '' });
  commitAll(project, 'start');
});

afterAll(removeTemporaryFolders);

describe('commands', () => {
  test.each(commands.filter((command) => command.startsWith('npx dropgate ')))('%s', (command) => {
    const args = command.split(' ').slice(2);
    const result = spawnSync(process.execPath, [join(root, 'bin/dropgate.js'), ...args], {
      cwd: project,
      encoding: 'utf8',
      env: plainEnvironment(),
    });
    expect(result.stderr).toBe('');
    expect(result.status).toBe(0);
    expect(result.stdout).not.toBe('');
  });

  test('of npm are scripts, and there are no others', () => {
    const others = commands.filter((command) => !command.startsWith('npx dropgate '));
    expect(others).toEqual(['npm start', 'npm test']);
    for (const command of others) expect(Object.hasOwn(manifest.scripts, command.replace('npm ', ''))).toBe(true);
  });
});

test('the flag file is YAML of the documented shape', () => {
  expect(parse(blocks(readme, 'yaml')[0] ?? '')).toMatchObject({ 'new-email-column': { rollout: { by: 'user_id', percentage: 25 } } });
});

test('the config is read', () => {
  expect(parseConfig('README.md', blocks(readme, 'json')[0] ?? '').soakDays).toBe(7);
});

test('the hook exists', () => {
  const [{ id }] = parse(textOf('.pre-commit-hooks.yaml')) as [{ id: string }];
  expect(readme).toContain(`- id: ${id}`);
});

/** What stands between two markers of a page must be `text`; with UPDATE=1 it becomes it. */
function expectWritten(page: string, marker: string, text: string): void {
  const whole = textOf(page);
  const [all = '', start = '', written = '', end = ''] =
    new RegExp(`(<!-- ${marker}: .* -->\\n)([\\s\\S]*?)(<!-- /${marker} -->)`).exec(whole) ?? [];
  expect(all).not.toBe('');
  if (process.env.UPDATE !== undefined)
    writeFileSync(
      join(root, page),
      whole.replace(all, () => `${start}${text}${end}`),
    );
  else expect(written).toBe(text);
}

test('the table of rules says what the rules say of themselves', async () => {
  const rows = (await loadRules()).map(({ id, stage, severity, summary }) => `| \`${id}\` | ${stage ?? '–'} | ${summary} | ${severity} |`);
  expectWritten('README.md', 'rules', ['| rule | stage | fires when | default |', '|---|---|---|---|', ...rows, ''].join('\n'));
});

test('the rule that CONTRIBUTING shows is a rule', () => {
  expectWritten('CONTRIBUTING.md', 'rule', `\`\`\`ts\n${textOf('rules/edited-migration.ts')}\`\`\`\n`);
});

test('every dependency is named with its reason', () => {
  const section = readme.slice(readme.indexOf('## Dependencies'));
  const named = [...section.matchAll(/^- ((?:`[^`]+`(?:, )?)+): \S/gm)].flatMap(([, names = '']) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  expect(named.sort()).toEqual(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).sort());
});

test('no link leads nowhere', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];
  const broken = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].flatMap(([, target = '']) =>
      existsSync(join(root, page, '..', target)) ? [] : [`${page}: ${target}`],
    ),
  );
  expect(broken).toEqual([]);
});

test('docs/json.md shows the keys that the format writes', () => {
  const [documented] = blocks(textOf('docs/json.md'), 'jsonc').map((block) => parseJsonc(block));
  expect(documented?.ok).toBe(true);
  const shown: unknown = documented?.ok === true ? documented.value : null;
  expect(keysOf(shown)).toEqual(keysOf(JSON.parse(json.render(reportOf([draft]), plain))));
});

function keysOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(keysOf);
  if (typeof value !== 'object' || value === null) return null;
  return Object.entries(value).map(([key, inside]) => [key, keysOf(inside)]);
}
