/**
 * What each provider answers, as its documentation shows it: two or three flags, in pages where it has pages. A stub refuses
 * whoever does not bring the token where the provider expects it.
 */
import type { IncomingMessage } from 'node:http';

export const token = 'tok-RECOGNISABLE-0123456789';
/** What DevCycle gives for it: a secret too. */
export const accessToken = 'access-RECOGNISABLE-9876543210';

export interface Stub {
  readonly provider: string;
  /** Environment variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** The secret as the provider knows it, where it is more than `token`. */
  readonly secret?: string;
  readonly options: { readonly project?: string; readonly environments?: readonly string[] };
  /** Whether the request brings its token. */
  readonly isAllowed: (request: IncomingMessage, url: URL) => boolean;
  /** Answers by path; `null`: 404. */
  readonly answer: (url: URL, method: string, body: string) => unknown;
  /** `key environment serves since-day sinceFrom` of the snapshot. */
  readonly expected: readonly string[];
  /** Texts of the answers that must not be in the snapshot. */
  readonly people?: readonly string[];
}

const bearer = (request: IncomingMessage): boolean => request.headers.authorization === `Bearer ${token}`;
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const number = (url: URL, name: string): number => Number(url.searchParams.get(name) ?? 0);

/** A page of a list. */
const page = <Item>(items: readonly Item[], url: URL, size: number): readonly Item[] =>
  items.slice(number(url, 'offset'), number(url, 'offset') + Math.min(size, number(url, 'limit') || size));

const unleashStrategy = (featureName: string, rollout: string) => ({
  id: `s-${featureName}`,
  name: 'flexibleRollout',
  featureName,
  parameters: { rollout, stickiness: 'default', groupId: featureName },
  constraints: [],
  segments: [],
  variants: [],
  disabled: false,
});

const unleash: Stub = {
  provider: 'unleash',
  variables: { UNLEASH_API_TOKEN: token },
  options: {},
  isAllowed: (request) => request.headers.authorization === token,
  answer(url, method, body) {
    if (url.pathname === '/api/admin/environments/project/default')
      return { version: 1, environments: [{ name: 'production', type: 'production', enabled: true, visible: true }] };
    if (url.pathname === '/api/admin/features-batch/export' && method === 'POST') {
      const { environment } = JSON.parse(body) as { environment: string };
      return {
        features: ['full', 'half'].map((name) => ({ name, type: 'release', archived: false, project: 'default' })),
        featureStrategies: [unleashStrategy('full', '100'), unleashStrategy('half', '50')],
        featureEnvironments: ['full', 'half'].map((featureName) => ({ featureName, environment, enabled: true, variants: [] })),
        segments: [],
        dependencies: [],
        contextFields: [],
      };
    }
    if (url.pathname === '/api/admin/search/features') {
      const archived = Array.from({ length: 130 }, (_, index) => ({
        name: `old-${index}`,
        type: 'release',
        createdAt: '2025-01-01T00:00:00Z',
      }));
      return { features: page(archived, url, 100), total: 130 };
    }
    if (url.pathname === '/api/admin/search/events') {
      const featureName = url.searchParams.get('feature')?.slice(3) ?? '';
      const noise = Array.from({ length: 250 }, (_, index) => ({
        id: 900 - index,
        type: 'feature-metadata-updated',
        createdAt: '2026-01-20T00:00:00Z',
        featureName,
        environment: null,
        data: null,
        preData: null,
        createdBy: 'ada@example.org',
      }));
      const first = [
        {
          id: 3,
          type: 'feature-environment-enabled',
          createdAt: '2026-01-05T00:00:00Z',
          environment: 'production',
          data: null,
          preData: null,
        },
        {
          id: 2,
          type: 'feature-strategy-add',
          createdAt: '2026-01-04T00:00:00Z',
          environment: 'production',
          data: unleashStrategy(featureName, '100'),
          preData: null,
        },
        { id: 1, type: 'feature-created', createdAt: '2026-01-03T00:00:00Z', environment: null, data: {}, preData: null },
      ].map((event) => ({ ...event, featureName }));
      return { events: page([...noise, ...first], url, 1000), total: 253 };
    }
    return null;
  },
  expected: [
    'full production true 2026-01-05 audit',
    'half production null 2026-01-05 audit',
    ...Array.from({ length: 130 }, (_, index) => `old-${index}  null 2026-02-01 snapshot`),
  ],
  people: ['ada@example.org'],
};

const ldFlag = (key: string, environment: string, more: object = {}) => ({
  key,
  kind: 'boolean',
  variations: [{ value: true }, { value: false }],
  temporary: true,
  archived: false,
  creationDate: at('2025-12-01'),
  ...more,
  environments: {
    [environment]: {
      on: true,
      archived: false,
      lastModified: at('2026-01-07'),
      prerequisites: [],
      targets: [{ values: ['ada@example.org'], variation: 0 }],
      contextTargets: [],
      rules: [],
      fallthrough: { variation: 0 },
      offVariation: 1,
    },
  },
});

const launchdarkly: Stub = {
  provider: 'launchdarkly',
  variables: { LD_API_TOKEN: token },
  options: { project: 'web' },
  isAllowed: (request) => request.headers.authorization === token && request.headers['ld-api-version'] === '20240415',
  answer(url) {
    if (url.pathname === '/api/v2/projects/web/environments')
      return { items: ['production', 'test'].map((key) => ({ key, critical: key === 'production' })), totalCount: 2 };
    const environment = url.searchParams.get('env');
    if (url.pathname !== '/api/v2/flags/web' || environment === null || url.searchParams.get('summary') !== '0') return null;
    if (url.searchParams.get('filter') === 'state:archived')
      return { items: [ldFlag('gone', environment, { archived: true })], totalCount: 1 };
    const all = Array.from({ length: 120 }, (_, index) => ldFlag(`f${index}`, environment));
    return { items: page(all, url, 100), totalCount: 120 };
  },
  expected: [
    ...Array.from({ length: 120 }, (_, index) => [
      `f${index} production true 2026-01-07 modified`,
      `f${index} test true 2026-01-07 modified`,
    ]).flat(),
    'gone production null 2026-01-07 modified',
    'gone test null 2026-01-07 modified',
  ],
  people: ['ada@example.org'],
};

const featureflow: Stub = {
  provider: 'featureflow',
  variables: { FEATUREFLOW_API_TOKEN: `api-${token}` },
  secret: `api-${token}`,
  options: { project: 'web' },
  isAllowed: (request) => request.headers['x-api-key'] === `api-${token}`,
  answer(url) {
    if (url.pathname === '/v1/environments' && url.searchParams.get('projectKey') === 'web')
      return [{ key: 'production', production: true }];
    if (url.pathname === '/v1/features') {
      const isArchived = url.searchParams.get('archived') === 'true';
      if (isArchived) return { success: true, data: [{ key: 'gone', archived: true }] };
      return number(url, 'page') === 0 ? { content: [{ key: 'full' }], last: false } : { content: [{ key: 'off' }], last: true };
    }
    const feature = /^\/v1\/features\/web(?::|%3A)(\w+)\/controls\/production$/.exec(url.pathname)?.[1];
    if (feature === undefined) return null;
    const control = {
      enabled: feature === 'full',
      offVariantKey: 'off',
      rules: [{ defaultRule: true, audience: null, variantSplits: [{ variantKey: 'on', split: 100 }] }],
    };
    return feature === 'off' ? { success: true, data: control } : control;
  },
  expected: [
    'full production true 2026-02-01 snapshot',
    'gone production null 2026-02-01 snapshot',
    'off production false 2026-02-01 snapshot',
  ],
};

const growthbook: Stub = {
  provider: 'growthbook',
  variables: { GROWTHBOOK_API_KEY: token },
  options: {},
  isAllowed: bearer,
  answer(url) {
    if (url.pathname !== '/api/v1/features') return null;
    const all = Array.from({ length: 101 }, (_, index) => ({
      id: `g${index}`,
      archived: false,
      valueType: 'boolean',
      defaultValue: 'true',
      dateCreated: '2025-12-01T00:00:00Z',
      dateUpdated: '2026-01-08T00:00:00Z',
      prerequisites: [],
      environments: { production: { enabled: true, defaultValue: 'true', rules: [] } },
      revision: { version: 1, date: '2026-01-08T00:00:00Z' },
    }));
    const features = page(all, url, 100);
    return {
      features,
      limit: 100,
      offset: number(url, 'offset'),
      count: features.length,
      total: 101,
      hasMore: number(url, 'offset') + features.length < 101,
    };
  },
  expected: Array.from({ length: 101 }, (_, index) => `g${index} production true 2026-01-08 modified`),
};

const statsig: Stub = {
  provider: 'statsig',
  variables: { STATSIG_CONSOLE_API_KEY: token },
  options: {},
  isAllowed: (request) => request.headers['statsig-api-key'] === token,
  answer(url) {
    const all = ['a', 'b', 'c'].map((id) => ({
      id,
      isEnabled: true,
      status: 'In Progress',
      type: 'TEMPORARY',
      idType: 'userID',
      lastModifiedTime: at('2026-01-09'),
      createdTime: at('2025-12-01'),
      holdoutIDs: [],
      rules: [{ name: 'all', passPercentage: 100, conditions: [{ type: 'public' }], environments: null }],
    }));
    if (url.pathname !== '/console/v1/gates') return null;
    const index = number(url, 'page') - 1;
    return {
      data: all.slice(index * 2, index * 2 + 2),
      pagination: { pageNumber: index + 1, nextPage: index === 0 ? '/console/v1/gates?page=2' : null, totalItems: 3 },
    };
  },
  expected: ['a  true 2026-01-09 modified', 'b  true 2026-01-09 modified', 'c  true 2026-01-09 modified'],
};

const flagsmith: Stub = {
  provider: 'flagsmith',
  variables: {
    FLAGSMITH_ENVIRONMENT_KEY: 'other',
    FLAGSMITH_ENVIRONMENT_KEY_PRODUCTION: `ser.${token}`,
    FLAGSMITH_ENVIRONMENT_KEY_STAGING: `ser.${token}.2`,
  },
  secret: `ser.${token}`,
  options: { environments: ['production', 'staging'] },
  isAllowed: (request) => String(request.headers['x-environment-key']).startsWith(`ser.${token}`),
  answer(url) {
    if (url.pathname !== '/api/v1/environment-document/') return null;
    const states = ['full', 'pinned'].map((name, id) => ({
      enabled: true,
      feature: { id, name, type: 'STANDARD' },
      feature_state_value: null,
      multivariate_feature_state_values: [],
      featurestate_uuid: name,
    }));
    const override = {
      identifier: 'ada@example.org',
      identity_features: [
        {
          enabled: false,
          feature: { id: 1, name: 'pinned', type: 'STANDARD' },
          feature_state_value: null,
          multivariate_feature_state_values: [],
        },
      ],
    };
    const isSecond = url.searchParams.get('page_id') === 'next:1';
    const document = {
      id: 1,
      api_key: `ser.${token}`,
      name: 'Production',
      project: { id: 1, name: 'web', segments: [], hide_disabled_flags: false },
      feature_states: states,
      identity_overrides: isSecond ? [override] : [],
    };
    return isSecond ? document : { ...document, link: '</api/v1/environment-document/?page_id=next%3A1>; rel="next"' };
  },
  expected: [
    'full production true 2026-02-01 snapshot',
    'full staging true 2026-02-01 snapshot',
    'pinned production null 2026-02-01 snapshot',
    'pinned staging null 2026-02-01 snapshot',
  ],
  people: ['ada@example.org'],
};

const posthog: Stub = {
  provider: 'posthog',
  variables: { POSTHOG_PERSONAL_API_KEY: token },
  options: { project: '42' },
  isAllowed: bearer,
  answer(url) {
    if (url.pathname !== '/api/projects/42/feature_flags/') return null;
    const all = Array.from({ length: 102 }, (_, id) => ({
      id,
      key: `p${id}`,
      active: true,
      deleted: false,
      filters: { groups: [{ properties: [], rollout_percentage: id === 0 ? 50 : null }], multivariate: null },
      created_at: '2025-12-01T00:00:00Z',
      updated_at: '2026-01-10T00:00:00Z',
      tags: [],
    }));
    const results = page(all, url, 100);
    return {
      count: 102,
      next: number(url, 'offset') === 0 ? 'https://us.posthog.com/api/projects/42/feature_flags/?limit=100&offset=100' : null,
      previous: null,
      results,
    };
  },
  expected: ['p0  null 2026-01-10 modified', ...Array.from({ length: 101 }, (_, index) => `p${index + 1}  true 2026-01-10 modified`)],
};

const split: Stub = {
  provider: 'split',
  variables: { SPLIT_ADMIN_API_KEY: token },
  options: { project: 'ws1', environments: ['Prod'] },
  isAllowed: bearer,
  answer(url) {
    if (url.pathname === '/internal/api/v2/environments/ws/ws1')
      return [
        { id: 'e1', name: 'Prod', production: true },
        { id: 'e2', name: 'Dev', production: false },
      ];
    if (url.pathname !== '/internal/api/v2/splits/ws/ws1/environments/e1') return null;
    const all = Array.from({ length: 21 }, (_, index) => ({
      name: `s${index}`,
      environment: { id: 'e1', name: 'Prod' },
      killed: false,
      treatments: [
        { name: 'on', keys: index === 0 ? ['ada@example.org'] : [] },
        { name: 'off', keys: [] },
      ],
      defaultTreatment: 'off',
      trafficAllocation: 100,
      rules: [],
      defaultRule: [{ treatment: index === 0 ? 'off' : 'on', size: 100 }],
      creationTime: at('2025-12-01'),
      lastUpdateTime: at('2026-01-11'),
    }));
    return { objects: page(all, url, 20), offset: number(url, 'offset'), limit: 20, totalCount: 21 };
  },
  expected: [
    's0 Prod null 2026-01-11 modified',
    ...Array.from({ length: 20 }, (_, index) => `s${index + 1} Prod true 2026-01-11 modified`),
  ],
  people: ['ada@example.org'],
};

const configcat: Stub = {
  provider: 'configcat',
  variables: { CONFIGCAT_SDK_KEY: `configcat-sdk-1/${token}/rest` },
  secret: `configcat-sdk-1/${token}/rest`,
  options: { environments: ['production'] },
  isAllowed: (_, url) => url.pathname.includes(token),
  answer: (url) =>
    url.pathname === `/configuration-files/configcat-sdk-1/${token}/rest/config_v6.json`
      ? {
          p: { u: 'https://cdn-global.configcat.com', r: 0, s: 'salt' },
          f: { full: { t: 0, v: { b: true } }, off: { t: 0, v: { b: false } } },
        }
      : null,
  expected: ['full production true 2026-02-01 snapshot', 'off production false 2026-02-01 snapshot'],
};

const devcycle: Stub = {
  provider: 'devcycle',
  variables: { DEVCYCLE_CLIENT_ID: 'client-1', DEVCYCLE_CLIENT_SECRET: token },
  options: { project: 'web' },
  isAllowed: (request, url) => url.pathname === '/oauth/token' || request.headers.authorization === `Bearer ${accessToken}`,
  answer(url, method, body) {
    if (url.pathname === '/oauth/token') {
      const { client_id, client_secret, grant_type } = JSON.parse(body) as Record<string, string>;
      return method === 'POST' && client_id === 'client-1' && client_secret === token && grant_type === 'client_credentials'
        ? { access_token: accessToken, expires_in: 3600 }
        : null;
    }
    if (url.pathname === '/v1/projects/web/environments')
      return [{ _id: 'e1', key: 'production', type: 'production', sdkKeys: { server: [{ key: 'dvc_server_SECRETKEY' }] } }];
    const feature = {
      type: 'release',
      variations: [{ _id: 'v1', key: 'on', variables: { full: true } }],
      prodTargetingUpdatedAt: '2026-01-12T00:00:00Z',
      createdAt: '2025-12-01T00:00:00Z',
    };
    if (url.pathname === '/v2/projects/web/features') {
      if (url.searchParams.get('status') !== 'active') return [];
      const all = Array.from({ length: 101 }, (_, index) => ({
        ...feature,
        key: `d${index}`,
        status: 'active',
        variations: [{ _id: 'v1', key: 'on', variables: { [`var${index}`]: true } }],
      }));
      return all.slice((number(url, 'page') - 1) * 100, number(url, 'page') * 100);
    }
    if (!/^\/v1\/projects\/web\/features\/d\d+\/configurations$/.test(url.pathname)) return null;
    const target = {
      audience: { filters: { operator: 'and', filters: [{ type: 'all' }] } },
      rollout: null,
      distribution: [{ _variation: 'v1', percentage: 1 }],
    };
    return [{ _environment: 'e1', status: 'active', updatedAt: '2026-01-20T00:00:00Z', targets: [target] }];
  },
  expected: Array.from({ length: 101 }, (_, index) => `var${index} production true 2026-01-12 audit`),
  people: ['SECRETKEY'],
};

const optimizely: Stub = {
  provider: 'optimizely',
  variables: { OPTIMIZELY_API_TOKEN: token },
  options: { project: '7', environments: ['production'] },
  isAllowed: bearer,
  answer(url) {
    const flag = (key: string, archived: boolean) => ({
      key,
      archived,
      created_time: '2025-12-01T00:00:00Z',
      environments: { production: { key: 'production' }, development: { key: 'development' } },
    });
    if (url.pathname === '/flags/v1/projects/7/flags') {
      if (url.searchParams.get('archived') === 'true') return { items: [flag('gone', true)], page: 1, total_pages: 1 };
      return { items: [flag(number(url, 'page') === 1 ? 'full' : 'off', false)], page: number(url, 'page'), total_pages: 2 };
    }
    const key = /^\/flags\/v1\/projects\/7\/flags\/(\w+)\/environments\/production\/ruleset$/.exec(url.pathname)?.[1];
    if (key === undefined) return null;
    const rule = {
      key: 'everyone',
      type: 'targeted_delivery',
      status: 'running',
      enabled: true,
      percentage_included: 10000,
      audience_conditions: [],
      variations: { on: { key: 'on', percentage_included: 10000 } },
    };
    return {
      enabled: key === 'full',
      rules: { everyone: rule },
      rule_priorities: ['everyone'],
      default_variation_key: 'off',
      updated_time: '2026-01-13T00:00:00Z',
    };
  },
  expected: [
    'full production true 2026-01-13 modified',
    'gone production null 2026-02-01 snapshot',
    'off production false 2026-01-13 modified',
  ],
};

const flipt: Stub = {
  provider: 'flipt',
  variables: { FLIPT_API_TOKEN: token },
  options: { project: 'web' },
  isAllowed: bearer,
  answer(url) {
    const base = '/api/v1/namespaces/web';
    const dates = { createdAt: '2025-12-01T00:00:00Z', updatedAt: '2026-01-14T00:00:00Z' };
    const flag = (key: string) => ({ key, name: key, enabled: true, type: 'BOOLEAN_FLAG_TYPE', variants: [], ...dates });
    if (url.pathname === `${base}/flags`)
      return url.searchParams.get('pageToken') === 'two'
        ? { flags: [flag('half')], nextPageToken: '', totalCount: 2 }
        : { flags: [flag('full')], nextPageToken: 'two', totalCount: 2 };
    if (url.pathname === `${base}/segments`) return { segments: [], nextPageToken: '', totalCount: 0 };
    if (url.pathname === `${base}/flags/half/rollouts`)
      return {
        rules: [{ type: 'THRESHOLD_ROLLOUT_TYPE', rank: 1, threshold: { percentage: 50, value: false }, ...dates }],
        nextPageToken: '',
      };
    return /\/flags\/\w+\/(?:rollouts|rules)$/.test(url.pathname) ? { rules: [], nextPageToken: '', totalCount: 0 } : null;
  },
  expected: ['full  true 2026-01-14 modified', 'half  null 2026-01-14 modified'],
};

const goFeatureFlag: Stub = {
  provider: 'go-feature-flag',
  variables: { GO_FEATURE_FLAG_API_KEY: token },
  options: {},
  isAllowed: (request) => request.headers['x-api-key'] === token,
  answer: (url, method) =>
    url.pathname === '/v1/flag/configuration' && method === 'POST'
      ? {
          flags: {
            full: { variations: { on: true, off: false }, defaultRule: { variation: 'on' } },
            source: { variations: { on: true, off: false }, defaultRule: { variation: 'off' } },
          },
        }
      : null,
  expected: ['full  true 2026-02-01 snapshot', 'source  false 2026-02-01 snapshot'],
};

const eppo: Stub = {
  provider: 'eppo',
  variables: { EPPO_SDK_KEY: token },
  options: {},
  isAllowed: (_, url) => url.searchParams.get('apiKey') === token,
  answer(url) {
    if (url.pathname !== '/flag-config/v1/config') return null;
    const variations = { on: { key: 'on', value: true } };
    const allocations = [{ key: 'all', rules: [], splits: [{ variationKey: 'on', shards: [] }], doLog: false }];
    return {
      createdAt: '2026-01-30T00:00:00Z',
      environment: { name: 'Production' },
      flags: { full: { key: 'full', enabled: true, variationType: 'BOOLEAN', variations, totalShards: 10000, allocations } },
    };
  },
  expected: ['full Production true 2026-02-01 snapshot'],
};

export const stubs: readonly Stub[] = [
  unleash,
  launchdarkly,
  featureflow,
  growthbook,
  statsig,
  flagsmith,
  posthog,
  split,
  configcat,
  devcycle,
  optimizely,
  flipt,
  goFeatureFlag,
  eppo,
];
