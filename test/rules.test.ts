/**
 * Every rule against its fixtures: what is found and where, that it is said well, and that nothing that does not matter
 * (line endings, comments, names, other files) changes it. UPDATE=1 writes expected.txt anew.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Evidence, Finding, Report } from '../src/report/finding.ts';
import { subjectName } from '../src/report/finish.ts';
import pretty from '../src/report/format/pretty.ts';
import { loadRules } from '../src/rules.ts';
import { sandbox } from './discover/repository.ts';
import { type Case, casesOf, type Files, fixturesFolder, mapFiles, reportOn, type Scene } from './fixtures.ts';
import { plainEnvironment } from './repository.ts';

const rules = await loadRules();
const cases = rules.flatMap((rule) => casesOf(rule.id));
const severityOf = new Map(rules.map((rule) => [rule.id, rule.severity]));

/** What a finding says, whatever the text around it. */
const essence = ({ rule, severity, confidence, file, subject }: Finding) => ({ rule, severity, confidence, file, subject });
/** All of it but the fingerprint, in an order that names have no part in. */
const whole = (findings: readonly Finding[]) =>
  findings.map(({ fingerprint: _, ...rest }) => rest).sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

test('folders of fixtures are rules', () => {
  const others = ['examples', 'hostile', 'removals', 'situations'];
  const known = new Set([...rules.map((rule) => rule.id), ...others]);
  expect(readdirSync(fixturesFolder).filter((name) => !known.has(name))).toEqual([]);
});

describe.each(rules.map((rule) => rule.id))('%s', (rule) => {
  const own = cases.filter((one) => one.rule === rule);
  const named = (prefix: string): Case[] => own.filter((one) => one.name.startsWith(prefix));

  test('has a bad case, two good ones, and one whose output is written down', () => {
    expect(named('bad-').length).toBeGreaterThanOrEqual(1);
    expect(named('good-').length).toBeGreaterThanOrEqual(2);
    expect(own.filter((one) => existsSync(join(one.folder, 'expected.txt')))).toHaveLength(1);
  });

  test('cases are named by what they show', () => {
    const marked = (one: Case): boolean => one.markers.some((marker) => marker.rule === rule);
    expect(
      named('bad-')
        .filter((one) => !marked(one))
        .map((one) => one.name),
    ).toEqual([]);
    expect(
      named('good-')
        .filter(marked)
        .map((one) => one.name),
    ).toEqual([]);
  });

  describe.each(own.map((one) => [one.name, one] as const))('%s', (_, one) => {
    let report: Report;
    let findings: readonly Finding[];
    beforeAll(async () => {
      report = await reportOn(one.scene);
      findings = report.findings;
    });

    test(one.title, () => {
      const shown = (rule: string, severity: string, file: string, line: number): string => `${file}:${line} ${rule}:${severity}`;
      const expected = one.markers.map((m) =>
        shown(m.rule, m.severity ?? severityOf.get(m.rule) ?? `${m.rule} is no rule`, m.file, m.line),
      );
      expect(findings.map((f) => shown(f.rule, f.severity, f.file, f.line)).sort()).toEqual(expected.sort());
    });

    if (existsSync(join(one.folder, 'expected.txt')))
      test('output', () => {
        const path = join(one.folder, 'expected.txt');
        const output = pretty.render(report, { color: false, token: '' });
        if (process.env.UPDATE) writeFileSync(path, output);
        expect(output).toBe(readFileSync(path, 'utf8'));
      });

    test('is said well, with evidence that is there', () => {
      expect(findings.flatMap((finding) => faultsOf(finding, one.scene))).toEqual([]);
    });

    test('the text around it does not matter', async () => {
      for (const [name, change] of neutralEdits) {
        expect(whole((await reportOn(mapFiles(one.scene, change))).findings), name).toEqual(whole(findings));
      }
    });

    test('comments do not matter', async () => {
      const commented = await reportOn(mapFiles(one.scene, (path, text) => [path, withComments(path, text)]));
      expect(commented.findings.map(essence)).toEqual(findings.map(essence));
    });

    test('order, repetition and other files do not matter', async () => {
      expect((await reportOn(one.scene)).findings).toEqual(findings);
      expect((await reportOn(reversed(one.scene))).findings).toEqual(findings);
      expect((await reportOn(withStranger(one.scene))).findings).toEqual(findings);
    });

    test('names do not matter', async () => {
      for (const name of namesIn(findings)) {
        const other = renamed(name);
        const swap = (text: string): string => text.replaceAll(wordOf(name), other).replaceAll(wordOf(camelOf(name)), camelOf(other));
        const found = (await reportOn(mapFiles(one.scene, (path, text) => [swap(path), isManifest(path) ? text : swap(text)]))).findings;
        expect(whole(found), `${name} → ${other}`).toEqual(whole(JSON.parse(swap(JSON.stringify(findings)))));
      }
    });
  });
});

test('a guard around a read removes its finding and no other', async () => {
  const open = casesOf('unflagged-read').find((one) => one.name === 'bad-two-new-columns');
  if (!open) throw new Error('the case with two reads is gone');
  const read = "return pool.query('SELECT verified_at FROM users WHERE id = $1', [id]);";
  const guarded = mapFiles(open.scene, (path, text) => [
    path,
    text
      .replace(read, `if (readsNewEmail(id)) ${read}\n  return null;`)
      .replace(/^(?=import { pool })/, "import { readsNewEmail } from './flags.js';\n"),
  ]);
  const names = async (scene: Scene) => (await reportOn(scene)).findings.map((finding) => subjectName(finding.subject));
  expect(await names(open.scene)).toEqual(['users.verified_at', 'users.locale']);
  expect(await names(guarded)).toEqual(['users.locale']);
});

test('two commits and the built command line say the same as memory', async () => {
  const one = casesOf('coupled-drop').find((each) => each.name === 'bad-own-helper-with-own-placeholders');
  if (!one?.scene.base) throw new Error('the case is gone');
  const repository = sandbox();
  try {
    const root = fileURLToPath(new URL('..', import.meta.url));
    if (!existsSync(join(root, 'dist/cli/main.js'))) execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root });
    const gone = [...one.scene.base.keys()].filter((path) => !one.scene.head.has(path));
    const base = repository.commit('base', Object.fromEntries(one.scene.base));
    const head = repository.commit('head', {
      ...Object.fromEntries(gone.map((path) => [path, null])),
      ...Object.fromEntries(one.scene.head),
    });
    const args = ['check', '--base', base, '--head', head, '--now', one.scene.now.toISOString(), '--format', 'json', '--exit-zero'];
    const output = execFileSync(process.execPath, [join(root, 'bin/dropgate.js'), ...args], {
      cwd: repository.dir,
      encoding: 'utf8',
      env: plainEnvironment(),
    });
    expect(JSON.parse(output).findings).toEqual((await reportOn(one.scene)).findings);
  } finally {
    repository.remove();
  }
}, 60_000);

const neutralEdits: readonly (readonly [string, (path: string, text: string) => readonly [string, string]])[] = [
  ['CRLF', (path, text) => [path, text.replaceAll('\n', '\r\n')]],
  ['byte order mark', (path, text) => [path, `\uFEFF${text}`]],
  ['blank lines at the end', (path, text) => [path, `${text}\n\n  \n`]],
];

/** Comments that look like uses, before every statement. */
function withComments(path: string, text: string): string {
  const comment = 'SELECT email, image_url FROM users; ALTER TABLE users DROP COLUMN email; it\'s "quoted';
  const lines = text.split('\n');
  if (path.endsWith('.sql'))
    return lines.flatMap((line, i) => (i === 0 || /;\s*$/.test(lines[i - 1] ?? '') ? [`-- ${comment}`, line] : [line])).join('\n');
  if (/\.[jt]sx?$/.test(path))
    return lines
      .flatMap((line) => (/^(?:import|export|const|async|function|class) /.test(line) ? [`// ${comment}`, line] : [line]))
      .join('\n');
  if (path.endsWith('.yaml')) return lines.flatMap((line) => (/^\S/.test(line) ? [`# ${comment}`, line] : [line])).join('\n');
  if (path.endsWith('.prisma')) return lines.flatMap((line) => (/^\w/.test(line) ? [`// ${comment}`, line] : [line])).join('\n');
  return text;
}

function reversed(scene: Scene): Scene {
  const turn = (files: Files): Files => new Map([...files].reverse());
  return { ...scene, base: scene.base && turn(scene.base), deployed: scene.deployed && turn(scene.deployed), head: turn(scene.head) };
}

/** A change that also adds a file of code, a page of prose and a picture, none of which has to do with it. */
function withStranger(scene: Scene): Scene {
  const strangers: [string, string][] = [
    [
      'src/stranger.ts',
      "import { readFile } from 'node:fs/promises';\n\nexport const greeting = (who: string): string => 'hello ' + who;\nexport const load = () => readFile('select.txt');\n",
    ],
    ['docs/stranger.md', 'Prose may say `SELECT email FROM users`.\n'],
    ['assets/stranger.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>\n'],
  ];
  return { ...scene, head: new Map([...scene.head, ...strangers]) };
}

/** Names of tables, columns and flags, as far as a text can be searched for them. */
function namesIn(findings: readonly Finding[]): string[] {
  const names = findings.flatMap(({ subject, evidence }) => [
    ...(subject.kind === 'flag'
      ? [subject.key]
      : subject.kind === 'column'
        ? [subject.name, subject.table ?? '']
        : subject.kind === 'table'
          ? [subject.name]
          : []),
    ...evidence.flatMap((one) => one.flag ?? []),
  ]);
  return [...new Set(names)].filter((name) => /^\w{3,}(?:-\w+)*$/.test(name) && !ordinary.has(name));
}

/** Words that mean something else in the same files. */
const ordinary = new Set(['name', 'text', 'Team', 'User']);
const wordOf = (name: string): RegExp => new RegExp(`(?<![\\w-])${name}(?![\\w-])`, 'g');
/** As long as before, so that columns stay. */
const renamed = (name: string): string => name.slice(0, -1) + (name.endsWith('q') ? 'z' : 'q');
/** As naming plugins spell it in code. */
const camelOf = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const isManifest = (path: string): boolean => /package\.json$/.test(path);

/** What is wrong with how a finding is put. */
function faultsOf(finding: Finding, scene: Scene): string[] {
  const { message, help, evidence, rule, file, line } = finding;
  const faults: string[] = [];
  const check = (isFine: boolean, fault: string): void => {
    if (!isFine) faults.push(`${rule} at ${file}:${line}: ${fault}: ${message} | ${help}`);
  };
  check(/^(?:`|[A-Z]).+ — .+\.$/s.test(message), 'a message is `what — why.`');
  check(/^[A-Z].*\.$/s.test(help), 'help is a sentence');
  check(message.length + help.length <= 4096, 'too long');
  check(
    !/\bundefined\b|\bnull\b|NaN|\[object|\$\{|TODO|\{\{|\b[Pp]lease\b|\bpossible\b| {2}/.test(message + help),
    'a placeholder or a filler',
  );
  check(evidence.length > 0, 'no evidence');
  check(hasLine(scene.head, file, line), 'the finding stands nowhere');
  for (const one of evidence) check(isThere(one, scene), `evidence that is not there: ${one.revision} ${one.file}:${one.line}`);
  return faults;
}

const hasLine = (files: Files | null, file: string, line: number): boolean =>
  line >= 1 && line <= (files?.get(file)?.split('\n').length ?? 0);

function isThere({ revision, file, line, column }: Evidence, { base, deployed, head }: Scene): boolean {
  const trees = revision === 'head' ? [head] : [base ?? head, deployed];
  return (
    column >= 1 && trees.some((files) => hasLine(files, file, line) && column <= (files?.get(file)?.split('\n')[line - 1]?.length ?? 0) + 1)
  );
}
