/**
 * What the analyser says of a call form is what the real SDK does: each form is read by the analyser and run by the SDK
 * for a flag that is on, off, and unknown.
 */
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { InMemoryProvider, OpenFeature } from '@openfeature/server-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFlagReader } from '../../src/flags/reader.ts';
import { matches } from '../../src/flags/standing.ts';
import { repository } from '../code/repository.ts';

const Featureflow = createRequire(import.meta.url)('featureflow-node-sdk');

/** The guards of both sides of `if (expression)` for flag `k`. */
async function sides(head: string, expression: string) {
  const text = `${head} async function f(user) { if (${expression}) yes(); else no(); }`;
  const { module, modules } = await repository({ 'a.ts': text });
  const a = module('a.ts');
  const reader = makeFlagReader(modules, { evaluators: [] });
  const guards = (name: string) => {
    const call = a.nodes('CallExpression').find(({ callee }) => callee.type === 'Identifier' && callee.name === name);
    if (call === undefined) throw new Error(`no call of ${name}`);
    return reader.guards(call, a);
  };
  return { yes: guards('yes'), no: guards('no'), evaluation: reader.evaluations(a)[0] };
}

const run = (client: unknown, user: unknown, expression: string): Promise<unknown> =>
  new Function('client', 'user', `return (async () => Boolean(${expression}))()`)(client, user);

describe('Featureflow, the node SDK', () => {
  const rule = (variant: string) => [{ defaultRule: true, variantSplits: [{ variantKey: variant, split: 100 }] }];
  const feature = (key: string, variant: string) => ({
    key,
    enabled: true,
    offVariantKey: 'off',
    variationSalt: '1',
    rules: rule(variant),
  });
  let server: Server;
  let client: { evaluate(key: string, user?: unknown): unknown };

  beforeAll(async () => {
    const body = JSON.stringify({ on: feature('on', 'on'), off: feature('off', 'off') });
    server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(body)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = await new Promise((resolve) => {
      const made = new Featureflow.Client({ apiKey: 'srv-env-test', baseUrl, eventsUrl: baseUrl, disableEvents: true, interval: 0 }, () =>
        resolve(made),
      );
    });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each(['isOn()', 'isOff()', "is('on')", "is('off')", "value() === 'on'", "value() !== 'on'", "value() === 'off'"])(
    'evaluate(key, user).%s',
    async (chain) => {
      const head = `import Featureflow from 'featureflow-node-sdk'; const client = new Featureflow.Client({});`;
      for (const key of ['on', 'off', 'unknown']) {
        const expression = `client.evaluate('${key}', user).${chain}`;
        const { yes, no, evaluation } = await sides(head, expression);
        const isServed = key === 'on';
        const isTaken = await run(client, 'user-1', expression);
        const [taken, other] = isTaken ? [yes, no] : [no, yes];
        expect(taken.map((guard) => matches(guard, isServed))).toEqual([true]);
        expect(other.map((guard) => matches(guard, isServed))).toEqual([false]);
        // A flag the provider does not know is what the evaluation's fallback says.
        expect(evaluation).toMatchObject({ flag: key, fallback: false, context: { kind: 'opaque' } });
      }
    },
  );
});

describe('OpenFeature, the server SDK', () => {
  const client = OpenFeature.getClient();
  beforeAll(async () => {
    const flag = (variant: string) => ({ variants: { on: true, off: false }, defaultVariant: variant, disabled: false });
    const text = (variant: string) => ({ variants: { new: 'new', old: 'old' }, defaultVariant: variant, disabled: false });
    await OpenFeature.setProviderAndWait(
      new InMemoryProvider({ on: flag('on'), off: flag('off'), textNew: text('new'), textOld: text('old') }),
    );
  });
  afterAll(() => OpenFeature.close());

  const head = `import { OpenFeature } from '@openfeature/server-sdk'; const client = OpenFeature.getClient();`;

  test.each<[string, (key: string, fallback: boolean) => string]>([
    ['getBooleanValue', (key, fallback) => `await client.getBooleanValue('${key}', ${fallback}, { targetingKey: 'u' })`],
    ['getBooleanDetails', (key, fallback) => `(await client.getBooleanDetails('${key}', ${fallback})).value`],
    ['negated', (key, fallback) => `!(await client.getBooleanValue('${key}', ${fallback}))`],
  ])('%s', async (_, form) => {
    for (const [key, fallback, served] of [
      ['on', false, true],
      ['off', true, false],
      ['unknown', false, false],
      ['unknown', true, true],
    ] as const) {
      const expression = form(key, fallback);
      const { yes, no, evaluation } = await sides(head, expression);
      const [taken, other] = (await run(client, null, expression)) ? [yes, no] : [no, yes];
      expect(taken.map((guard) => matches(guard, served))).toEqual([true]);
      expect(other.map((guard) => matches(guard, served))).toEqual([false]);
      expect(evaluation).toMatchObject({ flag: key, fallback });
    }
  });

  test('getStringValue compared with a variant', async () => {
    for (const [key, served] of [
      ['textNew', 'new'],
      ['textOld', 'old'],
      ['unknown', 'old'],
    ] as const) {
      const expression = `(await client.getStringValue('${key}', 'old')) === 'new'`;
      const { yes, no, evaluation } = await sides(head, expression);
      const [taken, other] = (await run(client, null, expression)) ? [yes, no] : [no, yes];
      expect(taken.map((guard) => matches(guard, served))).toEqual([true]);
      expect(other.map((guard) => matches(guard, served))).toEqual([false]);
      expect(evaluation?.fallback).toBe('old');
    }
  });

  test('without await every condition is taken, and nothing is claimed', async () => {
    const expression = `client.getBooleanValue('off', false)`;
    expect(await run(client, null, expression)).toBe(true);
    expect(await sides(head, expression)).toMatchObject({ yes: [], no: [] });
  });
});
