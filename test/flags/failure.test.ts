/** What a place is sure to get where the evaluation of its flag fails. */
import { expect, test } from 'vitest';
import { failureAt } from '../../src/flags/failure.ts';
import { makeFlagReader } from '../../src/flags/reader.ts';
import { repository } from '../code/repository.ts';

async function failures(code: string) {
  const { module, modules } = await repository({ 'use.tsx': code });
  const use = module('use.tsx');
  return makeFlagReader(modules, { evaluators: [{ call: 'flags.enabled' }] })
    .sites(use)
    .filter(({ evaluation }) => evaluation.flag !== null)
    .map((site) => failureAt(site, use));
}

const unleash = "import { initialize } from 'unleash-client'; const client = initialize({});";
const ld = "import { init } from '@launchdarkly/node-server-sdk'; const client = init('');";
const feature = "import { OpenFeature } from '@openfeature/server-sdk'; const client = OpenFeature.getClient();";

test.each([
  ['the default of a call', `${ld} const f = (u) => client.boolVariation('k', u, true)`, true],
  ['a text', `${feature} const f = () => client.getStringValue('k', 'old')`, 'old'],
  ['a constant', `${ld} const OFF = false; const f = (u) => client.variation('k', u, OFF)`, false],
  ['the value of details', `${feature} const f = async () => (await client.getBooleanDetails('k', true)).value`, true],
  ['an SDK’s own, where a yes or no is asked for', `${unleash} const f = (u) => client.isEnabled('k', u)`, false],
  ['the same by a hook', `import { useFlag } from '@unleash/proxy-client-react'; const C = () => useFlag('k') && <p />`, false],
  ['none is given, and the SDK has none', `${ld} const f = (u) => client.boolVariation('k', u)`, null],
  ['a default that is computed', `${ld} const f = (u, d) => client.boolVariation('k', u, d)`, null],
  ['arguments that cannot be seen', `${unleash} const f = (rest) => client.isEnabled('k', ...rest)`, null],
  ['a variant with more than a name', `${unleash} const f = (u) => client.getVariant('k', u).name`, null],
  [
    'a treatment, which is neither on nor off',
    `import { SplitFactory } from '@splitsoftware/splitio-browserjs'; const f = () => SplitFactory({}).client().getTreatment('k') === 'off'`,
    null,
  ],
  ['an entry of all flags', `import { useFlags } from 'launchdarkly-react-client-sdk'; const C = () => useFlags().newPrice && <p />`, null],
  [
    'a list of all flags',
    `import { useFlags } from '@unleash/proxy-client-react'; const C = () => useFlags().find((t) => t.name === 'k').enabled`,
    null,
  ],
  ['an evaluator of the config', `const f = () => flags.enabled('k')`, null],
  ['a handler', `${ld} const f = (u) => client.boolVariation('k', u, true).catch(() => false)`, null],
  ['the second function of then', `${ld} const f = (u) => client.boolVariation('k', u, true).then((on) => on, () => false)`, null],
])('%s', async (_, code, expected) => {
  expect(await failures(code)).toEqual([expected]);
});
