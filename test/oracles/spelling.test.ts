/** Keys in camel case are what lodash, which LaunchDarkly's React SDK spells them with, makes of them. */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { camelCase } from '../../src/flags/spelling.ts';

const lodash = createRequire(import.meta.url)('lodash') as { camelCase(text: string): string };

test('camelCase is lodash.camelCase for keys of flags', () => {
  const part = fc.stringMatching(/^[a-zA-Z0-9]{1,6}$/);
  const key = fc
    .array(fc.tuple(part, fc.constantFrom('-', '_', '.', ' ', '/', ':', '')), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.flat().join(''));
  fc.assert(
    fc.property(key, (text) => {
      expect(camelCase(text)).toBe(lodash.camelCase(text));
    }),
    { seed: 7, numRuns: 5_000 },
  );
});
