/** Providers whose evaluator does not run here: what a change of one part of an on-for-everyone flag does to the claim. */
import { describe, expect, test } from 'vitest';
import { loadSources } from '../../../src/flags/sources.ts';
import { documents } from './documents.ts';

const sources = await loadSources();
const now = new Date('2026-03-01T00:00:00Z');

// biome-ignore lint/suspicious/noExplicitAny: documents of many shapes, changed by hand
type Any = any;

/** What `k` serves in its first environment after a change: `on`, or the kinds of what is in the way. */
function after(id: string, shape: number, change: (document: Any) => unknown): string {
  const document = structuredClone(documents.get(id)?.[shape]);
  change(document);
  const answer = sources.find((one) => one.id === id)?.read(document, { now });
  if (answer?.ok !== true) return answer?.problem ?? 'no source';
  const state = answer.flags.find(({ key }) => key === 'k')?.environments[0];
  if (state === undefined) return 'not there';
  const { everyone, variant, blockers } = state;
  const served = everyone === true ? 'on' : everyone === false ? 'off' : everyone;
  return served === null ? blockers.map(({ kind }) => kind).join(' ') : `${served}${variant === null ? '' : ` (${variant})`}`;
}

const set = Object.assign;

type Case = readonly [string, (document: Any) => unknown, string];

const gate = (document: Any): Any => document.data[0];
const statsig: readonly Case[] = [
  ['as it is', () => {}, 'on'],
  ['disabled', (d) => set(gate(d), { isEnabled: false }), 'off'],
  ['no rules', (d) => set(gate(d), { rules: [] }), 'off'],
  ['rules left out', (d) => Reflect.deleteProperty(gate(d), 'rules'), 'unknown'],
  ['at 50 %', (d) => set(gate(d).rules[0], { passPercentage: 50 }), 'rollout'],
  ['a holdout', (d) => set(gate(d), { holdoutIDs: ['h'] }), 'holdout'],
  [
    'a rule before that refuses',
    (d) => gate(d).rules.unshift({ name: 'x', passPercentage: 0, conditions: [{ type: 'email' }], environments: null }),
    'rule',
  ],
  ['a step to come', (d) => set(gate(d).rules[0], { pendingAutomatedRollouts: [{ time: 1, passPercent: 0 }] }), 'schedule'],
  ['for development only', (d) => set(gate(d).rules[0], { environments: ['development'] }), 'off'],
];

const definition = (document: Any): Any => document[0];
const split: readonly Case[] = [
  ['as it is', () => {}, 'on (on)'],
  ['killed', (d) => set(definition(d), { killed: true }), 'off (off)'],
  ['half of the traffic', (d) => set(definition(d), { trafficAllocation: 50 }), 'rollout'],
  ['half of the traffic, the same by default', (d) => set(definition(d), { trafficAllocation: 50, defaultTreatment: 'on' }), 'on (on)'],
  [
    'a split default rule',
    (d) =>
      set(definition(d), {
        defaultRule: [
          { treatment: 'on', size: 50 },
          { treatment: 'off', size: 50 },
        ],
      }),
    'rollout',
  ],
  ['a rule', (d) => set(definition(d), { rules: [{ buckets: [{ treatment: 'off', size: 100 }], condition: {} }] }), 'rule'],
  ['a rule for the same', (d) => set(definition(d), { rules: [{ buckets: [{ treatment: 'on', size: 100 }], condition: {} }] }), 'on (on)'],
  ['a segment', (d) => set(definition(d).treatments[1], { segments: ['beta'] }), 'segment'],
  ['a third treatment', (d) => definition(d).treatments.push({ name: 'red' }), 'on'],
];

const feature = (document: Any): Any => document.features[0];
const target = (document: Any): Any => feature(document).configurations[0].targets[0];
const devcycle: readonly Case[] = [
  ['as it is', () => {}, 'on'],
  ['inactive', (d) => set(feature(d).configurations[0], { status: 'inactive' }), 'unknown'],
  ['archived', (d) => set(feature(d), { status: 'archived' }), 'unknown'],
  ['complete', (d) => set(feature(d), { status: 'complete', staticVariation: 'off' }), 'off'],
  [
    'split',
    (d) =>
      set(target(d), {
        distribution: [
          { _variation: 'on-k', percentage: 0.5 },
          { _variation: 'off-k', percentage: 0.5 },
        ],
      }),
    'rollout',
  ],
  ['scheduled, past', (d) => set(target(d), { rollout: { type: 'schedule', startDate: '2026-02-01T00:00:00Z' } }), 'on'],
  ['scheduled, to come', (d) => set(target(d), { rollout: { type: 'schedule', startDate: '2026-04-01T00:00:00Z' } }), 'schedule rollout'],
  [
    'stepped to half',
    (d) =>
      set(target(d), {
        rollout: {
          type: 'stepped',
          startDate: '2026-01-01T00:00:00Z',
          startPercentage: 0,
          stages: [{ percentage: 0.5, date: '2026-02-01T00:00:00Z' }],
        },
      }),
    'rollout rollout',
  ],
  [
    'a target before',
    (d) =>
      feature(d).configurations[0].targets.unshift({
        ...target(d),
        audience: { filters: { operator: 'and', filters: [{ type: 'user' }] } },
        distribution: [{ _variation: 'off-k', percentage: 1 }],
      }),
    'rule',
  ],
];

const flag = (document: Any): Any => document.flags[0];
const flipt: readonly Case[] = [
  ['as it is', () => {}, 'on'],
  ['off', (d) => set(flag(d), { enabled: false }), 'off'],
  ['a threshold of 100', (d) => set(flag(d), { enabled: false, rollouts: [{ threshold: { percentage: 100, value: true } }] }), 'on'],
  ['a threshold of 50', (d) => set(flag(d), { enabled: false, rollouts: [{ threshold: { percentage: 50, value: true } }] }), 'rollout'],
  ['a segment', (d) => set(flag(d), { rollouts: [{ segment: { key: 'beta', value: false } }] }), 'segment'],
  [
    'an open segment',
    (d) => [set(flag(d), { rollouts: [{ segment: { key: 'beta', value: false } }] }), set(d.segments[0], { constraints: [] })],
    'off',
  ],
  [
    'a variant for all',
    (d) => [
      set(flag(d), {
        type: 'VARIANT_FLAG_TYPE',
        variants: [{ key: 'v' }],
        rules: [{ segment: 'beta', distributions: [{ variant: 'v', rollout: 100 }] }],
      }),
      set(d.segments[0], { constraints: [] }),
    ],
    'v',
  ],
];

const ruleset = (document: Any): Any => document.rulesets.k.production;
const optimizely: readonly Case[] = [
  ['as it is', () => {}, 'on (on)'],
  ['disabled', (d) => set(ruleset(d), { enabled: false }), 'off (off)'],
  ['paused', (d) => set(ruleset(d).rules.all, { status: 'paused' }), 'off (off)'],
  ['at 50 %', (d) => set(ruleset(d).rules.all, { percentage_included: 5000 }), 'rollout'],
  ['an experiment', (d) => set(ruleset(d).rules.all, { type: 'a/b' }), 'experiment'],
  ['no ruleset', (d) => Reflect.deleteProperty(d.rulesets, 'k'), 'unknown'],
  ['archived', (d) => set(d.flags[0], { archived: true }), 'unknown'],
];

const production = (document: Any): Any => document.items[0].environments.production;
const summary =
  (variations: object, prerequisites = 0) =>
  (d: Any) => {
    for (const name of ['rules', 'targets', 'contextTargets', 'prerequisites', 'fallthrough']) Reflect.deleteProperty(production(d), name);
    set(production(d), { _summary: { variations, prerequisites } });
  };
const counts = { rules: 0, nullRules: 0, targets: 0, contextTargets: 0 };
const launchdarkly: readonly Case[] = [
  ['archived', (d) => set(d.items[0], { archived: true }), 'unknown'],
  ['a summary of one variation', summary({ 0: { ...counts, isFallthrough: true }, 1: { ...counts, isOff: true } }), 'on'],
  ['a summary with a rule', summary({ 0: { ...counts, isFallthrough: true }, 1: { ...counts, rules: 1, isOff: true } }), 'rule'],
  [
    'a summary of a rollout',
    summary({ 0: { ...counts, isFallthrough: true, rollout: 50_000 }, 1: { ...counts, isFallthrough: true, rollout: 50_000 } }),
    'rollout',
  ],
  ['a summary with a prerequisite', summary({ 0: { ...counts, isFallthrough: true } }, 1), 'unknown'],
  ['neither rules nor a summary', (d) => Reflect.deleteProperty(production(d), 'rules'), 'unknown'],
];

const parameter = (document: Any): Any => document.parameters.k;
const firebase: readonly Case[] = [
  ['a condition', (d) => set(parameter(d), { conditionalValues: { beta: { value: 'false' } } }), 'rule'],
  ['a condition for the same', (d) => set(parameter(d), { conditionalValues: { beta: { value: 'true' } } }), 'on'],
  ['text', (d) => set(parameter(d), { valueType: 'STRING' }), 'true'],
  ['the default of the app', (d) => set(parameter(d), { defaultValue: { useInAppDefault: true } }), 'rollout'],
];

const gbProduction = (document: Any): Any => document.features[0].environments.production;
const growthbook: readonly Case[] = [
  ['disabled', (d) => set(gbProduction(d), { enabled: false }), 'unknown'],
  ['a rollout at 1', (d) => set(gbProduction(d).rules[0], { type: 'rollout', coverage: 1, hashAttribute: 'id' }), 'on'],
  [
    'scheduled to end',
    (d) => set(gbProduction(d).rules[0], { scheduleRules: [{ enabled: false, timestamp: '2026-04-01T00:00:00Z' }] }),
    'schedule',
  ],
  ['ended', (d) => set(gbProduction(d).rules[0], { scheduleRules: [{ enabled: false, timestamp: '2026-02-01T00:00:00Z' }] }), 'off'],
  ['an experiment', (d) => set(gbProduction(d).rules[0], { type: 'experiment-ref' }), 'experiment'],
  ['a saved group', (d) => set(gbProduction(d).rules[0], { savedGroupTargeting: [{ matchType: 'all', savedGroups: ['g'] }] }), 'rule'],
];

describe.each([
  ['statsig', 0, statsig],
  ['split', 0, split],
  ['devcycle', 0, devcycle],
  ['flipt', 0, flipt],
  ['optimizely', 1, optimizely],
  ['launchdarkly', 0, launchdarkly],
  ['firebase-remote-config', 0, firebase],
  ['growthbook', 0, growthbook],
] as const)('%s', (id, shape, cases) => {
  test.each(cases)('%s', (_, change, expected) => {
    expect(after(id, shape, change)).toBe(expected);
  });
});
