/** The command that a finding names, given to a real shell. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { removalCommand } from '../../src/report/words.ts';

/** What the command line gets of `dropgate remove …`. */
function argumentsOf(command: string): string[] {
  const script = `dropgate() { printf '%s\\0' "$@"; }\n${command}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test.each([
  ['new-email', 'dropgate remove new-email'],
  ['team/new.email:v2', 'dropgate remove team/new.email:v2'],
  ['new email', "dropgate remove 'new email'"],
  ["it's", "dropgate remove 'it'\\''s'"],
  ['$(reboot)`reboot`', "dropgate remove '$(reboot)`reboot`'"],
  ['--write', 'dropgate remove -- --write'],
  ['~', "dropgate remove '~'"],
  ['größe', "dropgate remove 'größe'"],
])('%s', (key, command) => {
  expect(removalCommand(key)).toBe(command);
});

test('options stand where they are options', () => {
  expect(argumentsOf(removalCommand('a b', ['--value', 'on']))).toEqual(['remove', 'a b', '--value', 'on']);
  expect(argumentsOf(removalCommand('-x', ['--value', 'on']))).toEqual(['remove', '--value', 'on', '--', '-x']);
});

test('any key arrives as it is, and nothing else is run', () => {
  const key = fc.oneof(
    fc.string({ minLength: 1, unit: fc.constantFrom(...`ab'"$\`\\!*?~#&|;<>(){}[]= \t\n-`) }),
    fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.includes('\0')),
  );
  for (const one of fc.sample(key, { numRuns: 100, seed: 6 })) expect(argumentsOf(removalCommand(one)).at(-1)).toBe(one);
});
