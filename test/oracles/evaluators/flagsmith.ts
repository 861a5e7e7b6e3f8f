import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Flagsmith, LocalFileHandler } from 'flagsmith-nodejs';
import { type Attributes, type Oracle, valueAs } from './oracle.ts';

interface State {
  readonly own: object;
  readonly segments: readonly object[];
  readonly identities: readonly { readonly identifier: string; readonly state: object }[];
}

export const oracle: Oracle = {
  source: 'flagsmith',
  attributes: ['identifier', 'plan'],
  required: [],
  state(random, key, earlier) {
    const isOn = random.mostly([true, false]);
    const value = random.mostly<string | null>([null, 'x', 'y']);
    const feature = { id: earlier.length + 1, name: key, type: 'STANDARD' };
    const state = (at: number, enabled: boolean) => ({
      feature,
      enabled,
      django_id: earlier.length * 10 + at,
      featurestate_uuid: `00000000-0000-0000-0000-${String(earlier.length * 10 + at).padStart(12, '0')}`,
      feature_state_value: value(),
      multivariate_feature_state_values: [] as object[],
    });
    const option = {
      multivariate_feature_option: { id: 1, value: 'z' },
      percentage_allocation: random.pick([0, 50, 100]),
      mv_fs_value_uuid: 'u',
      id: 1,
    };
    const own = { ...state(0, isOn()), multivariate_feature_state_values: random.chance(0.2) ? [option] : [] };
    const segments = random.some(1, () => state(1, isOn()));
    const identities = random.some(1, () => ({ identifier: 'ann', state: state(2, isOn()) }));
    const flag: State = { own, segments, identities };
    return { flag, isPlain: segments.length + identities.length === 0 };
  },
  documents: (flags) => [
    document(flags),
    { source: 'flagsmith', pulledAt: '2026-01-01T00:00:00Z', environments: { production: document(flags) } },
  ],
  async start(flags) {
    const folder = await mkdtemp(join(tmpdir(), 'dropgate-flagsmith-'));
    const file = join(folder, 'environment.json');
    await writeFile(file, JSON.stringify(document(flags)));
    const client = new Flagsmith({ offlineMode: true, offlineHandler: new LocalFileHandler(file) });
    let [last, all] = [null as Attributes | null, await client.getEnvironmentFlags()];
    return {
      async evaluate(key, attributes) {
        const { identifier, ...traits } = attributes;
        if (attributes !== last)
          all = identifier === undefined ? await client.getEnvironmentFlags() : await client.getIdentityFlags(identifier, traits);
        last = attributes;
        const value = all.getFeatureValue(key);
        return { value: all.isFeatureEnabled(key), variant: value === null || value === undefined ? null : String(valueAs(value)) };
      },
      stop: () => rm(folder, { recursive: true }),
    };
  },
};

function document(flags: ReadonlyMap<string, unknown>): object {
  const states = [...flags.values()] as State[];
  const rules = [
    {
      type: 'ALL',
      rules: [{ type: 'ANY', rules: [], conditions: [{ operator: 'EQUAL', property_: 'plan', value: 'pro' }] }],
      conditions: [],
    },
  ];
  const segment = { id: 1, name: 'pro', rules, feature_states: states.flatMap(({ segments }) => segments) };
  const overrides = states.flatMap(({ identities }) => identities.map(({ state }) => state));
  const identity = {
    identifier: 'ann',
    identity_uuid: '00000000-0000-0000-0000-000000000001',
    created_date: '2026-01-01T00:00:00Z',
    environment_api_key: 'k',
    identity_features: overrides,
    identity_traits: [],
  };
  return {
    id: 1,
    name: 'production',
    api_key: 'k',
    project: {
      id: 1,
      name: 'p',
      hide_disabled_flags: false,
      organisation: { id: 1, name: 'o', feature_analytics: false, stop_serving_flags: false, persist_trait_data: true },
      segments: [segment],
    },
    feature_states: states.map(({ own }) => own),
    identity_overrides: [identity],
  };
}
