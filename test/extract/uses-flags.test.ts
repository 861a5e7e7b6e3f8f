import { expect, test } from 'vitest';
import { defaultConfig } from '../../src/config/load.ts';
import { memoryTree } from '../../src/discover/memory-tree.ts';
import { usesFlags } from '../../src/extract/readers.ts';

const uses = (files: Record<string, string>, config: Partial<typeof defaultConfig> = {}) =>
  usesFlags([memoryTree('head', new Map(Object.entries(files)))], new Map(), { ...defaultConfig, ...config });

test.each([
  ['an SDK among the dependencies', { 'package.json': '{"dependencies":{"unleash-client":"6"}}' }, 'yes'],
  ['analytics alone', { 'package.json': '{"dependencies":{"posthog-node":"5"}}', 'a.ts': 'posthog.capture({})' }, 'no'],
  [
    'analytics that is asked for flags',
    { 'package.json': '{"dependencies":{"posthog-node":"5"}}', 'a.ts': "await posthog.isFeatureEnabled('x', id)" },
    'yes',
  ],
  [
    'analytics in React',
    { 'package.json': '{"dependencies":{"posthog-js":"1"}}', 'a.tsx': "import { PostHogProvider } from 'posthog-js/react';" },
    'no',
  ],
  [
    'flags that only a text file speaks of',
    { 'package.json': '{"dependencies":{"posthog-js":"1"}}', 'notes.md': 'isFeatureEnabled' },
    'no',
  ],
  ['a key of the same name', { 'package.json': '{"nodeArguments":{"flags":["--inspect"]}}' }, 'no'],
  ['the package of that name', { 'package.json': '{"dependencies":{"flags" : "^4"}}' }, 'yes'],
  [
    'part of a package',
    { 'package.json': '{"dependencies":{"firebase":"11"}}', 'a.ts': "import { getBoolean } from 'firebase/remote-config';" },
    'yes',
  ],
  ['no manifest', { 'a.ts': '' }, 'unknown'],
])('%s', async (_, files, expected) => {
  expect(await uses(files)).toBe(expected);
});

test('environment variables that the config names', async () => {
  expect(await uses({ 'package.json': '{}' }, { environmentFlags: ['FEATURE_*'] })).toBe('yes');
});
