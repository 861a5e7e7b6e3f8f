/** The contract and the end of a legacy write, as they are told: everything that is known is said, nothing of a repository is obeyed. */
import { expect, test } from 'vitest';
import { type ContractAnswer, contractText, type EndOfWriteAnswer, endOfWriteText } from '../../src/report/contract.ts';

const evil = '\u001b[2J';
const email = { kind: 'column', table: 'users', name: `email${evil}` } as const;
const at = { file: `src/${evil}.ts`, line: 3, column: 5, endLine: 3, endColumn: 9 };

const contract: ContractAnswer = {
  objects: [email],
  files: [{ path: `migrations/5${evil}.sql`, text: `-- Contract${evil}\r\n\r\n\tALTER TABLE users DROP COLUMN email;\r\n` }],
  notes: [`Run ${evil}`],
  verification: [
    { title: `Views${evil}`, expect: 'no row', needs: null, sql: 'SELECT 1\nFROM v;' },
    { title: 'Statements', expect: 'no row', needs: 'the extension x', sql: 'SELECT 2;' },
  ],
  order: [
    { kind: 'remove-flag', text: 'Remove it', statements: [], places: [at], state: 'done' },
    { kind: 'contract', text: `Drop ${evil}`, statements: [`ALTER ${evil}`], places: [at], state: 'next' },
  ],
  refusals: [],
};

const refusal = {
  code: 'in-use',
  object: email,
  text: `code reads \`email${evil}\``,
  witnesses: [{ revision: 'base', file: at.file, line: 3, column: 5, note: `SQL SELECT${evil}` }],
  next: `Remove it${evil}`,
} as const;

test('the contract: its files, what else to do, the queries, the order', () => {
  expect(contractText(contract, false)).toMatchInlineSnapshot(`
    "To be written with --write, for a change of its own: the contract that drops users.email\\x1b[2J.

    migrations/5\\x1b[2J.sql
      -- Contract\\x1b[2J

      	ALTER TABLE users DROP COLUMN email;

    Besides:
      Run \\x1b[2J.

    Before it runs, ask the production database who is left:

    -- Views\\x1b[2J; expected: no row
    SELECT 1
    FROM v;

    -- Statements; expected: no row; needs the extension x
    SELECT 2;

    Order of releases:
      done     Remove it
      next     Drop \\x1b[2J
                 ALTER \\x1b[2J
                 src/\\x1b[2J.ts:3
    "
  `);
  expect(contractText(contract, true)).toMatch(/^Written, for a change of its own: the contract that drops users\.email/);
});

test('a refusal: who, where, what next; no file is shown', () => {
  expect(contractText({ ...contract, files: [], refusals: [refusal, { ...refusal, witnesses: [] }] }, false)).toMatchInlineSnapshot(`
    "Refused: users.email\\x1b[2J cannot be dropped yet. Nothing is written.

    in-use: code reads \`email\\x1b[2J\`.
      src/\\x1b[2J.ts:3:5  SQL SELECT\\x1b[2J (base)
      Next: Remove it\\x1b[2J

    in-use: code reads \`email\\x1b[2J\`.
      Next: Remove it\\x1b[2J

    Order of releases:
      done     Remove it
      next     Drop \\x1b[2J
                 ALTER \\x1b[2J
                 src/\\x1b[2J.ts:3
    "
  `);
  expect(contractText({ ...contract, objects: [], order: [], files: [], refusals: [refusal] }, false)).toMatch(
    /^Refused: what the flag leaves behind cannot be dropped yet\./,
  );
});

const ended: EndOfWriteAnswer = {
  objects: [email],
  changes: [{ file: 'a.ts', before: 'a\nb\n', after: 'a\n' }],
  rewritten: [at],
  left: [{ key: `k${evil}`, location: at, reason: `a spread${evil}` }],
  notes: ['Take it out of the schema'],
  refusals: [],
};

test('the end of a write: what went, what is left and why', () => {
  expect(endOfWriteText(ended, false)).toMatchInlineSnapshot(`
    "users.email\\x1b[2J: 1 write taken out.
    Would change 1 file: 1 line removed, 0 added.

    Left:
      src/\\x1b[2J.ts:3  k\\x1b[2J: a spread\\x1b[2J

    Besides:
      Take it out of the schema.

    Apply it: the same command with --write.
    "
  `);
  expect(endOfWriteText({ ...ended, changes: [], rewritten: [], left: [], notes: [] }, true)).toBe(
    'users.email\\x1b[2J: no write was taken out.\nNothing to change.\n',
  );
  expect(endOfWriteText({ ...ended, refusals: [refusal] }, false)).toMatch(
    /^Refused: the legacy write of users\.email\\x1b\[2J cannot end yet\. Nothing is changed\.\n\nin-use: /,
  );
});

test('nothing of a repository reaches the terminal as it is', () => {
  const texts = [
    contractText(contract, true),
    contractText({ ...contract, refusals: [refusal] }, false),
    endOfWriteText(ended, false),
    endOfWriteText({ ...ended, refusals: [refusal] }, false),
  ];
  for (const text of texts) expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
});
