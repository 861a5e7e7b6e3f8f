import { FlagdCore } from '@openfeature/flagd-core';
import { type Oracle, type Random, valueAs } from './oracle.ts';

const condition = { '==': [{ var: 'plan' }, 'pro'] };

function fractional(random: Random, value: () => string | boolean): unknown {
  const by = random.pick([[], [{ var: 'email' }], [{ cat: [{ var: '$flagd.flagKey' }, { var: 'email' }] }]]);
  const buckets = random.pick([
    [[value(), 100]],
    [
      [value(), 50],
      [value(), 50],
    ],
    [[value()]],
    [
      [value(), 0],
      [value(), 3],
    ],
    [
      [null, 20],
      [value(), 80],
    ],
  ]);
  return { fractional: [...by, ...buckets] };
}

function targeting(random: Random, value: () => string | boolean): unknown {
  return random.pick([
    () => ({}),
    () => value(),
    () => null,
    () => fractional(random, value),
    () => fractional(random, value),
    () => ({ if: [condition, value(), value()] }),
    () => ({ if: [condition, value()] }),
    () => ({ if: [condition, fractional(random, value), condition, null, fractional(random, value)] }),
  ])();
}

export const oracle: Oracle = {
  source: 'flagd',
  attributes: ['targetingKey', 'email', 'plan'],
  required: [],
  state(random) {
    const [variants, names] = random.pick([
      [{ on: true, off: false }, ['on', 'off']],
      [{ a: 'x', b: 'y', c: 'x' }, ['a', 'b', 'c']],
    ]);
    const value = random.mostly(names);
    const given = random.chance(0.25) ? undefined : targeting(random, value);
    const flag = {
      state: random.chance(0.9) ? 'ENABLED' : 'DISABLED',
      variants,
      ...(random.chance(0.9) ? { defaultVariant: value() } : {}),
      ...(given === undefined ? {} : { targeting: given }),
    };
    return { flag, isPlain: flag.state === 'ENABLED' && !JSON.stringify(given ?? '').includes('"if"') };
  },
  documents: (flags) => [{ $schema: 'https://flagd.dev/schema/v0/flags.json', flags: Object.fromEntries(flags) }],
  async start(flags) {
    const core = new FlagdCore();
    core.setConfigurations(JSON.stringify({ flags: Object.fromEntries(flags) }));
    return {
      evaluate(key, attributes) {
        const flag = core.getFlag(key);
        if (flag === undefined || flag.state === 'DISABLED') return { value: null };
        return { value: valueAs(flag.evaluate(attributes).value) };
      },
    };
  },
};
