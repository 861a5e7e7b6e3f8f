import { describe, expect, test } from 'vitest';
import { scopeName } from '../../src/code/functions.ts';
import { originOf, resolveValue, stringOf } from '../../src/code/values.ts';
import { find, repository } from './repository.ts';

const keys = {
  'src/keys.ts': `
    const prefix = 'new';
    export const FLAGS = { email: \`\${prefix}-email\`, nested: { deep: 'deep' + '-' + 1 } } as const;
    export const all = { ...FLAGS, extra: 'extra' } satisfies Record<string, unknown>;
    export enum Flag { Checkout = 'new-checkout', Numeric }
    export default 'default-key';
    export class Keys { static readonly A = 'static-a'; }
    export let changing = 'a'; changing = 'b';
  `,
  'src/index.ts': `export * from './keys'; export { FLAGS as Renamed, default as fallback } from './keys.js'; export * as ns from './keys';`,
  'src/legacy.js': `const { FLAGS } = require('./keys'); module.exports = { KEY: FLAGS.email, make: function () {} };`,
  'src/spread.js': `module.exports = { own: 'own', ...require('./legacy'), ...require('./keys') };`,
};

describe('the text of an expression', () => {
  const cases: [string, string, string | null][] = [
    ['a literal', `x('k')`, 'k'],
    ['a constant object in another file', `import { FLAGS } from './keys'; x(FLAGS.email)`, 'new-email'],
    ['through a barrel', `import { FLAGS } from '.'; x(FLAGS.nested.deep)`, 'deep-1'],
    ['renamed on the way', `import { Renamed as R } from './index'; x(R['email'])`, 'new-email'],
    ['a default export re-exported by name', `import { fallback } from '.'; x(fallback)`, 'default-key'],
    ['a namespace', `import * as k from './keys'; x(k.FLAGS.email)`, 'new-email'],
    ['a namespace that is an export', `import { ns } from '.'; x(ns.Flag.Checkout)`, 'new-checkout'],
    ['an enum member', `import { Flag } from './keys'; x(Flag.Checkout)`, 'new-checkout'],
    ['a numeric enum member is no text', `import { Flag } from './keys'; x(Flag.Numeric)`, null],
    ['a spread object', `import { all } from '.'; x(all.email!)`, 'new-email'],
    ['a destructured constant', `import { all } from '.'; const { extra: e } = all; x(e as string)`, 'extra'],
    ['a static class member', `import { Keys } from './keys'; x(Keys.A)`, 'static-a'],
    ['CommonJS', `const { KEY } = require('./legacy'); x(KEY)`, 'new-email'],
    ['CommonJS, the whole module', `import legacy from './legacy'; x(legacy.KEY)`, 'new-email'],
    ['CommonJS that spreads other files', `const { KEY } = require('./spread'); x(KEY)`, 'new-email'],
    [
      'CommonJS that spreads other files, the whole module',
      `const all = require('./spread'); x(all.KEY + all.FLAGS.email)`,
      'new-emailnew-email',
    ],
    ['a variable that changes is not followed', `import { changing } from './keys'; x(changing)`, null],
    ['a parameter', `function f(k: string) { x(k) }`, null],
    ['a circle ends', `const a = b, b = a; x(a + a.c)`, null],
    ['hostile keys', `const o = { __proto__: 'p', constructor: 'c' }; x(o.toString)`, null],
  ];
  for (const parser of ['oxc', 'eslint'] as const) {
    test.each(cases)(`${parser}: %s`, async (_, code, expected) => {
      const { module, modules } = await repository({ ...keys, 'src/use.ts': code }, parser);
      const use = module('src/use.ts');
      const call = use.nodes('CallExpression').find((node) => node.callee.type === 'Identifier' && node.callee.name === 'x');
      expect(stringOf(call?.arguments[0] as never, use, modules)).toBe(expected);
    });
  }
});

describe('where a name comes from', () => {
  test('a client made in another file leads to the call that makes it, and that to its package', async () => {
    const { module, modules } = await repository({
      'lib/flags.ts': `import Featureflow from 'featureflow-node-sdk'; export const flags = new Featureflow.Client({});`,
      'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }',
      'app.ts': `import { flags } from '@/lib/flags'; flags.evaluate('k');`,
    });
    const origin = originOf(find(module('app.ts'), 'flags', 'last'), module('app.ts'), modules);
    expect(origin).toMatchObject({ kind: 'local', node: { type: 'NewExpression' } });
    if (origin?.kind !== 'local' || origin.node.type !== 'NewExpression') throw new Error('not followed');
    expect(originOf(origin.node.callee, origin.module, modules)).toEqual({
      kind: 'package',
      source: 'featureflow-node-sdk',
      imported: 'default',
      path: ['Client'],
    });
  });

  test('a function, and a parameter', async () => {
    const { module, modules } = await repository({ 'a.ts': `export function f(p) { return p }`, 'b.ts': `import { f } from './a'; f(1)` });
    const b = module('b.ts');
    expect(resolveValue(find(b, 'f', 'last'), b, modules)).toMatchObject({ node: { type: 'FunctionDeclaration' } });
    const a = module('a.ts');
    expect(originOf(find(a, 'p', 'last'), a, modules)).toMatchObject({ kind: 'local', node: { type: 'Identifier' } });
    expect(resolveValue(find(a, 'p', 'last'), a, modules)).toBeNull();
  });
});

test('code is named as people name it', async () => {
  const { module } = await repository({
    'a.ts': `
      here(0);
      function createUser() { rows.map((r) => here(1)); }
      class UserService { create = async () => { here(2) }; update() { here(3) } static x = here(4) }
      export const api = { list: () => here(5), async get() { here(6) } };
      export const wrapped = wrap(async () => { here(7) });
      export default () => here(8);
    `,
  });
  const m = module('a.ts');
  const names = m
    .nodes('CallExpression')
    .filter((c) => m.text.startsWith('here', c.start))
    .map((c) => scopeName(c, m));
  expect(names).toEqual([
    '<module>',
    'createUser',
    'UserService.create',
    'UserService.update',
    'UserService.x',
    'api.list',
    'api.get',
    'wrapped',
    'default',
  ]);
});
