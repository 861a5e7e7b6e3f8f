/** Reports made by hand, for tests of the formats. */

import type { Report } from '../../src/report/finding.ts';
import type { Draft, FinishInput } from '../../src/report/finish.ts';
import { finish } from '../../src/report/finish.ts';
import type { FormatContext } from '../../src/report/format.ts';

export const draft: Draft = {
  rule: 'coupled-drop',
  severity: 'error',
  confidence: 'high',
  stage: 'contract',
  message: '`users.email` is dropped by this change while `src/users.ts:14` still reads it — old instances fail during the deploy.',
  help: 'Remove the read in one release, ship this migration in a later one.',
  file: 'migrations/0042_drop_email.sql',
  line: 3,
  column: 1,
  endLine: 3,
  endColumn: 36,
  subject: { kind: 'column', table: 'users', name: 'email' },
  evidence: [
    {
      kind: 'read',
      revision: 'base',
      file: 'src/users.ts',
      line: 14,
      column: 10,
      flag: 'new-email-column',
      branch: 'off',
      note: 'pg query',
    },
  ],
};

const counts: FinishInput['counts'] = {
  suppressed: 0,
  migrations: 42,
  statements: 99,
  sourceFiles: 7,
  accesses: 3,
  evaluations: 1,
  flags: 1,
  unanalysed: 0,
  durationMs: 0,
};

export function reportOf(findings: readonly Draft[], changes: Partial<FinishInput> = {}): Report {
  return finish({
    base: 'b'.repeat(40),
    head: 'worktree',
    findings,
    counts,
    hints: [],
    line: (_, file, line) => (file.endsWith('.sql') && line === 3 ? 'ALTER TABLE users DROP COLUMN email;' : null),
    ...changes,
  });
}

export const plain: FormatContext = { color: false, token: 'token' };

/** Text that tries to be something else than text in every format. */
export const hostile = [
  'a\n::error file=x::pwn.sql',
  '\r::add-mask::a',
  '##[add-matcher]evil.json',
  'a:b,c%0A%3A',
  '\u001b]8;;http://x\u0007\u001b[2J',
  '\u009b31m',
  '\u202egpj.exe\u2066',
  '\u200b\ufeff',
  '@team ![x](http://x) </details><img src=x> <!-- dropgate -->',
  '``` a ` | b \\| c',
  '__proto__',
  '\ud800',
  '| --- | *b* _i_ #1 ~x~ https://example.com www.example.com',
] as const;
