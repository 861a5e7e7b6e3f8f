/** A small document of each shape that a source reads, by source: one flag `k` on for everyone, another for some. */

const pulled = (source: string, parts: object): object => ({ source, pulledAt: '2026-01-01T00:00:00Z', ...parts });

const ldEnvironment = (more: object = {}) => ({
  on: true,
  archived: false,
  lastModified: Date.parse('2026-01-10T00:00:00Z'),
  targets: [],
  contextTargets: [],
  rules: [],
  fallthrough: { variation: 0 },
  offVariation: 1,
  prerequisites: [],
  ...more,
});
const ldFlag = (key: string, production: object) => ({
  key,
  kind: 'boolean',
  temporary: true,
  archived: false,
  creationDate: Date.parse('2025-01-01T00:00:00Z'),
  variations: [{ value: true }, { value: false }],
  environments: { production },
});
const ldItems = {
  items: [
    ldFlag('k', ldEnvironment()),
    ldFlag(
      'some',
      ldEnvironment({
        rules: [{ variation: 0, clauses: [{ attribute: 'plan', op: 'in', values: ['pro'] }] }],
        fallthrough: { variation: 1 },
      }),
    ),
    ldFlag('child', ldEnvironment({ prerequisites: [{ key: 'k', variation: 0 }] })),
  ],
  totalCount: 3,
};

const strategy = (name: string, parameters: object = {}, constraints: object[] = []) => ({
  name,
  parameters,
  constraints,
  segments: [],
  variants: [],
});
const unleashFeatures = [
  { name: 'k', type: 'release', enabled: true, strategies: [strategy('default')], variants: [], dependencies: [] },
  {
    name: 'some',
    type: 'kill-switch',
    enabled: true,
    strategies: [strategy('flexibleRollout', { rollout: '50', stickiness: 'userId' })],
    variants: [],
  },
];
const unleashExport = {
  features: unleashFeatures.map(({ name, type }) => ({ name, type, project: 'default' })),
  featureStrategies: unleashFeatures.flatMap(({ name, strategies }) =>
    strategies.map((one) => ({ id: `s-${name}`, featureName: name, ...one })),
  ),
  featureEnvironments: unleashFeatures.map(({ name, enabled }) => ({
    featureName: name,
    name,
    environment: 'production',
    enabled,
    variants: [],
  })),
  segments: [],
  dependencies: [],
};

const ffRule = (variantKey: string, more: object) => ({ ...more, variantSplits: [{ variantKey, split: 100 }] });
const ffControl = (variantKey: string) => ({ enabled: true, offVariantKey: 'off', rules: [ffRule(variantKey, { defaultRule: true })] });
const ffSome = {
  enabled: true,
  offVariantKey: 'off',
  rules: [
    ffRule('on', { audience: { conditions: [{ target: 'plan', operator: 'equals', values: ['pro'] }] } }),
    ffRule('off', { defaultRule: true }),
  ],
};

const gbRule = { id: 'r', type: 'force', enabled: true, condition: '', value: 'true' };
const gbFeature = (id: string, rules: object[]) => ({
  id,
  archived: false,
  valueType: 'boolean',
  defaultValue: 'false',
  dateCreated: '2025-01-01T00:00:00Z',
  dateUpdated: '2026-02-01T00:00:00Z',
  environments: { production: { enabled: true, defaultValue: 'false', rules } },
  revision: { version: 3, date: '2026-01-10T00:00:00Z' },
});
const gbFeatures = [gbFeature('k', [gbRule]), gbFeature('some', [{ ...gbRule, condition: '{"plan":"pro"}' }])];

const gate = (id: string, conditions: object[]) => ({
  id,
  isEnabled: true,
  status: 'In Progress',
  type: 'TEMPORARY',
  idType: 'userID',
  lastModifiedTime: Date.parse('2026-01-10T00:00:00Z'),
  createdTime: Date.parse('2025-01-01T00:00:00Z'),
  holdoutIDs: [],
  rules: [{ name: 'all', passPercentage: 100, conditions, environments: null }],
});

const fsState = (id: number, name: string, enabled: boolean) => ({
  feature: { id, name, type: 'STANDARD' },
  enabled,
  feature_state_value: null,
  multivariate_feature_state_values: [],
  feature_segment: null,
});
const flagsmith = {
  id: 1,
  api_key: 'k',
  name: 'Production',
  project: {
    id: 1,
    name: 'p',
    hide_disabled_flags: false,
    segments: [{ id: 1, name: 'beta', rules: [], feature_states: [fsState(2, 'some', true)] }],
  },
  feature_states: [fsState(1, 'k', true), fsState(2, 'some', false)],
  identity_overrides: [],
};

const phFlag = (id: number, key: string, properties: object[]) => ({
  id,
  key,
  active: true,
  deleted: false,
  filters: { groups: [{ properties, rollout_percentage: 100, variant: null }], multivariate: null },
  created_at: '2025-01-01T00:00:00Z',
  updated_at: '2026-01-10T00:00:00Z',
  tags: [],
});

const split = (name: string, keys: string[]) => ({
  name,
  environment: { id: 'e', name: 'production' },
  killed: false,
  treatments: [{ name: 'on' }, { name: 'off', keys }],
  defaultTreatment: 'off',
  trafficAllocation: 100,
  rules: [],
  defaultRule: [{ treatment: 'on', size: 100 }],
  lastUpdateTime: Date.parse('2026-01-10T00:00:00Z'),
});
const splits = [split('k', []), split('some', ['ann'])];

const config = {
  p: { u: 'https://cdn-global.configcat.com', r: 0, s: 's' },
  f: {
    k: { t: 0, v: { b: true } },
    some: { t: 0, v: { b: false }, r: [{ c: [{ u: { a: 'plan', c: 28, s: 'pro' } }], s: { v: { b: true } } }] },
  },
};

const dcFeature = (key: string, filters: object[]) => ({
  _id: `f-${key}`,
  key,
  type: 'release',
  status: 'active',
  variations: [
    { _id: `on-${key}`, key: 'on', variables: { [key]: true } },
    { _id: `off-${key}`, key: 'off', variables: { [key]: false } },
  ],
  prodTargetingUpdatedAt: '2026-01-10T00:00:00Z',
  configurations: [
    {
      _environment: 'env1',
      status: 'active',
      updatedAt: '2026-01-12T00:00:00Z',
      targets: [
        { audience: { filters: { operator: 'and', filters } }, rollout: null, distribution: [{ _variation: `on-${key}`, percentage: 1 }] },
      ],
    },
  ],
});

const delivery = (id: string, audienceIds: string[]) => ({
  id,
  key: id,
  status: 'Running',
  audienceIds,
  forcedVariations: {},
  variations: [{ id: `${id}v`, key: 'on', featureEnabled: true }],
  trafficAllocation: [{ entityId: `${id}v`, endOfRange: 10_000 }],
});
const datafile = {
  version: '4',
  environmentKey: 'production',
  rollouts: [
    { id: 'r1', experiments: [delivery('d1', [])] },
    { id: 'r2', experiments: [delivery('d2', ['a1'])] },
  ],
  experiments: [],
  featureFlags: [
    { id: '1', key: 'k', rolloutId: 'r1', experimentIds: [], variables: [] },
    { id: '2', key: 'some', rolloutId: 'r2', experimentIds: [], variables: [] },
  ],
};
const ruleset = (audience_conditions: unknown[]) => ({
  enabled: true,
  default_variation_key: 'off',
  rule_priorities: ['all'],
  rules: {
    all: {
      type: 'targeted_delivery',
      status: 'running',
      enabled: true,
      percentage_included: 10_000,
      audience_conditions,
      variations: { on: { key: 'on', percentage_included: 10_000 } },
    },
  },
});

const eppoFlag = (key: string, more: object) => ({
  key,
  enabled: true,
  variationType: 'BOOLEAN',
  variations: { on: { key: 'on', value: true } },
  totalShards: 10_000,
  allocations: [{ key: 'a', ...more, splits: [{ variationKey: 'on', shards: [] }] }],
});

const azure = [
  { id: 'k', enabled: true, conditions: { client_filters: [] } },
  { id: 'some', enabled: true, conditions: { client_filters: [{ name: 'Ours' }] } },
];

const fliptFlags = [
  { key: 'k', name: 'k', type: 'BOOLEAN_FLAG_TYPE', enabled: true, rollouts: [] },
  { key: 'some', name: 's', type: 'BOOLEAN_FLAG_TYPE', enabled: false, rollouts: [{ segment: { key: 'beta', value: true } }] },
];

export const documents: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  [
    'launchdarkly',
    [
      ldItems,
      pulled('launchdarkly', ldItems),
      {
        flags: {
          k: { key: 'k', on: true, variations: [true, false], fallthrough: { variation: 0 }, offVariation: 1 },
          some: {
            key: 'some',
            on: true,
            variations: [true, false],
            fallthrough: {
              rollout: {
                variations: [
                  { variation: 0, weight: 50_000 },
                  { variation: 1, weight: 50_000 },
                ],
              },
            },
          },
        },
        segments: {},
      },
    ],
  ],
  [
    'unleash',
    [
      { version: 2, features: unleashFeatures, query: { environment: 'production' } },
      unleashExport,
      pulled('unleash', {
        environments: [{ name: 'production', type: 'production', enabled: true }],
        exports: { production: unleashExport },
        archived: [],
        events: {},
      }),
    ],
  ],
  [
    'featureflow',
    [
      { k: { key: 'k', ...ffControl('on') }, some: { key: 'some', ...ffSome } },
      pulled('featureflow', {
        environments: [{ key: 'production', name: 'Production', production: true }],
        features: [{ key: 'k' }, { key: 'some' }],
        controls: { k: { production: { success: true, data: ffControl('on') } }, some: { production: ffSome } },
      }),
    ],
  ],
  [
    'growthbook',
    [
      { features: gbFeatures, total: 2, hasMore: false },
      pulled('growthbook', { features: gbFeatures }),
      {
        features: gbFeatures.map(({ environments: { production }, ...rest }) => ({
          ...rest,
          environments: { production: { enabled: true } },
          rules: production.rules.map((rule) => ({ ...rule, allEnvironments: true })),
        })),
      },
      {
        features: { k: { defaultValue: true }, some: { defaultValue: false, rules: [{ force: true, condition: { plan: 'pro' } }] } },
        dateUpdated: '2026-01-01T00:00:00Z',
      },
    ],
  ],
  [
    'statsig',
    [
      {
        message: 'ok',
        data: [gate('k', [{ type: 'public' }]), gate('some', [{ type: 'user_id', targetValue: ['ann'] }])],
        pagination: { nextPage: null },
      },
    ],
  ],
  ['flagsmith', [flagsmith, pulled('flagsmith', { environments: { Production: flagsmith } })]],
  [
    'posthog',
    [{ count: 2, next: null, results: [phFlag(1, 'k', []), phFlag(2, 'some', [{ key: 'plan', value: 'pro', type: 'person' }])] }],
  ],
  [
    'split',
    [
      splits,
      splits[0],
      { objects: splits, offset: 0, totalCount: 2 },
      pulled('split', { environments: [{ id: 'e', name: 'production', production: true }], splits: { production: splits } }),
      [{ k: { treatment: 'on' } }, { some: { treatment: 'on', keys: ['ann'] } }, { some: { treatment: 'off' } }],
    ],
  ],
  ['configcat', [config, pulled('configcat', { configs: { production: config } })]],
  [
    'devcycle',
    [
      pulled('devcycle', {
        environments: [{ _id: 'env1', key: 'production', type: 'production' }],
        features: [dcFeature('k', [{ type: 'all' }]), dcFeature('some', [{ type: 'user' }])],
      }),
    ],
  ],
  [
    'optimizely',
    [
      datafile,
      pulled('optimizely', {
        flags: [
          { key: 'k', archived: false, environments: { production: { enabled: true } } },
          { key: 'some', archived: false, environments: { production: { enabled: true } } },
        ],
        rulesets: { k: { production: ruleset([]) }, some: { production: ruleset(['and', { audience_id: 1 }]) } },
      }),
    ],
  ],
  [
    'eppo',
    [
      {
        createdAt: '2026-01-01T00:00:00Z',
        environment: { name: 'Production' },
        flags: { k: eppoFlag('k', {}), some: eppoFlag('some', { rules: [{ conditions: [] }] }) },
      },
      pulled('eppo', { environments: { production: { flags: { k: eppoFlag('k', {}) } } } }),
    ],
  ],
  [
    'flipt',
    [
      {
        version: '1.2',
        namespace: 'default',
        flags: fliptFlags,
        segments: [{ key: 'beta', match_type: 'ANY_MATCH_TYPE', constraints: [{ property: 'plan' }] }],
      },
      pulled('flipt', { namespace: 'default', flags: fliptFlags, segments: [] }),
    ],
  ],
  [
    'go-feature-flag',
    [
      {
        k: { variations: { on: true, off: false }, defaultRule: { variation: 'on' } },
        some: {
          variations: { on: true, off: false },
          targeting: [{ query: 'plan eq "pro"', variation: 'on' }],
          defaultRule: { variation: 'off' },
        },
      },
    ],
  ],
  [
    'flagd',
    [
      {
        $schema: 'https://flagd.dev/schema/v0/flags.json',
        flags: {
          k: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' },
          some: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off', targeting: { if: [{ var: 'beta' }, 'on'] } },
        },
      },
    ],
  ],
  [
    'azure-feature-management',
    [
      { feature_management: { feature_flags: azure } },
      {
        items: azure.map((flag) => ({
          key: `.appconfig.featureflag/${flag.id}`,
          label: 'production',
          value: JSON.stringify(flag),
          last_modified: '2026-01-10T00:00:00Z',
        })),
      },
    ],
  ],
  [
    'firebase-remote-config',
    [
      {
        conditions: [{ name: 'beta', expression: 'true' }],
        parameters: {
          k: { defaultValue: { value: 'true' }, valueType: 'BOOLEAN' },
          some: { defaultValue: { value: 'false' }, conditionalValues: { beta: { value: 'true' } }, valueType: 'BOOLEAN' },
        },
        version: { versionNumber: '4', updateTime: '2026-01-10T00:00:00Z' },
      },
    ],
  ],
  [
    'aws-appconfig',
    [
      {
        version: '1',
        flags: { k: { name: 'k', _updatedAt: '2026-01-10T00:00:00Z' }, some: { name: 'some' } },
        values: {
          k: { enabled: true },
          some: {
            _variants: [
              { name: 'beta', enabled: true, rule: '(eq $plan "pro")' },
              { name: 'rest', enabled: false },
            ],
          },
        },
      },
    ],
  ],
  ['openfeature-manifest', [{ flags: { k: { flagType: 'boolean', defaultValue: false } } }]],
]);
