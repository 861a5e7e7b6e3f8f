import { init, integrations } from '@launchdarkly/node-server-sdk';
import { type Oracle, type Random, valueAs } from './oracle.ts';

const clause = { contextKind: 'user', attribute: 'plan', op: 'in', values: ['pro'], negate: false };

interface Flag {
  readonly key: string;
  readonly variations: readonly unknown[];
  readonly [member: string]: unknown;
}

function served(random: Random, variation: () => number): object {
  if (random.chance(0.6)) return { variation: variation() };
  const [one, other] = [variation(), variation()];
  const weights = random.pick([
    [100_000, 0],
    [0, 100_000],
    [50_000, 50_000],
    [60_000, 30_000],
  ]);
  const variations = [one, other].map((index, at) => ({ variation: index, weight: weights[at] }));
  return { rollout: { variations, contextKind: 'user', ...(random.chance(0.5) ? { bucketBy: 'email' } : {}) } };
}

export const oracle: Oracle = {
  source: 'launchdarkly',
  attributes: ['key', 'email', 'plan'],
  required: ['key'],
  state(random, key, earlier) {
    const variations = random.pick([
      [true, false],
      ['x', 'y', 'z'],
      [true, false],
    ]);
    const variation = random.mostly(variations.map((_, at) => at));
    const rules = random.some(2, () => ({ id: 'r', clauses: [clause], ...served(random, variation) }));
    const targets = random.some(1, () => ({ values: random.chance(0.7) ? ['ann', 'bob'] : [], variation: variation() }));
    const prerequisites = earlier.length === 0 ? [] : random.some(1, () => ({ key: random.pick(earlier), variation: random.int(2) }));
    const flag = {
      key,
      on: random.chance(0.85),
      version: 1,
      salt: key,
      variations,
      offVariation: random.chance(0.9) ? variation() : undefined,
      fallthrough: served(random, variation),
      rules,
      targets,
      contextTargets: targets.map(({ variation: index }) => ({ contextKind: 'user', values: [], variation: index })),
      prerequisites,
    };
    return { flag, isPlain: rules.length + targets.length + prerequisites.length === 0 };
  },
  documents(flags) {
    const payload = { flags: Object.fromEntries(flags), segments: {} };
    const items = [...flags.values()].map((flag) => {
      const { key, variations, ...state } = flag as Flag;
      const production = { ...state, lastModified: 1_700_000_000_000 };
      return { key, kind: 'boolean', variations: variations.map((value) => ({ value })), environments: { production } };
    });
    return [payload, { items }];
  },
  async start(flags) {
    const data = new integrations.TestData();
    for (const flag of flags.values()) data.usePreconfiguredFlag(flag);
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const client = init('sdk-key', { updateProcessor: data.getFactory(), sendEvents: false, diagnosticOptOut: true, logger });
    await client.waitForInitialization({ timeout: 10 });
    return {
      evaluate: async (key, attributes) => ({
        value: valueAs(await client.variation(key, { kind: 'user', ...attributes, key: attributes.key ?? '' }, null)),
      }),
      stop: () => client.close(),
    };
  },
};
