/** Environment variables as flags: only those the config names, by every way code reads them. */
import { expect, test } from 'vitest';
import { makeFlagReader } from '../../src/flags/reader.ts';
import { repository } from '../code/repository.ts';

async function read(files: Record<string, string>, environmentFlags: string[]) {
  const { module, modules } = await repository(files);
  const use = module('use.ts');
  const reader = makeFlagReader(modules, { evaluators: [], environmentFlags });
  const hits = use.nodes('CallExpression').filter((call) => call.callee.type === 'Identifier' && call.callee.name === 'hit');
  return {
    guards: hits.map(
      (hit) =>
        reader
          .guards(hit, use)
          .map(({ flag, value, equal }) => `${flag} ${equal ? '=' : '≠'} ${value}`)
          .join(' & ') || '-',
    ),
    sites: reader.sites(use).map(({ evaluation }) => `${evaluation.sdk} ${evaluation.flag}`),
  };
}

test.each<[string, string, string[], string[], Record<string, string>?]>([
  [
    'compared with words',
    `if (process.env.FEATURE_A === '1') hit(); else hit(); if (process.env['FEATURE_B'] !== 'false') hit(); if (process.env.FEATURE_C === 'off') hit()`,
    ['FEATURE_A', 'FEATURE_B', 'FEATURE_C'],
    ['FEATURE_A = true', 'FEATURE_A = false', 'FEATURE_B = true', 'FEATURE_C = false'],
  ],
  [
    'as a condition',
    `if (process.env.FEATURE_A) hit(); if (!process.env.FEATURE_A) hit(); if (process.env.FEATURE_A === 'blue') hit()`,
    ['FEATURE_A', 'FEATURE_A', 'FEATURE_A'],
    ['FEATURE_A = true', 'FEATURE_A = false', 'FEATURE_A = blue'],
  ],
  [
    'other runtimes',
    `if (import.meta.env.FEATURE_A === 'true') hit(); if (Deno.env.get('FEATURE_B') === '1') hit(); if (Bun.env.FEATURE_C) hit()`,
    ['FEATURE_A', 'FEATURE_B', 'FEATURE_C'],
    ['FEATURE_A = true', 'FEATURE_B = true', 'FEATURE_C = true'],
  ],
  [
    'imported and destructured',
    `import { env } from 'node:process'; const { FEATURE_A } = process.env; if (FEATURE_A === '1') hit(); if (env.FEATURE_B === '1') hit()`,
    ['FEATURE_A', 'FEATURE_B'],
    ['FEATURE_A = true', 'FEATURE_B = true'],
  ],
  [
    'an object a schema has read',
    `import { env } from './env'; import { t3 } from './t3'; if (env.FEATURE_A) hit(); else hit(); if (t3.FEATURE_B === true) hit()`,
    ['FEATURE_A', 'FEATURE_B'],
    ['FEATURE_A = true', 'FEATURE_A = false', 'FEATURE_B = true'],
    {
      'env.ts': `import { z } from 'zod'; const schema = z.object({ FEATURE_A: z.coerce.boolean() }); export const env = schema.parse(process.env);`,
      't3.ts': `import { createEnv } from '@t3-oss/env-nextjs'; export const t3 = createEnv({ server: {} });`,
    },
  ],
  [
    "Nest's service of the configuration",
    `import { ConfigService } from '@nestjs/config'; class S { constructor(private config: ConfigService) {} f() { if (this.config.get('FEATURE_A') === 'true') hit() } }`,
    ['FEATURE_A'],
    ['FEATURE_A = true'],
  ],
  [
    'a constant of another file',
    `import { isNew } from './flags'; if (isNew) hit()`,
    [],
    ['FEATURE_A = true'],
    { 'flags.ts': `export const isNew = process.env.FEATURE_A === '1';` },
  ],
  [
    'variables that are not named',
    `if (process.env.NODE_ENV === '1') hit(); if (process.env.DEBUG) hit(); if (settings.FEATURE_A) hit(); if (config.get('FEATURE_A')) hit()`,
    [],
    ['-', '-', '-', '-'],
  ],
])('%s', async (_, use, keys, guards, files = {}) => {
  const found = await read({ ...files, 'use.ts': use }, ['FEATURE_*']);
  expect(found.guards).toEqual(guards);
  expect(found.sites).toEqual(keys.map((key) => `env ${key}`));
});

test('nothing unless the config asks for it', async () => {
  expect(await read({ 'use.ts': `if (process.env.FEATURE_A === '1') hit()` }, [])).toEqual({ guards: ['-'], sites: [] });
});
