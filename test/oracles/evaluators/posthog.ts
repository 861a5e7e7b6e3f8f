import { PostHog } from 'posthog-node';
import type { Attributes, Oracle, Random } from './oracle.ts';
import { stubOf } from './stub.ts';

const property = { key: 'plan', value: ['pro'], operator: 'exact', type: 'person' };

function group(random: Random): object {
  const share = random.pick([100, 100, null, 50, 0]);
  return { properties: random.chance(0.25) ? [property] : [], rollout_percentage: share, variant: random.pick([null, null, 'a', 'b']) };
}

export const oracle: Oracle = {
  source: 'posthog',
  attributes: ['distinct_id', 'groups', 'plan'],
  contexts: 250,
  required: ['distinct_id', 'plan'],
  state(random, key, earlier) {
    const groups = random.some(3, () => group(random));
    const multivariate = random.pick([
      null,
      null,
      { variants: [{ key: 'a', rollout_percentage: 100 }] },
      {
        variants: [
          { key: 'a', rollout_percentage: 50 },
          { key: 'b', rollout_percentage: 50 },
        ],
      },
    ]);
    const byGroup = random.chance(0.2) ? { aggregation_group_type_index: 0 } : {};
    const isPlain = groups.every((one) => (one as { readonly properties: readonly object[] }).properties.length === 0);
    const filters = { groups, multivariate, payloads: {}, ...byGroup };
    return { flag: { id: earlier.length + 1, key, active: random.chance(0.85), deleted: false, filters, updated_at: null }, isPlain };
  },
  documents: (flags) => [{ count: flags.size, next: null, previous: null, results: [...flags.values()] }],
  async start(flags) {
    const stub = await stubOf({ flags: [...flags.values()], group_type_mapping: { 0: 'company' }, cohorts: {} });
    const client = new PostHog('phc_x', {
      host: stub.url,
      personalApiKey: 'phx_x',
      featureFlagsPollingInterval: 3_600_000,
      disableGeoip: true,
    });
    await client.waitForLocalEvaluationReady(10_000);
    let [last, flagsFor] = [null as Attributes | null, null as Awaited<ReturnType<typeof client.evaluateFlags>> | null];
    return {
      async evaluate(key, attributes) {
        const { distinct_id = '', groups, plan = '' } = attributes;
        const byGroup = groups === undefined ? {} : { groups: { company: groups }, groupProperties: { company: { plan } } };
        if (attributes !== last)
          flagsFor = await client.evaluateFlags(distinct_id, { onlyEvaluateLocally: true, personProperties: { plan }, ...byGroup });
        last = attributes;
        const value = flagsFor?.getFlag(key);
        if (value === undefined) return { value: null };
        return typeof value === 'string' ? { value: true, variant: value } : { value, variant: null };
      },
      stop: async () => {
        await client.shutdown();
        stub.close();
      },
    };
  },
};
