/** The story of fixtures/examples, played by the built command line: rule, severity and object of every change. */
import { beforeAll, describe, expect, test } from 'vitest';
import { playStory, type Result, readSteps, verdicts } from '../scripts/story.mjs';

const results = new Map<string, Result>();

beforeAll(() => playStory((result) => results.set(result.step.name, result)), 120_000);

describe.each(readSteps().filter((step) => step.check !== null))('$name: $title', ({ name, expect: expected }) => {
  test('is judged as it should be', () => {
    const result = results.get(name);
    expect(result?.problem).toBe('');
    expect(verdicts(result?.findings ?? [])).toEqual(verdicts(expected));
    expect(result?.exitCode).toBe(expected.some(({ severity }) => severity === 'error') ? 1 : 0);
  });
});

test('the story shows what Dropgate is for', () => {
  const rules = readSteps().flatMap((step) => step.expect.map(({ rule }) => rule));
  expect(rules).toEqual(
    expect.arrayContaining(['coupled-drop', 'unflagged-read', 'missing-dual-write', 'premature-contract', 'stale-flag']),
  );
});
