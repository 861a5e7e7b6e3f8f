import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markdownCode, markdownText, redact, visible } from '../../src/report/escape.ts';
import type { Draft } from '../../src/report/finish.ts';
import github from '../../src/report/format/github.ts';
import json from '../../src/report/format/json.ts';
import markdown from '../../src/report/format/markdown.ts';
import pretty from '../../src/report/format/pretty.ts';
import { formatNames, loadFormat } from '../../src/report/format.ts';
import { draft, hostile, plain, reportOf } from './example.ts';
import { withoutCode } from './markdown.ts';
import { obeyed } from './runner.ts';

const anyText = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 30 }));

/** A finding in which every text is the attacker's. */
const anyDraft: fc.Arbitrary<Draft> = fc
  .record({ text: anyText, name: anyText, file: anyText, severity: fc.constantFrom('error' as const, 'warning' as const, 'note' as const) })
  .map(({ text, name, file, severity }) => ({
    ...draft,
    severity,
    message: `\`${name}\` ${text}`,
    help: text,
    file,
    subject: { kind: 'column', table: name, name: text },
    evidence: [{ kind: 'read', revision: 'base', file, line: 1, column: 1, flag: name, note: text }],
  }));

const reportWith = (findings: readonly Draft[]) => reportOf(findings, { line: (_, file) => file });

/** Everything that a terminal would obey or hide. */
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200e\u200f]|\p{Surrogate}/u;

test('every file of the format folder is a format of that name', async () => {
  const names = await formatNames();
  expect(names).toEqual(['github', 'json', 'markdown', 'pretty']);
  for (const name of names) expect((await loadFormat(name))?.name).toBe(name);
  expect(await loadFormat('../finding')).toBeNull();
});

describe('pretty', () => {
  test('shows the message, the code frame, the evidence and what to do', () => {
    expect(pretty.render(reportOf([draft]), plain)).toMatchInlineSnapshot(`
      "error[coupled-drop]: \`users.email\` is dropped by this change while \`src/users.ts:14\` still reads it — old instances fail during the deploy.
        migrations/0042_drop_email.sql:3:1
          3 │ ALTER TABLE users DROP COLUMN email;
            │ ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
        src/users.ts:14:10  reads it at base, where \`new-email-column\` is off: pg query
        fix:  Remove the read in one release, ship this migration in a later one.   explain: dropgate explain coupled-drop

      1 error · checked 42 migrations, 99 statements, 7 source files, 3 accesses, 1 evaluation, 1 flag
      "
    `);
  });

  test('puts errors last', () => {
    const output = pretty.render(reportOf([draft, { ...draft, severity: 'note', rule: 'missing-backfill' }]), plain);
    expect(output.indexOf('note[')).toBeLessThan(output.indexOf('error['));
  });

  test('says so when nothing was checked', () => {
    const nothing = {
      suppressed: 0,
      migrations: 0,
      statements: 0,
      sourceFiles: 0,
      accesses: 0,
      evaluations: 0,
      flags: 0,
      unanalysed: 0,
      durationMs: 0,
    };
    expect(pretty.render(reportOf([], { counts: nothing }), plain)).toBe(
      'nothing to check · checked 0 migrations, 0 statements, 0 source files, 0 accesses, 0 evaluations, 0 flags\n',
    );
  });

  test('underlines what wide and escaped characters shift', () => {
    const line = "SELECT '漢\u202e', email;";
    const output = pretty.render(reportOf([{ ...draft, column: 14, endColumn: 19 }], { line: () => line }), plain).split('\n');
    expect(output.slice(2, 4)).toEqual(["    3 │ SELECT '漢\\u202e', email;", `      │ ${' '.repeat(19)}━━━━━`]);
  });

  test('lets nothing through that a terminal would obey', () => {
    fc.assert(
      fc.property(fc.array(anyDraft, { maxLength: 3 }), (drafts) => {
        expect(pretty.render(reportWith(drafts), plain)).not.toMatch(unsafe);
      }),
    );
  });

  test('colours with its own codes only', () => {
    const output = pretty.render(reportOf([draft]), { ...plain, color: true });
    expect(output.replaceAll(/\u001b\[[\d;]+m/g, '')).toBe(pretty.render(reportOf([draft]), plain));
  });
});

describe('json', () => {
  test('has the keys of the contract, in its order', () => {
    const text = json.render(reportOf([draft], { hints: ['a hint'] }), plain);
    const parsed: unknown = JSON.parse(text);
    expect(Object.keys(parsed as object)).toEqual(['version', 'tool', 'base', 'head', 'summary', 'findings']);
    expect(parsed).toMatchObject({
      version: 1,
      summary: { errors: 1 },
      findings: [{ rule: 'coupled-drop', subject: { kind: 'column', table: 'users', name: 'email' } }],
    });
    expect(text).not.toContain('hint');
  });

  test('is the same for every order of the findings', () => {
    fc.assert(
      fc.property(fc.array(anyDraft, { maxLength: 5 }), (drafts) => {
        expect(json.render(reportWith([...drafts].reverse()), plain)).toBe(json.render(reportWith(drafts), plain));
      }),
    );
  });

  test('numbers fingerprints that would be the same, and keeps them when lines move', () => {
    const [first, second] = reportOf([draft, { ...draft, line: 9, endLine: 9 }]).findings;
    const [moved] = reportOf([{ ...draft, line: 5, endLine: 5 }]).findings;
    expect(first?.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(second?.fingerprint).not.toBe(first?.fingerprint);
    expect(moved?.fingerprint).toBe(first?.fingerprint);
  });
});

describe('github', () => {
  test('the runner reads what was meant', () => {
    fc.assert(
      fc.property(fc.array(anyDraft, { maxLength: 4 }), (drafts) => {
        const commands = obeyed(github.render(reportWith(drafts), plain));
        expect(commands.map(({ name }) => name)).toEqual([
          ...(['error', 'warning', 'note'] as const).flatMap((severity) =>
            drafts.filter((one) => one.severity === severity).map(() => (severity === 'note' ? 'notice' : severity)),
          ),
          'stop-commands',
        ]);
        const meant = drafts.map(({ file }) => file.replaceAll('##[', '#\u200b#[')).sort();
        expect(
          commands
            .slice(0, -1)
            .map(({ properties }) => properties.get('file'))
            .sort(),
        ).toEqual(meant);
      }),
    );
  });

  test('keeps ten of a level, the last saying how many are left', () => {
    const drafts = Array.from({ length: 25 }, (_, index) => ({ ...draft, file: `m/${index}.sql` }));
    const commands = obeyed(github.render(reportWith(drafts), plain)).filter(({ name }) => name === 'error');
    expect(commands).toHaveLength(10);
    expect(commands.at(-1)?.data).toBe("and 16 more, see the step's log and summary");
  });

  test('gives columns for spans within one line only', () => {
    const [one, several] = [draft, { ...draft, file: 'z.sql', endLine: 5, endColumn: 2 }].map(
      (finding) => obeyed(github.render(reportWith([finding]), plain))[0]?.properties,
    );
    expect([one?.get('line'), one?.get('endLine'), one?.get('col'), one?.get('endColumn')]).toEqual(['3', '3', '1', '36']);
    expect([several?.get('line'), several?.get('endLine'), several?.has('col'), several?.has('endColumn')]).toEqual([
      '3',
      '5',
      false,
      false,
    ]);
  });

  test('cuts a message that GitHub would refuse', () => {
    const [command] = obeyed(github.render(reportWith([{ ...draft, message: '%'.repeat(10_000) }]), plain));
    expect(command?.data.length).toBeLessThanOrEqual(4_001);
  });
});

describe('markdown', () => {
  test('shows a table and the details', () => {
    expect(markdown.render(reportOf([draft]), plain)).toMatchInlineSnapshot(`
      "## Dropgate: 1 error

      Checked 42 migrations, 99 statements, 7 source files, 3 accesses, 1 evaluation, 1 flag.

      | | rule | object | where |
      |---|---|---|---|
      | error | \`coupled-drop\` | \`users.email\` | \`migrations/0042_drop_email.sql:3\` |

      **error** \`coupled-drop\` at \`migrations/0042_drop_email.sql:3\`: \`users.email\` is dropped by this change while \`src/users.ts:14\` still reads it — old instances fail during the deploy.

      Fix: Remove the read in one release, ship this migration in a later one.

      - \`src/users.ts:14\` reads it at base, where \`new-email-column\` is off: pg query
      "
    `);
  });

  test('no text becomes a mention, a link, an image, HTML or a table cell', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(withoutCode(markdownText(text))).not.toMatch(/@\w|(?<!\\)[[\]`|*]|<|>|:\/\/|\n/);
        const code = markdownCode(text);
        expect(code).not.toContain('\n');
        expect(code).not.toMatch(/(?<!\\)\|/);
        expect(withoutCode(code)).toBe('');
      }),
    );
  });

  test('stays below one MiB', () => {
    const drafts = Array.from({ length: 6_000 }, (_, index) => ({ ...draft, file: `${'m'.repeat(100)}/${index}.sql` }));
    const output = markdown.render(reportWith(drafts), plain);
    expect(Buffer.byteLength(output)).toBeLessThan(1_048_576);
    expect(output).toMatch(/… and \d+ more, see the log/);
  });
});

describe('secrets', () => {
  test('in an excerpt are hidden, at the same width', () => {
    const line = 'const url = "postgres://app:hunter2@db/x"; // ghp_abcdefghijklmnopqrstuvwxyz012345';
    expect(redact(line)).toBe(`const url = "postgres://app:*******@db/x"; // ${'*'.repeat(36)}`);
  });

  test('are looked for in linear time', () => {
    const started = performance.now();
    for (const text of ['a://'.repeat(250_000), 'a'.repeat(1_000_000), 'ghp_'.repeat(250_000), 'a:'.repeat(500_000)]) redact(text);
    visible('\u001b'.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
