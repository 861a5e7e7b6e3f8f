import { parse } from 'libpg-query';
import { expect, test } from 'vitest';
import { loadContractWriter } from '../../src/report/contract.ts';
import { removalReport, renderRemovalJson, renderRemovalMarkdown, type StaleFlag } from '../../src/report/removal.ts';
import type { SchemaObject } from '../../src/schema/types.ts';
import { flagState } from '../flags/states.ts';
import { hostile } from './example.ts';
import { withoutCode } from './markdown.ts';

const at = (file: string, line: number, endLine = line) => ({ file, line, column: 1, endLine, endColumn: 2 });

const state = flagState('new-email-column', {
  everyone: true,
  percentage: 100,
  by: 'user_id',
  fallback: false,
  since: '2026-01-01T00:00:00.000Z',
  sinceFrom: 'git',
  location: at('flags.yaml', 1),
});

const evaluation = {
  flag: state.key,
  sdk: 'featureflow-node-sdk',
  provider: 'featureflow',
  location: at('src/flags.ts', 5),
  context: { kind: 'opaque' },
  fallback: null,
} as const;

const stale: StaleFlag = {
  state,
  value: true,
  evaluations: [evaluation],
  branches: [{ guard: { flag: state.key, value: false, equal: true, evaluation }, location: at('src/users.ts', 14, 18) }],
  objects: [
    { kind: 'column', table: 'users', name: 'email' },
    { kind: 'trigger', table: 'users', name: 'sync_email' },
  ],
  unproven: [],
};

const facts = { head: 'worktree', now: '2026-01-20T00:00:00.000Z', soakDays: 14, flags: [stale] };

test('lists state, evaluations, branches, dead objects, the contract and the order of releases', async () => {
  expect(renderRemovalMarkdown(await removalReport(facts))).toMatchInlineSnapshot(`
    "# Flags to remove

    As of 2026-01-20T00:00:00.000Z; a flag is due when everybody has been served one value for 14 days.

    ## \`new-email-column\`

    - **State:** on for everybody (100 %) since 2026-01-01, from git (\`flags.yaml:1\`)
    - **Evaluated at:**
      - \`src/flags.ts:5\`
    - **Branches to delete:**
      - \`src/users.ts:14–18\`
    - **Objects that become dead:**
      - column \`users.email\`
      - trigger \`users.sync_email\`
    - **Not proven:**
      - the drop of trigger \`users.sync_email\` is to be written by hand

    The contract, for a later change:

    \`\`\`sql
    ALTER TABLE users DROP COLUMN email;
    \`\`\`

    Order of releases:

    1. Remove the flag \`new-email-column\` and its losing branches from the code; keep writing both sides.
    2. Once that is deployed, archive the flag \`new-email-column\`. In a next release, drop NOT NULL where a legacy column has it and no default, and end the legacy writes.
    3. In a later change of its own, run the contract migration.
    "
  `);
});

test('the JSON form holds the same', async () => {
  const report: unknown = JSON.parse(renderRemovalJson(await removalReport(facts)));
  expect(report).toMatchObject({
    version: 1,
    flags: [{ key: 'new-email-column', since: '2026-01-01T00:00:00.000Z', contract: ['ALTER TABLE users DROP COLUMN email;'] }],
  });
});

const objects: readonly SchemaObject[] = ['column', 'table', 'constraint', 'index', 'enum'].flatMap((kind) =>
  ['email', 'Order', 'select', 'a"b', 'two  spaces', 'x; DROP TABLE users; --'].map((name) => ({
    kind: kind as SchemaObject['kind'],
    table: kind === 'table' ? name : kind === 'column' || kind === 'constraint' ? 'Users' : null,
    name,
  })),
);

test.each(objects)('the contract for $kind $name is the one statement that drops it', async (object) => {
  const sql = (await loadContractWriter())(object) ?? '';
  const { stmts } = (await parse(sql)) as { stmts: unknown[] };
  expect(stmts).toHaveLength(1);
  expect(JSON.stringify(stmts)).toContain(JSON.stringify(object.name));
});

test('hostile keys stay text', async () => {
  for (const key of hostile) {
    const output = renderRemovalMarkdown(await removalReport({ ...facts, flags: [{ ...stale, state: { ...state, key } }] }));
    expect(withoutCode(output)).not.toMatch(/^::|<|@\w|(?<!\\)\[/m);
    expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  }
});
