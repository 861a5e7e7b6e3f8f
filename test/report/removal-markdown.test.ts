/** The removal report as the body of a pull request: the short of it first, the rest folded, nothing of it but text. */
import { describe, expect, test } from 'vitest';
import { renderRemovalMarkdown } from '../../src/report/removal-markdown.ts';
import type { RemovalReport, SchemaPlan } from '../../src/report/removal-model.ts';
import { flagState } from '../flags/states.ts';
import { hostile } from './example.ts';
import { withoutCode } from './markdown.ts';
import { at, branchAt, emailOrphan, evaluationAt, flagOf, reportOn, state } from './removal-facts.ts';

const plan: SchemaPlan = {
  contract: [{ object: emailOrphan.object, sql: 'ALTER TABLE users DROP COLUMN email;', undo: null, takes: [] }],
  byHand: [],
  verification: [
    { title: 'Statements that name `users.email`', expect: 'no row', needs: 'the extension pg_stat_statements', sql: 'SELECT 1;' },
  ],
  releases: [
    {
      kind: 'remove-flag',
      text: `Remove the flag \`${state.key}\` and the legacy read from the code`,
      statements: [],
      places: [],
      state: 'next',
    },
    { kind: 'contract', text: 'In a change of its own, drop `users.email`', statements: [], places: [], state: 'later' },
  ],
};

test('the short of it, a table, and each flag folded away', () => {
  const flag = flagOf(state, { orphans: [emailOrphan], evaluations: [evaluationAt(state.key, 5, false)] });
  expect(renderRemovalMarkdown(reportOn([flag], { plans: new Map([[state.key, plan]]) }))).toMatchInlineSnapshot(`
    "# Flags to remove

    **1 flag can go today.** With it go 5 lines of losing branches in 2 files and, in a later change, 1 database object.

    **Begin with \`new-email-column\`.** On for everybody since 2026-01-01, from git. It takes 5 lines in 2 files, then \`users.email\`.

    \`\`\`sh
    npx dropgate remove new-email-column
    \`\`\`

    As of 2026-01-30, with a soak of 14 days. No other flag is evaluated.

    | flag | kind | everybody gets | for | lines | then these objects |
    |---|---|---|--:|--:|---|
    | \`new-email-column\` | **stale** | on | 29 d | 5 | \`users.email\` |

    <details><summary><code>new-email-column</code> · stale, on for everybody since 2026-01-01, from git</summary>

    - **State:** on for everybody since 2026-01-01, from git (\`flags.yaml:1\`)
    - **Evaluated at:**
      - \`src/flags.ts:5\`
    - **Branches to delete:**
      - \`src/users.ts:14–18\` (runs when the flag is off)
    - **Goes:** 5 lines of losing branches in 2 files
    - **Objects that become dead:**
      - column \`users.email\`
    - **Mind:**
      - the default at src/flags.ts:5 is the other value: archive the flag only after its code is gone

    | stage | | when | |
    |---|---|---|---|
    | Ramp | done | 2025-11-01 to 2026-01-01 | everybody is served one value |
    | Hold | done | 2026-01-01 to 2026-01-15 | held for 29 days, 14 are asked for |
    | Clean up | **now** | since 2026-01-15 | 1 branch, 5 lines |
    | Contract | ahead |  | drop \`users.email\` in a later change |

    The contract, for a later change:

    \`\`\`sql
    ALTER TABLE users DROP COLUMN email;
    \`\`\`

    Before it, these show whether anyone is left:

    \`\`\`sql
    -- Statements that name \`users.email\`: no row; needs the extension pg_stat_statements
    SELECT 1;
    \`\`\`

    Order of releases:

    1. Remove the flag \`new-email-column\` and the legacy read from the code **(next)**
    2. In a change of its own, drop \`users.email\`

    </details>
    "
  `);
});

test('nothing due is said, with what was looked at', () => {
  expect(renderRemovalMarkdown(reportOn([flagOf(null)]))).toMatchInlineSnapshot(`
    "# Flags to remove

    **Nothing to remove.** No flag has served everybody one value for 14 days, and none is dead.

    As of 2026-01-30, with a soak of 14 days. 1 flag is not due, as no state is known.
    "
  `);
});

test('what to do first where nothing can go: a decision, a contract, what holds a flag up', () => {
  const archived = flagOf(flagState('old', { archived: true }));
  const child = flagState('child', { percentage: 30 });
  const blocked = flagOf({ ...state, neededBy: ['child'] }, { others: [child] });
  const first = (report: RemovalReport) => /^\*\*Begin with .*$/m.exec(renderRemovalMarkdown(report))?.[0];
  expect(first(reportOn([archived, blocked]))).toBe(
    '**Begin with `old`.** Archived. Say which value stays, with `--value` of `dropgate remove`.',
  );
  expect(first(reportOn([blocked]))).toBe(
    '**Begin with `new-email-column`.** On for everybody since 2026-01-01, from git. What holds it up: `child` rests on it.',
  );
  const { object } = emailOrphan;
  const legacy = {
    object,
    replacedBy: { kind: 'column', table: 'user_emails', name: 'address' },
    read: at('a.ts', 1),
    made: at('1.sql', 1),
    ...plan,
    timeline: [],
    unproven: [],
  } as const;
  expect(first({ ...reportOn([blocked]), objects: [legacy] })).toBe(
    '**Begin with `users.email`.** Nothing uses it any more; `user_emails.address` took its place. Its contract is due, in a change of its own.',
  );
});

test('it fits into a pull request, and says what did not', () => {
  const flags = Array.from({ length: 500 }, (_, i) => flagOf({ ...state, key: `flag-${i}` }));
  const text = renderRemovalMarkdown(reportOn(flags));
  expect(text.length).toBeLessThan(65_536);
  expect(text).toMatch(/… and \d+ more: `dropgate report --format html=report\.html` shows all\./);
  expect(text.split('<details>')).toHaveLength(text.split('</details>').length);
});

describe('names from the repository', () => {
  /** Lines outside code fences and code spans; those within our own tags, where Markdown is not read. */
  const parts = (text: string): readonly [string, string] => {
    const lines = text.replaceAll(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, '').split('\n');
    const isTag = (line: string): boolean => /^<\/?details>/.test(line);
    return [withoutCode(lines.filter((line) => !isTag(line)).join('\n')), lines.filter(isTag).join('\n')];
  };

  test.each(hostile.map((key) => [key]))('%j stay text', (key) => {
    const own = { ...state, key, provider: key, location: at(key, 1), environments: [] };
    const flag = flagOf(own, {
      branches: [{ ...branchAt(key, false, 3), location: at(key, 3) }],
      orphans: [{ object: { kind: 'column', table: key, name: key }, writes: [] }],
    });
    const text = renderRemovalMarkdown(reportOn([flag], { plans: new Map([[key, plan]]) }));
    const [prose, tags] = parts(text);
    expect(prose).not.toMatch(/^::|<|@\w|(?<!\\)\[|#\d|:\/\//m);
    expect(
      tags.replace('<details><summary><code>', '').replace('</code> · ', '').replace('</summary>', '').replace('</details>', ''),
    ).not.toMatch(/[<>]|@\w|#\d|:\/\//);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(text.match(/^<details>/gm)).toHaveLength(1);
    expect(text.match(/^<\/details>$/gm)).toHaveLength(1);
    const rows = text.split('\n').filter((line) => line.startsWith('| `') || line.startsWith('| ``'));
    for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(8);
  });
});
