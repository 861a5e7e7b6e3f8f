import { describe, expect, test } from 'vitest';
import type { EvaluatorConfig } from '../../src/config/types.ts';
import { makeFlagReader } from '../../src/flags/reader.ts';
import type { Guard } from '../../src/flags/types.ts';
import { find, repository } from '../code/repository.ts';

const say = ({ flag, value, equal }: Guard) => `${flag} ${equal ? '=' : '≠'} ${value}`;

/** The guards of every call of `hit()` in use.ts, in source order. */
async function guardsOfHits(files: Record<string, string>, parser: 'oxc' | 'eslint', evaluators: EvaluatorConfig[] = []) {
  const { module, modules } = await repository(files, parser);
  const use = module(Object.hasOwn(files, 'use.tsx') ? 'use.tsx' : 'use.ts');
  const reader = makeFlagReader(modules, { evaluators });
  const hits = use.nodes('CallExpression').filter((call) => call.callee.type === 'Identifier' && call.callee.name === 'hit');
  return hits.map((hit) => reader.guards(hit, use).map(say).join(' & ') || '-');
}

const node = `import Featureflow from 'featureflow-node-sdk'; const client = new Featureflow.Client({});`;
const open = `import { OpenFeature } from '@openfeature/server-sdk'; const client = OpenFeature.getClient();`;
const flags = {
  'lib/flags.ts': `import { OpenFeature as OF } from '@openfeature/server-sdk'; export const flags = OF.getClient('x'); export const KEY = 'k';`,
};

const cases: [string, string, string[], Record<string, string>?][] = [
  ['if and else', `${node} if (client.evaluate('k', u).isOn()) hit(); else hit()`, ['k = true', 'k = false']],
  [
    'a comparison with true of what may be a text',
    `${node} function f(x: any) { if ((x || client.evaluate('k', u).isOn()) === true) hit(); else hit(); }`,
    ['-', '-'],
  ],
  [
    'isOff and is',
    `${node} if (client.evaluate('k', u).isOff()) hit(); else hit(); if (client.evaluate('k', u).is('red')) hit(); else hit()`,
    ['k = false', 'k = true', 'k = red', 'k ≠ red'],
  ],
  [
    'value() === on',
    `${node} const v = client.evaluate('k', u).value(); v === 'on' ? hit() : hit(); if ('off' !== v) hit()`,
    ['k = true', 'k = false', 'k = true'],
  ],
  [
    'switch on the variant',
    `${node} switch (client.evaluate('k', u).value()) { case 'red': hit(); break; case 'blue': case 'green': hit(); break; case 'off': hit(); default: hit() }`,
    ['k = red', '-', 'k = false', '-'],
  ],
  [
    'switch default',
    `${node} switch (client.evaluate('k', u).value()) { case 'red': hit(); break; default: hit() }`,
    ['k = red', 'k ≠ red'],
  ],
  [
    'early return',
    `${node} function f() { hit(); if (!client.evaluate('k', u).isOn()) return hit(); hit(); rows.map(() => hit()); function g() { hit() } }`,
    ['-', 'k = false', 'k = true', 'k = true', '-'],
  ],
  [
    'throw and continue',
    `${node} for (const u of us) { if (client.evaluate('k', u).isOn()) { hit(); continue } hit() } hit()`,
    ['k = true', 'k = false', '-'],
  ],
  [
    'and, or, not',
    `${node} const a = client.evaluate('a', u).isOn(), b = client.evaluate('b', u).isOn(); if (a && b) hit(); else hit(); if (a || b) hit(); else hit(); if (!(a || !b)) hit()`,
    ['a = true & b = true', '-', '-', 'a = false & b = false', 'a = false & b = true'],
  ],
  [
    'unknown conditions never count',
    `${node} if (x) hit(); if (x && client.evaluate('k', u).isOn()) hit(); if (x || client.evaluate('k', u).isOn()) hit(); else hit()`,
    ['-', 'k = true', '-', 'k = false'],
  ],
  [
    'conditional spread',
    `${node} const on = client.evaluate('k', u).isOn(); ({ ...(on ? { a: hit() } : {}), ...(on && { b: hit() }) })`,
    ['k = true', 'k = true'],
  ],
  [
    'OpenFeature awaited',
    `${open} async function f() { const on = await client.getBooleanValue('k', false, c); if (on) hit(); else hit(); }`,
    ['k = true', 'k = false'],
  ],
  [
    'not awaited: no guard',
    `${open} async function f() { const on = client.getBooleanValue('k', false, c); if (on) hit(); if (await on) hit() }`,
    ['-', 'k = true'],
  ],
  [
    'details and destructuring',
    `${open} async function f() { const { value: on } = await client.getBooleanDetails('k', false); const d = await client.getStringDetails('s', 'a'); if (on) hit(); if (d.value === 'b') hit() }`,
    ['k = true', 's = b'],
  ],
  [
    'Promise.all',
    `${open} async function f() { const [x, on, [y]] = await Promise.all([a(), client.getBooleanValue('k', false), b()]); if (on) hit(); if (x) hit() }`,
    ['k = true', '-'],
  ],
  [
    'then and catch',
    `${open} client.getBooleanValue('k', false).then((on) => { if (on) hit(); }); async function f() { if (await client.getBooleanValue('k', false).catch(() => false)) hit(); else hit() }`,
    ['k = true', 'k = true', '-'],
  ],
  ['optional chaining says nothing when falsy', `${node} if (client?.evaluate('k', u)?.isOn()) hit(); else hit()`, ['k = true', '-']],
  [
    'nullish fallback',
    `${open} async function f() { const on = (await client?.getBooleanValue('k', false)) ?? false; if (on) hit(); else hit() }`,
    ['k = true', '-'],
  ],
  [
    'Boolean, !!, comparison with booleans',
    `${node} const on = client.evaluate('k', u).isOn(); if (Boolean(on)) hit(); if (!!on) hit(); if (on === false) hit(); if (on !== true) hit(); if (on == null) hit()`,
    ['k = true', 'k = true', 'k = false', 'k = false', '-'],
  ],
  [
    'let assigned once, let with a safe default',
    `${open} async function f() { let on; on = await client.getBooleanValue('k', false); if (on) hit(); else hit(); let b = false; try { b = await client.getBooleanValue('b', false) } catch {} if (b) hit(); else hit() }`,
    ['k = true', '-', 'b = true', '-'],
  ],
  [
    'let that changes to something unknown',
    `${open} async function f() { let on = await client.getBooleanValue('k', false); if (x) on = y(); if (on) hit() }`,
    ['-'],
  ],
  [
    'wrapper of one expression',
    `${node} const isNew = (u) => client.evaluate('k', u).isOn(); if (isNew(u)) hit(); if (!isNew(u)) hit()`,
    ['k = true', 'k = false'],
  ],
  [
    'async wrapper in another file',
    `import { isNew } from './new'; async function f() { if (await isNew(u)) hit(); if (isNew(u)) hit() }`,
    ['k = true', '-'],
    {
      'new.ts': `import { flags, KEY } from './lib/flags'; export async function isNew(u) { return flags.getBooleanValue(KEY, false, u) }`,
      ...flags,
    },
  ],
  [
    'wrapper with early returns',
    `${node} function isNew(u) { if (!u) return false; try { return client.evaluate('k', u).isOn() } catch { return false } } if (isNew(u)) hit(); else hit()`,
    ['k = true', '-'],
  ],
  [
    'wrapper that is given the key',
    `import { isOn } from './on'; import { KEY } from './lib/flags'; async function f() { if (await isOn(KEY)) hit(); if (await isOn('other')) hit(); }`,
    ['k = true', 'other = true'],
    {
      'on.ts': `import { flags } from './lib/flags'; export const isOn = async (key: string) => { return await flags.getBooleanValue(key, false) }`,
      ...flags,
    },
  ],
  [
    'methods of constant objects and classes',
    `import { gates, Gates } from './g'; if (gates.isNew(u)) hit(); const g = new Gates(); if (g.isNew(u)) hit(); if (g.ready) hit()`,
    ['k = true', 'k = true', 'k = true'],
    {
      'g.ts': `${node} export const gates = { isNew: (u) => client.evaluate('k', u).isOn() }; export class Gates { private flags = client; isNew(u) { return this.flags.evaluate('k', u).isOn() } get ready() { return this.isNew(1) } }`,
    },
  ],
  [
    'clients injected and typed',
    `import { Client } from '@openfeature/server-sdk'; class S { constructor(private readonly flags: Client) {} async f() { if (await this.flags.getBooleanValue('k', false)) hit() } } async function g(c: Client | undefined) { if (await c.getBooleanValue('k', false)) hit() }`,
    ['k = true', 'k = true'],
  ],
  [
    'clients inside typed parameters',
    `import type { Client } from '@openfeature/server-sdk'; interface Deps { flags: Client } async function f(deps: Deps) { if (await deps.flags.getBooleanValue('k', false)) hit() } async function g({ flags }: { flags: Client }) { if (await flags.getBooleanValue('k', false)) hit() }`,
    ['k = true', 'k = true'],
  ],
  [
    'client from a factory and a singleton',
    `import { getFlags } from './s'; async function f() { if ((await getFlags()).evaluate('k', u).isOn()) hit() }`,
    ['k = true'],
    {
      's.ts': `import ff from 'featureflow-node-sdk'; let client; export async function getFlags() { if (!client) { client = new ff.Client({}); } return client; }`,
    },
  ],
  [
    'createClient of featureflow-client',
    `import { createClient } from 'featureflow-client'; const c = await createClient({}); if (c.evaluate('k', ctx).isOn()) hit()`,
    ['k = true'],
  ],
  [
    'require',
    `const Featureflow = require('featureflow-node-sdk'); const c = new Featureflow.Client({}); if (c.evaluate('k', u).isOn()) hit()`,
    ['k = true'],
  ],
  ['express', `app.get('/', (req, res) => { if (req.featureflow.evaluate('k', req.user.id).isOn()) hit() })`, ['k = true']],
  [
    'same names from elsewhere are no flags',
    `import { OpenFeature } from './mine'; const client = OpenFeature.getClient(); if (client.getBooleanValue('k', false)) hit(); if (rules.evaluate('k', u).isOn()) hit()`,
    ['-', '-'],
  ],
  [
    'all flags at once',
    `${node} const all = client.evaluateAll(u); if (all['k'] === 'on') hit(); if (all.b !== 'on') hit()`,
    ['k = true', 'b = false'],
  ],
  [
    'mapped to a boolean',
    `${node} const on = client.evaluate('k', u).isOn() ? true : false; if (on) hit(); const no = client.evaluate('k', u).isOn() ? 1 : 0; if (no) hit()`,
    ['k = true', '-'],
  ],
  ['assert', `import assert from 'node:assert'; ${node} function f() { assert(client.evaluate('k', u).isOn()); hit() }`, ['k = true']],
  [
    'loops that have ended',
    `${node} function f() { while (!client.evaluate('k', u).isOn()) { wait() } hit(); do { hit() } while (client.evaluate('l', u).isOn()); hit(); while (client.evaluate('m', u).isOn()) { if (x) break } hit() }`,
    ['k = true', 'k = true', 'k = true & l = false', 'k = true & l = false'],
  ],
  [
    'labels',
    `${node} function f() { a: for (const u of us) { for (const v of vs) { if (!client.evaluate('k', u).isOn()) continue a; hit() } hit() } b: { if (!client.evaluate('k', u).isOn()) break b; hit() } hit() }`,
    ['k = true', '-', 'k = true', '-'],
  ],
  [
    'try, catch and finally',
    `${node} function f() { try { if (!client.evaluate('k', u).isOn()) return; hit() } catch { hit(); return } finally { hit() } hit() } function g() { try { if (!client.evaluate('k', u).isOn()) return } catch { } hit() }`,
    ['k = true', '-', '-', 'k = true', '-'],
  ],
  [
    'a block, and exits on both ways',
    `${node} function f() { { if (!client.evaluate('k', u).isOn()) return } hit() } function g() { if (!client.evaluate('a', u).isOn()) return; else if (!client.evaluate('b', u).isOn()) throw e; hit() }`,
    ['k = true', 'a = true & b = true'],
  ],
  [
    'exits by a call',
    `import { notFound as gone } from 'next/navigation'; ${node} function fail() { log(); throw new Error() } async function later() { throw 1 } function f() { client.evaluate('k', u).isOn() || fail(); hit() } function g() { if (!client.evaluate('k', u).isOn()) gone(); hit() } function h() { if (!client.evaluate('k', u).isOn()) later(); hit() } async function i() { if (!client.evaluate('k', u).isOn()) await later(); hit() }`,
    ['k = true', 'k = true', '-', 'k = true'],
  ],
  [
    'a function that throws where the flag is off',
    `import { requireFlag, ensure } from './require'; async function f() { requireFlag('k'); hit() } async function g() { ensure(); hit(); await ensure(); hit() }`,
    ['k = true', '-', 'l = true'],
    {
      'require.ts': `${node} export function requireFlag(key) { if (client.evaluate(key, u).isOn()) return; throw new Error(key) } export async function ensure() { if (!client.evaluate('l', u).isOn()) throw new Error() }`,
    },
  ],
  ['logical assignment', `${node} let z = client.evaluate('k', u).isOn(); z &&= hit();`, ['-']],
  [
    'objects of flags',
    `${node} const flags = { a: client.evaluate('a', u).isOn(), b: client.evaluate('b', u).isOn() }; flags.b = x; if (flags.a) hit(); if (flags.b) hit(); const { a } = flags; if (a) hit()`,
    ['a = true', '-', 'a = true'],
  ],
  [
    'arrays that are filtered',
    `${node} const on = client.evaluate('k', u).isOn(); [on && hit(), 'b'].filter(Boolean); const all = ['a', hit(), \`\${hit()}\`]; use(all)`,
    ['k = true', '-', '-'],
  ],
  [
    'switch on true compares, and does not test',
    `${node} switch (true) { case client.evaluate('k', u).isOn(): hit(); break; case x || client.evaluate('l', u).isOn(): break; default: hit() }`,
    ['k = true', 'k = false'],
  ],
  [
    "LaunchDarkly's migration callbacks",
    `import { createMigration } from '@launchdarkly/node-server-sdk'; const m = createMigration(ld, { readOld: async () => hit(), readNew: async () => hit(), writeOld: async () => hit(), async writeNew() { hit() } }); m.read('k', c, 'off'); m.write('k', c, 'off', p); createMigration(ld, { readNew: () => hit() })`,
    ['k ≠ rampdown & k ≠ complete', 'k ≠ off & k ≠ dualwrite', 'k ≠ complete', 'k ≠ off', '-'],
  ],
  [
    'a disjunction, one side of which is excluded',
    `${node} const a = client.evaluate('a', u).isOn(), b = client.evaluate('b', u).isOn(); const any = a || b; if (any && !a) hit(); if (a || b) { if (a) hit(); else hit() } if (any && x) hit()`,
    ['a = false & b = true', 'a = true', 'a = false & b = true', '-'],
  ],
  ['a circle', `const a = () => b(); const b = () => a(); if (a()) hit(); let x = y, y = x; if (x) hit()`, ['-', '-']],
];

describe('guards', () => {
  for (const parser of ['oxc', 'eslint'] as const) {
    test.each(cases)(`${parser}: %s`, async (_, code, expected, files = {}) => {
      expect(await guardsOfHits({ 'use.ts': code, ...files }, parser)).toEqual(expected);
    });
  }

  test('JSX: conditions, hooks, props and components', async () => {
    const code = `
      import { useFeatureflow, useFeatures, useFeature } from 'react-featureflow-client';
      import { useFlag, useBooleanFlagValue, FeatureFlag } from '@openfeature/react-sdk';
      export function A() { const on = useFeatureflow().evaluate('a').isOn(); return <p>{on && <X a={hit()} />}{!on ? hit() : null}</p> }
      export function B() { const features = useFeatures(); return features['b-b'] === 'on' ? hit() : <i>{useFeature('c').isOn() && hit()}</i> }
      export const C = ({ featureflow, features }) => featureflow.evaluate('d').isOn() ? hit() : features.e === 'on' && hit();
      export function D(props) { const { value } = useFlag('f', false); const g = useBooleanFlagValue('g', false); return <>{value && hit()}{g || hit()}{props.featureflow.evaluate('h').isOn() && hit()}</> }
      export const E = () => <FeatureFlag flagKey="i" defaultValue={false} fallback={<Old x={hit()} />}><New x={hit()} /></FeatureFlag>;
      export const F = () => <FeatureFlag flagKey="j" matchValue="blue" defaultValue="x"><New x={hit()} /></FeatureFlag>;
    `;
    expect(await guardsOfHits({ 'use.tsx': code }, 'oxc')).toEqual([
      'a = true',
      'a = false',
      'b-b = true',
      'b-b = false & c = true',
      'd = true',
      'd = false & e = true',
      'f = true',
      'g = false',
      'h = true',
      'i = false',
      'i = true',
      'j = blue',
    ]);
  });

  test('evaluators named in the config', async () => {
    const evaluators = [
      { call: 'flags.enabled' },
      { call: 'isBeta', from: './beta', flag: 'beta' },
      { call: 'on', from: 'my-flags', key: 1, context: 0 },
    ];
    const code = `import { isBeta as b } from './beta'; import * as f from 'my-flags'; import { on } from 'other';
      if (flags.enabled('k')) hit(); async function g() { if (await b()) hit(); if (f.on(user, 'o')) hit(); if (on(user, 'o')) hit() }`;
    expect(await guardsOfHits({ 'use.ts': code, 'beta.ts': 'export const isBeta = unknown;' }, 'oxc', evaluators)).toEqual([
      'k = true',
      'beta = true',
      'o = true',
      '-',
    ]);
  });
});

describe('evaluations', () => {
  const read = async (files: Record<string, string>, path = 'use.ts') => {
    const { module, modules } = await repository(files);
    return makeFlagReader(modules, { evaluators: [] }).evaluations(module(path));
  };

  test.each<[string, string, object]>([
    [
      'a user built',
      `client.evaluate('k', new Featureflow.UserBuilder(user.id).withAttribute('plan', p).build())`,
      { kind: 'known', keys: ['key', 'id', 'plan', 'id'], literalKey: null },
    ],
    ['a plain key', `client.evaluate('k', user.id)`, { kind: 'known', keys: ['key', 'id'], literalKey: null }],
    ['a literal key', `client.evaluate('k', 'system')`, { kind: 'known', keys: ['key'], literalKey: 'system' }],
    [
      'an object in a constant',
      `const ctx = { targetingKey: id, plan }; client.evaluate('k', ctx)`,
      { kind: 'known', keys: ['targetingKey', 'plan'], literalKey: null },
    ],
    ['nothing', `client.evaluate('k')`, { kind: 'none' }],
    ['undefined', `client.evaluate('k', undefined)`, { kind: 'none' }],
    ['an opaque value', `client.evaluate('k', user)`, { kind: 'opaque' }],
    ['an object that is spread into', `client.evaluate('k', { ...user, id: 1 })`, { kind: 'opaque' }],
  ])('know their context: %s', async (_, code, context) => {
    expect(await read({ 'use.ts': `${node} ${code}` })).toMatchObject([
      { flag: 'k', sdk: 'featureflow-node-sdk', fallback: false, context },
    ]);
  });

  test('know their fallback, and say when the key is not known', async () => {
    const found = await read({
      'use.ts': `${open} client.getBooleanValue('a', true, { targetingKey: 'x' }); client.getStringValue(\`b-\${x}\`, 'old'); export const on = (key) => client.getBooleanValue(key, false);`,
    });
    expect(found.map(({ flag, keyFrom, fallback, context }) => [flag, keyFrom, fallback, context.kind])).toEqual([
      ['a', 'text', true, 'known'],
      [null, 'computed', 'old', 'none'],
      [null, 'parameter', false, 'none'],
    ]);
  });

  test('through a wrapper stand where the key is given', async () => {
    const found = await read({
      'use.ts': `import { isOn } from './on';\nif (await isOn('k', user.id)) x();`,
      'on.ts': `${open} export const isOn = (key, id) => client.getBooleanValue(key, false, { targetingKey: id });`,
    });
    expect(found).toMatchObject([{ flag: 'k', location: { file: 'use.ts', line: 2, column: 11 }, context: { keys: ['targetingKey'] } }]);
  });
});

test('sites: the syntax an evaluation stands in, what recognised it, and whether it is a promise', async () => {
  const { module, modules } = await repository({
    'use.ts': `${open} import Featureflow from 'featureflow-node-sdk'; const ff = new Featureflow.Client({});
      client.getBooleanValue('a', true); ff.evaluate('b', u).isOn(); const isOn = async (key: string) => client.getBooleanValue(key, false);
      isOn('c'); ff.evaluateAll(u).d === 'on'; mine('e');`,
  });
  const use = module('use.ts');
  const sites = makeFlagReader(modules, { evaluators: [{ call: 'mine' }] }).sites(use);
  const text = ({ start, end }: { start: number; end: number }) => use.text.slice(start, end);
  expect(sites.map((one) => [one.evaluation.flag, text(one.node), one.form?.name, one.sdk?.id, one.isPromise])).toEqual([
    ['a', `client.getBooleanValue('a', true)`, 'getBooleanValue', '@openfeature/server-sdk', true],
    ['b', `ff.evaluate('b', u)`, 'evaluate', 'featureflow-node-sdk', false],
    [null, `client.getBooleanValue(key, false)`, 'getBooleanValue', '@openfeature/server-sdk', true],
    ['c', `isOn('c')`, 'getBooleanValue', '@openfeature/server-sdk', true],
    ['d', `ff.evaluateAll(u).d`, undefined, 'featureflow-node-sdk', false],
    ['e', `mine('e')`, undefined, undefined, false],
  ]);
});

test('elements that a filter lets through', async () => {
  const code = `${node} const on = client.evaluate('k', u).isOn(); const cols = ['a', 'x']; cols.filter((c) => on || c !== 'x'); const two = ['y']; two.filter((c) => on || c !== 'y'); use(two); ['z', 'w'].filter((c) => { if (c === 'z') return on; return true })`;
  const { module, modules } = await repository({ 'use.ts': code });
  const reader = makeFlagReader(modules, { evaluators: [] });
  const found = ['a', 'x', 'y', 'z', 'w'].map((text) =>
    reader
      .guards(find(module('use.ts'), `'${text}'`), module('use.ts'))
      .map(say)
      .join(' & '),
  );
  expect(found).toEqual(['', 'k = true', '', 'k = true', '']);
});

test('branches: what each value runs', async () => {
  const code = `${node} function f() {
    if (client.evaluate('k', u).isOn()) { a() } else { b() }
    const x = client.evaluate('k', u).isOn() ? c() : d();
    if (!client.evaluate('k', u).isOn()) return e();
    g(); h();
  }`;
  const { module, modules } = await repository({ 'use.ts': code });
  const use = module('use.ts');
  const lines = code.split('\n');
  const branches = makeFlagReader(modules, { evaluators: [] }).branches(use);
  const text = branches.map(
    ({ guard, location }) => `${guard.value}: ${lines[location.line - 1]?.slice(location.column - 1, location.endColumn - 1)}`,
  );
  expect(text).toEqual(['true: { a() }', 'false: { b() }', 'true: c()', 'false: d()', 'false: return e();', 'true: g(); h();']);
});

test('carriers: the names that lead other files to a flag', async () => {
  const { module, modules } = await repository({
    'keys.ts': `export const FLAGS = { newEmail: 'k', other: 'o' } as const; export enum E { Mail = 'k' } export const KEY = 'k';`,
    'use.ts': `${node} import { FLAGS } from './keys'; export const isNew = (u) => client.evaluate(FLAGS.newEmail, u).isOn(); export class G { has(u) { return isNew(u) } } export function handler() { if (isNew(1)) x(); return 5 }`,
  });
  const reader = makeFlagReader(modules, { evaluators: [] });
  expect(reader.carriers(module('keys.ts'), new Set(['k']))).toEqual(['KEY', 'Mail', 'newEmail']);
  expect(reader.carriers(module('use.ts'), new Set(['k']))).toEqual(['has', 'isNew']);
});
