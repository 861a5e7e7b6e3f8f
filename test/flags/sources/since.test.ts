/** Since when a provider's document says that something is served, and what it takes for a claim to fall. */
import { describe, expect, test } from 'vitest';
import { loadSources } from '../../../src/flags/sources.ts';
import type { EnvironmentState, FlagRecord } from '../../../src/flags/types.ts';
import { documents } from './documents.ts';

const sources = await loadSources();
const now = new Date('2026-03-01T00:00:00Z');

function flagsOf(id: string, document: unknown): ReadonlyMap<string, FlagRecord> {
  const answer = sources.find((one) => one.id === id)?.read(document, { now });
  if (answer?.ok !== true) throw new Error(answer?.problem ?? 'no source');
  return new Map(answer.flags.map((flag) => [flag.key, flag]));
}

/** `on since 2026-01-10 (audit)` */
function shown(state: EnvironmentState | undefined): string {
  if (state === undefined) return 'none';
  const { everyone, by, since, sinceFrom, blockers } = state;
  const what =
    everyone === null
      ? blockers.map(({ kind, detail }) => `${kind}: ${detail}`).join('; ')
      : `${everyone}${by === null ? '' : ` by ${by}`}`;
  return `${what}${since === null ? '' : ` since ${since.slice(0, 10)} (${sinceFrom})`}`;
}

const first = (id: string, key = 'k', shape = 0): string => shown(flagsOf(id, documents.get(id)?.[shape]).get(key)?.environments[0]);

describe('dates of documents', () => {
  test.each([
    ['launchdarkly', 'true since 2026-01-10 (modified)'],
    ['growthbook', 'true since 2026-01-10 (modified)'],
    ['statsig', 'true since 2026-01-10 (modified)'],
    ['posthog', 'true since 2026-01-10 (modified)'],
    ['split', 'true since 2026-01-10 (modified)'],
    ['devcycle', 'true since 2026-01-10 (audit)'],
    ['firebase-remote-config', 'true since 2026-01-10 (modified)'],
    ['aws-appconfig', 'true since 2026-01-10 (modified)'],
    ['unleash', 'true'],
    ['featureflow', 'true'],
    ['flagsmith', 'true'],
    ['configcat', 'true'],
    ['eppo', 'true'],
    ['flagd', 'true'],
  ])('%s', (id, expected) => {
    expect(first(id)).toBe(expected);
  });

  test('a flag is held no longer than its prerequisite', () => {
    expect(first('launchdarkly', 'child')).toBe('true since 2026-01-10 (modified)');
    const items = structuredClone(documents.get('launchdarkly')?.[0]) as {
      items: { environments: { production: { lastModified: number } } }[];
    };
    const [parent] = items.items;
    if (parent !== undefined) parent.environments.production.lastModified = Date.parse('2026-02-20T00:00:00Z');
    expect(shown(flagsOf('launchdarkly', items).get('child')?.environments[0])).toBe('true since 2026-02-20 (modified)');
  });
});

describe('a time in the document', () => {
  const goff = (date: string) => ({
    k: {
      variations: { on: true, off: false },
      defaultRule: {
        progressiveRollout: {
          initial: { variation: 'off', date: '2025-12-01T00:00:00Z' },
          end: { variation: 'on', percentage: 100, date },
        },
      },
    },
  });
  const eppo = (window: object) => ({
    flags: {
      k: {
        enabled: true,
        variations: { on: { key: 'on', value: true } },
        totalShards: 10,
        allocations: [{ key: 'a', ...window, splits: [{ variationKey: 'on', shards: [] }] }],
      },
    },
  });
  test.each([
    ['go-feature-flag', goff('2026-02-01T00:00:00Z'), 'true by targetingKey since 2026-02-01 (file)'],
    ['go-feature-flag', goff('2026-04-01T00:00:00Z'), 'schedule: the default rule serves something that is not known'],
    ['eppo', eppo({ startAt: '2026-02-01T00:00:00Z' }), 'true since 2026-02-01 (file)'],
    [
      'eppo',
      eppo({ startAt: '2026-04-01T00:00:00Z' }),
      'schedule: the allocation a serves on; rollout: the default of the code serves something that is not known',
    ],
    [
      'eppo',
      eppo({ endAt: '2026-02-01T00:00:00Z' }),
      'rollout: the default of the code serves something that is not known since 2026-02-01 (file)',
    ],
  ])('%s counts only once it is past', (id, document, expected) => {
    expect(shown(flagsOf(id, document).get('k')?.environments[0])).toBe(expected);
  });
});

describe('the log of Unleash', () => {
  const rollout = (share: string, more: object = {}) => ({
    id: 's1',
    name: 'flexibleRollout',
    parameters: { rollout: share, stickiness: 'default' },
    constraints: [],
    segments: [],
    ...more,
  });
  const event = (id: number, type: string, day: string, more: object = {}) => ({
    id,
    type,
    createdAt: `2026-${day}T00:00:00Z`,
    environment: 'production',
    ...more,
  });
  const created = event(1, 'feature-created', '01-01', { environment: null });
  const added = event(2, 'feature-strategy-add', '01-02', { data: rollout('50') });
  const enabled = event(3, 'feature-environment-enabled', '01-03', { data: null });
  const raised = event(4, 'feature-strategy-update', '01-04', { preData: rollout('50'), data: rollout('100') });
  const titled = event(5, 'feature-strategy-update', '01-05', { preData: rollout('100'), data: rollout('100', { title: 'all' }) });
  const described = event(6, 'feature-metadata-updated', '01-06', { environment: null });

  const pulled = (
    events: object[],
    more: { readonly enabled?: boolean; readonly archived?: object[]; readonly dependencies?: object[] } = {},
  ) => ({
    source: 'unleash',
    pulledAt: '2026-03-01T00:00:00Z',
    environments: [{ name: 'production', type: 'production', enabled: true }],
    exports: {
      production: {
        features: [{ name: 'k', type: 'release' }],
        featureStrategies: [{ ...rollout('100'), featureName: 'k' }],
        featureEnvironments: [{ featureName: 'k', environment: 'production', enabled: more.enabled ?? true, variants: [] }],
        dependencies: more.dependencies ?? [],
      },
    },
    archived: more.archived ?? [],
    events: { k: events },
  });
  const since = (events: object[], more: Parameters<typeof pulled>[1] = {}): string =>
    shown(flagsOf('unleash', pulled(events, more)).get('k')?.environments[0]);

  test('goes back to the first change of what is served: titles and descriptions are none', () => {
    expect(since([described, titled, raised, enabled, added, created])).toBe('true since 2026-01-04 (audit)');
    expect(since([created, added, enabled, raised, titled, described])).toBe('true since 2026-01-04 (audit)');
  });
  test('counts enabling and disabling', () => {
    const off = event(7, 'feature-environment-disabled', '01-10');
    const back = event(8, 'feature-environment-enabled', '01-12');
    expect(since([back, off, raised, enabled, added, created])).toBe('true since 2026-01-12 (audit)');
    expect(since([off, raised, enabled, added, created], { enabled: false })).toBe('false since 2026-01-10 (audit)');
  });
  test('passes over another environment, and a strategy that made no difference', () => {
    const elsewhere = event(7, 'feature-environment-disabled', '01-20', { environment: 'development' });
    const spare = event(8, 'feature-strategy-remove', '01-21', {
      preData: rollout('10', { id: 's2', constraints: [{ contextName: 'plan' }] }),
    });
    expect(since([spare, elsewhere, raised, enabled, added, created])).toBe('true since 2026-01-04 (audit)');
  });
  test('counts archiving and reviving, and parents that went', () => {
    const revived = event(7, 'feature-revived', '01-20', { environment: null });
    expect(since([revived, raised, enabled, added, created])).toBe('true since 2026-01-20 (audit)');
    const freed = event(8, 'feature-dependency-removed', '01-22', { environment: null, preData: { feature: 'parent', enabled: true } });
    expect(since([freed, raised, enabled, added, created])).toBe('true since 2026-01-22 (audit)');
  });
  test('that ends early, or holds what it does not know, is a lower bound', () => {
    expect(since([described, titled])).toBe('true since 2026-01-05 (modified)');
    expect(since([event(9, 'feature-import', '01-25'), raised, enabled])).toBe('true since 2026-01-25 (modified)');
    expect(since([])).toBe('true');
  });
  test('archived features are there, and served to nobody', () => {
    const flags = flagsOf('unleash', pulled([], { archived: [{ name: 'old', type: 'release', createdAt: '2024-01-01T00:00:00Z' }] }));
    expect(flags.get('old')).toMatchObject({ archived: true, createdAt: '2024-01-01T00:00:00.000Z' });
    expect(shown(flags.get('old')?.environments[0])).toBe('unknown: archived: everyone is served the default of the code');
  });
});

describe('what keeps a flag from everyone, in words', () => {
  test.each([
    ['launchdarkly', 0, 'rule: rule 1 serves on since 2026-01-10 (modified)'],
    ['unleash', 0, 'rollout: strategy 1 serves on to 50 % by userId'],
    ['featureflow', 0, 'rule: rule 1 serves on'],
    ['growthbook', 3, 'rule: rule 1 serves on'],
    ['statsig', 0, 'rule: rule all serves on since 2026-01-10 (modified)'],
    ['flagsmith', 0, 'segment: the segment beta serves on'],
    ['posthog', 0, 'rule: group 1 serves on since 2026-01-10 (modified)'],
    ['split', 0, 'target: 1 keys by name serves off since 2026-01-10 (modified)'],
    ['optimizely', 0, 'rule: delivery 1 serves on'],
    ['flipt', 0, 'segment: rollout 1 serves on'],
    ['flagd', 0, 'rule: targeting 1 serves on'],
  ])('%s', (id, shape, expected) => {
    expect(first(id, 'some', shape)).toBe(expected);
  });

  test('pinned contexts are named while they are served something else', () => {
    expect(flagsOf('split', documents.get('split')?.[0]).get('some')?.environments[0]?.contexts).toEqual(new Map([['ann', false]]));
  });
  test('kinds that are to stay are permanent', () => {
    expect(flagsOf('unleash', documents.get('unleash')?.[0]).get('some')).toMatchObject({ permanent: true, type: 'kill-switch' });
    expect(flagsOf('launchdarkly', documents.get('launchdarkly')?.[0]).get('child')).toMatchObject({ permanent: false, needs: ['k'] });
  });
});
