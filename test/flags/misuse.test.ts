/** What goes wrong with evaluations, SDK by SDK: each place where a key, a default, a promise or a moment can be the wrong one. */
import { describe, expect, test } from 'vitest';
import { makeFlagReader } from '../../src/flags/reader.ts';
import type { MisusedEvaluation } from '../../src/flags/types.ts';
import { repository } from '../code/repository.ts';

const say = ({ evaluation: { flag }, misuse }: MisusedEvaluation): string => {
  switch (misuse.kind) {
    case 'frozen':
      return `frozen ${flag} ${misuse.how}${misuse.isCertain ? '' : '?'}`;
    case 'unstable-key':
      return `unstable ${flag} ${misuse.source}${misuse.isFallback ? '?' : ''}`;
    case 'default-on':
      return `on ${flag} ${misuse.how}`;
    default:
      return `${misuse.kind} ${flag}`;
  }
};

async function misusesOf(source: string, others: Record<string, string> = {}): Promise<string[]> {
  const { module, modules } = await repository({ ...others, 'use.tsx': source });
  const reader = makeFlagReader(modules, { evaluators: [] });
  const misuses = reader.misuses(module('use.tsx'));
  return misuses.filter(({ evaluation }) => evaluation.flag !== null).map(say);
}

type Case = [name: string, source: string, expected: string[], others?: Record<string, string>];

const check = (cases: Case[]) =>
  test.each(cases)('%s', async (_name, source, expected, others) => {
    expect(await misusesOf(source, others)).toEqual(expected);
  });

const ld = `import { init } from '@launchdarkly/node-server-sdk'; const client = init('sdk');`;
const openFeature = `import { OpenFeature } from '@openfeature/server-sdk'; const client = OpenFeature.getClient();`;
const unleash = `import { initialize } from 'unleash-client'; const client = initialize({});`;
const posthog = `import { PostHog } from 'posthog-node'; const client = new PostHog('key');`;
const configcat = `import { getClient } from '@configcat/sdk'; const client = getClient('sdk');`;
const management = `import { FeatureManager } from '@microsoft/feature-management'; const client = new FeatureManager(provider);`;
const harness = `import { Client } from '@harnessio/ff-nodejs-server-sdk'; const client = new Client('sdk');`;
const cloud = `import { initializeDevCycle } from '@devcycle/nodejs-server-sdk'; const client = initializeDevCycle('sdk', { enableCloudBucketing: true });`;
const devcycle = `import { initializeDevCycle } from '@devcycle/nodejs-server-sdk'; const client = initializeDevCycle('sdk');`;
const vercel = `import { flag } from 'flags/next'; const newEmail = flag({ key: 'k', decide: () => false });`;
const flipt = `import { FliptClient } from '@flipt-io/flipt'; const client = new FliptClient();`;
const growthbook = `import { GrowthBook } from '@growthbook/growthbook'; const client = new GrowthBook({});`;
const inside = (body: string): string => `async function f(u: { id: string }) { ${body} }`;

describe('a promise as a condition', () => {
  check([
    ['LaunchDarkly', `${ld} ${inside(`if (client.variation('k', u, false)) hit()`)}`, ['unawaited k']],
    ['LaunchDarkly, typed', `${ld} ${inside(`if (!client.boolVariation('k', u, false)) return; hit()`)}`, ['unawaited k']],
    ['OpenFeature', `${openFeature} ${inside(`return client.getBooleanValue('k', false, u) ? 1 : 2`)}`, ['unawaited k']],
    ['PostHog', `${posthog} ${inside(`if (client.isFeatureEnabled('k', u.id)) hit()`)}`, ['unawaited k']],
    ['PostHog, variants', `${posthog} ${inside(`const v = client.getFeatureFlag('k', u.id); if (v) hit()`)}`, ['unawaited k']],
    ['ConfigCat', `${configcat} ${inside(`if (client.getValueAsync('k', false, u)) hit()`)}`, ['unawaited k']],
    ['feature-management', `${management} ${inside(`if (client.isEnabled('k', u)) hit()`)}`, ['unawaited k']],
    ['Harness', `${harness} ${inside(`if (client.boolVariation('k', u, false)) hit()`)}`, ['unawaited k']],
    ['DevCycle, cloud bucketing', `${cloud} ${inside(`if (client.variableValue(u, 'k', false)) hit()`)}`, ['unawaited k']],
    ['DevCycle, local bucketing gives the value', `${devcycle} ${inside(`if (client.variableValue(u, 'k', false)) hit()`)}`, []],
    ['Vercel', `${vercel} ${inside(`if (newEmail()) hit()`)}`, ['unawaited k']],
    ['Flipt', `${flipt} ${inside(`if (client.evaluation.boolean({ flagKey: 'k', entityId: u.id, context: {} })) hit()`)}`, ['unawaited k']],
    ['in JSX', `${vercel} function Page() { return <div>{newEmail() && <b />}</div>; }`, ['unawaited k']],
    [
      'through a wrapper',
      `${unleash} ${'async function isNew() { return client.isEnabled("k"); }'} ${inside(`if (isNew()) hit()`)}`,
      ['unawaited k'],
    ],
    ['as Boolean', `${ld} ${inside(`return Boolean(client.boolVariation('k', u, false))`)}`, ['unawaited k']],
    [
      'awaited',
      `${ld} ${inside(`if (await client.boolVariation('k', u, false)) hit(); const on = await client.variation('k', u, false); if (on) hit()`)}`,
      [],
    ],
    ['then', `${ld} ${inside(`client.boolVariation('k', u, false).then((on) => { if (on) hit() })`)}`, []],
    ['Unleash gives the value', `${unleash} ${inside(`if (client.isEnabled('k', u)) hit()`)}`, []],
    [
      'a promise that is kept is asked for, not its value',
      `${ld} let kept: Promise<boolean> | undefined; ${inside(`if (!kept) kept = client.boolVariation('k', u, false); return kept`)}`,
      ['frozen k memo'],
    ],
    [
      'a field that keeps one',
      `${ld} class A { kept?: Promise<boolean>; get(u: any) { if (!this.kept) { this.kept = client.boolVariation('k', u, false); } return this.kept; } }`,
      [],
    ],
    [
      'a promise that may be missing',
      `${ld} ${inside(`const p = u ? client.boolVariation('k', u, false) : undefined; if (p) { const on = await p; use(on) }`)}`,
      [],
    ],
  ]);
});

describe('on when evaluation fails: an argument', () => {
  check([
    ['LaunchDarkly', `${ld} ${inside(`return await client.variation('k', u, true)`)}`, ['on k argument']],
    [
      'LaunchDarkly, by a constant',
      `${ld} const DEFAULT = true; ${inside(`return await client.boolVariation('k', u, DEFAULT)`)}`,
      ['on k argument'],
    ],
    ['LaunchDarkly, details', `${ld} ${inside(`return (await client.boolVariationDetail('k', u, true)).value`)}`, ['on k argument']],
    [
      'LaunchDarkly in the browser',
      `import { initialize } from 'launchdarkly-js-client-sdk'; const c = initialize('e', {}); const f = () => c.variation('k', true)`,
      ['on k argument'],
    ],
    [
      'LaunchDarkly, hooks',
      `import { useBoolVariation } from '@launchdarkly/react-sdk'; function A() { return useBoolVariation('k', true) }`,
      ['on k argument'],
    ],
    [
      'LaunchDarkly, Vue',
      `import { useLDFlag } from 'launchdarkly-vue-client-sdk'; const f = () => useLDFlag('k', true)`,
      ['on k argument'],
    ],
    ['OpenFeature', `${openFeature} ${inside(`return await client.getBooleanValue('k', true, u)`)}`, ['on k argument']],
    [
      'OpenFeature, hooks',
      `import { useBooleanFlagValue } from '@openfeature/react-sdk'; function A() { return useBooleanFlagValue('k', true) }`,
      ['on k argument'],
    ],
    [
      'OpenFeature, Nest',
      `import { BooleanFeatureFlag } from '@openfeature/nestjs-sdk'; class A { f(@BooleanFeatureFlag({ flagKey: 'k', defaultValue: true }) on: any) { return on } }`,
      ['on k argument'],
    ],
    ['Unleash', `${unleash} ${inside(`return client.isEnabled('k', u, true)`)}`, ['on k argument']],
    ['Unleash, a function', `${unleash} ${inside(`return client.isEnabled('k', u, () => true)`)}`, ['on k argument']],
    ['Unleash, a function that says no', `${unleash} ${inside(`return client.isEnabled('k', u, () => false)`)}`, []],
    ['Unleash, a variant', `${unleash} ${inside(`return client.getVariant('k', u, { name: 'on', enabled: true })`)}`, ['on k argument']],
    [
      'nestjs-unleash',
      `import { UnleashService } from 'nestjs-unleash'; class A { constructor(private flags: UnleashService) {} f() { return this.flags.isEnabled('k', true) } }`,
      ['on k argument'],
    ],
    ['GrowthBook', `${growthbook} ${inside(`return client.getFeatureValue('k', true)`)}`, ['on k argument']],
    [
      'GrowthBook, hook',
      `import { useFeatureValue } from '@growthbook/growthbook-react'; function A() { return useFeatureValue('k', true) }`,
      ['on k argument'],
    ],
    ['ConfigCat', `${configcat} ${inside(`return await client.getValueAsync('k', true, u)`)}`, ['on k argument']],
    ['ConfigCat, snapshot', `${configcat} ${inside(`return client.snapshot().getValue('k', true, u)`)}`, ['on k argument']],
    [
      'ConfigCat, hook',
      `import { useFeatureFlag } from 'configcat-react'; function A() { return useFeatureFlag('k', true).value }`,
      ['on k argument'],
    ],
    ['Harness', `${harness} ${inside(`return await client.boolVariation('k', u, true)`)}`, ['on k argument']],
    ['DevCycle', `${devcycle} ${inside(`return client.variableValue(u, 'k', true)`)}`, ['on k argument']],
    [
      'DevCycle, hook',
      `import { useVariableValue } from '@devcycle/react-client-sdk'; function A() { return useVariableValue('k', true) }`,
      ['on k argument'],
    ],
    [
      'Flipt, hook',
      `import { useFliptBoolean } from '@flipt-io/flipt-client-react'; function A() { return useFliptBoolean('k', true, 'u', {}) }`,
      ['on k argument'],
    ],
    [
      'Eppo',
      `import { getInstance } from '@eppo/node-server-sdk'; const c = getInstance(); const f = (id: string) => c.getBooleanAssignment('k', id, {}, true)`,
      ['on k argument'],
    ],
    [
      'Amplitude',
      `import { Experiment } from '@amplitude/experiment-js-client'; const c = Experiment.initialize('sdk'); const f = () => c.variant('k', 'on').value === 'on'`,
      ['on k argument'],
    ],
    [
      'PostHog in the browser',
      `import posthog from 'posthog-js'; const f = () => posthog.isFeatureEnabled('k', { defaultValue: true })`,
      ['on k argument'],
    ],
    ['Flagsmith', `import flagsmith from 'flagsmith'; const f = () => flagsmith.getValue('k', { fallback: true })`, ['on k argument']],
    [
      'Flagsmith, hasFeature',
      `import flagsmith from 'flagsmith'; const f = () => flagsmith.hasFeature('k', { fallback: true })`,
      ['on k argument'],
    ],
    [
      'Vercel',
      `import { flag } from 'flags/next'; export const newEmail = flag({ key: 'k', defaultValue: true, decide: () => false }); ${inside(`if (await newEmail()) hit()`)}`,
      ['on k argument'],
    ],
    ['off', `${ld} ${inside(`return await client.variation('k', u, false)`)}`, []],
    [
      'a default given through a wrapper',
      `${ld} async function isOn(k: string, fallback: boolean) { return client.boolVariation(k, ctx, fallback) } ${inside(`if (await isOn('k', true)) hit()`)}`,
      ['on k argument'],
    ],
    [
      'a default of a wrapper’s own',
      `${ld} async function isOn(k: string) { return client.boolVariation(k, ctx, true) } ${inside(`if (await isOn('k')) hit()`)}`,
      ['on k argument'],
    ],
  ]);
});

describe('on when evaluation fails: what follows it', () => {
  check([
    ['??', `${posthog} ${inside(`return (await client.isFeatureEnabled('k', u.id)) ?? true`)}`, ['on k expression']],
    ['|| true', `${posthog} ${inside(`const on = await client.isFeatureEnabled('k', u.id); if (on || true) hit()`)}`, ['on k expression']],
    ['!== false', `${posthog} ${inside(`if ((await client.isFeatureEnabled('k', u.id)) !== false) hit()`)}`, ['on k expression']],
    [
      '!== false of a variable',
      `${posthog} ${inside(`const on = await client.isFeatureEnabled('k', u.id); return on !== false`)}`,
      ['on k expression'],
    ],
    [
      '=== undefined ||',
      `${posthog} ${inside(`const on = await client.isFeatureEnabled('k', u.id); return on === undefined || on`)}`,
      ['on k expression'],
    ],
    [
      '== null ||',
      `${posthog} ${inside(`const on = await client.isFeatureEnabled('k', u.id); return on == null || on`)}`,
      ['on k expression'],
    ],
    [
      '=== undefined ? true',
      `${posthog} ${inside(`const on = await client.isFeatureEnabled('k', u.id); return on === undefined ? true : on`)}`,
      ['on k expression'],
    ],
    ['!== false of what is never undefined', `${unleash} ${inside(`return client.isEnabled('k', u) !== false`)}`, []],
    ['=== false', `${posthog} ${inside(`return (await client.isFeatureEnabled('k', u.id)) === false`)}`, []],
    ['?? false', `${posthog} ${inside(`return (await client.isFeatureEnabled('k', u.id)) ?? false`)}`, []],
    [
      'a missing client',
      `${posthog} ${inside(`const other: PostHog | undefined = g(); return (await other?.isFeatureEnabled('k', u.id)) ?? true`)}`,
      ['on k expression'],
    ],
    [
      'a default of a destructured bag',
      `import { useFlags } from 'launchdarkly-react-client-sdk'; function A() { const { newEmail = true } = useFlags(); return newEmail }`,
      ['on newEmail expression'],
    ],
    [
      'a default of off',
      `import { useFlags } from 'launchdarkly-react-client-sdk'; function A() { const { newEmail = false } = useFlags(); return newEmail }`,
      [],
    ],
    [
      '?? of a bag',
      `import { useFlags } from 'launchdarkly-react-client-sdk'; function A() { const flags = useFlags(); return flags.newEmail ?? true }`,
      ['on newEmail expression'],
    ],
    ['catch', `${posthog} ${inside(`return client.isFeatureEnabled('k', u.id).catch(() => true)`)}`, ['on k handler']],
    [
      'then, its second',
      `${posthog} ${inside(`return client.isFeatureEnabled('k', u.id).then((on) => on, () => true)`)}`,
      ['on k handler'],
    ],
    ['catch that says no', `${posthog} ${inside(`return client.isFeatureEnabled('k', u.id).catch(() => false)`)}`, []],
    ['try', `${posthog} ${inside(`try { return await client.isFeatureEnabled('k', u.id) } catch { return true }`)}`, ['on k handler']],
    [
      'try, a variable',
      `${posthog} ${inside(`try { const on = await client.isFeatureEnabled('k', u.id); return on } catch (error) { log(error); return true }`)}`,
      ['on k handler'],
    ],
    [
      'try, an assignment',
      `${posthog} ${inside(`let on = false; try { on = await client.isFeatureEnabled('k', u.id) } catch { on = true } return on`)}`,
      ['on k handler'],
    ],
    [
      'try, a start of on',
      `${posthog} ${inside(`let on = true; try { on = (await client.isFeatureEnabled('k', u.id)) ?? false } catch (error) { log(error) } if (on) hit()`)}`,
      ['on k handler'],
    ],
    [
      'try that does something else',
      `${posthog} ${inside(`try { if (await client.isFeatureEnabled('k', u.id)) { await hit() } return false } catch { return true }`)}`,
      [],
    ],
    [
      'in a wrapper',
      `${posthog} async function isOn(k: string, id: string) { try { return await client.isFeatureEnabled(k, id) } catch { return true } } ${inside(`if (await isOn('k', u.id)) hit()`)}`,
      ['on k handler'],
    ],
    [
      'in a wrapper of another file',
      `import { isOn } from './flags.ts'; ${inside(`if (await isOn('k', u.id)) hit()`)}`,
      ['on k expression'],
      {
        'flags.ts': `${posthog} export async function isOn(k: string, id: string) { return (await client.isFeatureEnabled(k, id)) ?? true }`,
      },
    ],
    [
      'a method that wraps',
      `import { Flags } from './flags.ts'; class A { constructor(private flags: Flags) {} async f(u: any) { if (await this.flags.isOn('k', u.id)) hit() } }`,
      ['on k expression'],
      {
        'flags.ts': `${posthog} export class Flags { async isOn(k: string, id: string) { return (await client.isFeatureEnabled(k, id)) ?? true } }`,
      },
    ],
  ]);
});

describe('on when evaluation fails: registered', () => {
  check([
    [
      'Featureflow',
      `import Featureflow from 'featureflow-node-sdk'; const c = new Featureflow.Client({ withFeatures: [new Featureflow.Feature('k', 'on').build(), new Featureflow.Feature('l', 'off').build()] });`,
      ['on k registration'],
    ],
    [
      'Featureflow in the browser reads defaults only while it is offline',
      `import featureflow from 'featureflow-client'; featureflow.init('key', {}, { offline: true, defaultFeatures: { k: 'on', l: 'off' } });`,
      [],
    ],
    [
      'Reflag',
      `import { ReflagClient } from '@reflag/node-sdk'; const c = new ReflagClient({ fallbackFlags: { k: true, l: false, m: { isEnabled: true } } });`,
      ['on k registration', 'on m registration'],
    ],
    [
      'Reflag, a list',
      `import { ReflagClient } from '@reflag/node-sdk'; const c = new ReflagClient({ fallbackFlags: ['k'] });`,
      ['on k registration'],
    ],
    [
      'Flagsmith',
      `import flagsmith from 'flagsmith'; flagsmith.init({ defaultFlags: { k: { enabled: true, value: '' }, l: { enabled: false } } });`,
      ['on k registration'],
    ],
    [
      'Split',
      `import { SplitFactory } from '@splitsoftware/splitio'; SplitFactory({ core: {}, fallbackTreatments: { byFlag: { k: 'on', l: { treatment: 'on' }, m: 'off' } } });`,
      ['on k registration', 'on l registration'],
    ],
    [
      'LaunchDarkly',
      `import { LDProvider } from 'launchdarkly-react-client-sdk'; const App = () => <LDProvider clientSideID="x" flags={{ k: true, l: false }}><A /></LDProvider>;`,
      ['on k registration'],
    ],
    [
      'LaunchDarkly, bootstrap',
      `import { initialize } from 'launchdarkly-js-client-sdk'; initialize('x', {}, { bootstrap: { k: true, l: false } });`,
      ['on k registration'],
    ],
    [
      'PostHog, bootstrap',
      `import posthog from 'posthog-js'; posthog.init('x', { bootstrap: { featureFlags: { k: true, l: false } } });`,
      ['on k registration'],
    ],
    [
      'Firebase',
      `import { getRemoteConfig, getBoolean } from 'firebase/remote-config'; const config = getRemoteConfig(); config.defaultConfig = { k: true, l: false }; const f = () => getBoolean(config, 'k');`,
      ['on k registration'],
    ],
  ]);
});

describe('asked once', () => {
  const nest = `import { Injectable } from '@nestjs/common'; ${unleash}`;
  check([
    ['at module level', `${unleash} const on = client.isEnabled('k', ctx); export const f = () => on`, ['frozen k module']],
    ['exported', `${ld} export const on = await client.boolVariation('k', ctx, false)`, ['frozen k module']],
    ['at once', `${ld} let on = false; (async () => { on = await client.boolVariation('k', ctx, false) })()`, ['frozen k module']],
    ['a static field', `${unleash} class A { static on = client.isEnabled('k', ctx) }`, ['frozen k static']],
    ['a static block', `${unleash} class A { static on: boolean; static { A.on = client.isEnabled('k', ctx) } }`, ['frozen k static']],
    ['a field of a provider', `${nest} @Injectable() class A { on = client.isEnabled('k', ctx) }`, ['frozen k constructor']],
    [
      'a field of a class of which nothing is known',
      `${unleash} export class A { on = client.isEnabled('k', ctx) }`,
      ['frozen k constructor?'],
    ],
    [
      'a constructor',
      `${nest} @Injectable() class A { on: boolean; constructor() { this.on = client.isEnabled('k', ctx) } }`,
      ['frozen k constructor'],
    ],
    [
      'a constructor that acts once',
      `${unleash} export class A { constructor() { if (client.isEnabled('k', ctx)) this.start() } start() {} }`,
      [],
    ],
    [
      'a constructor of an object made for each call',
      `${unleash} class A { on: boolean; constructor() { this.on = client.isEnabled('k', ctx) } } export const f = () => new A()`,
      [],
    ],
    [
      'onModuleInit',
      `${nest} @Injectable() class A { on = false; onModuleInit() { this.on = client.isEnabled('k', ctx) } }`,
      ['frozen k factory'],
    ],
    [
      'a provider factory',
      `${unleash} export const provider = { provide: 'X', useFactory: () => client.isEnabled('k', ctx) ? new A() : new B() }`,
      ['frozen k factory'],
    ],
    ['once', `import { once } from 'lodash'; ${unleash} export const isOn = once(() => client.isEnabled('k', ctx))`, ['frozen k memo']],
    [
      'memoize',
      `import memoize from 'lodash/memoize'; ${unleash} export const isOn = memoize(() => client.isEnabled('k', ctx))`,
      ['frozen k memo'],
    ],
    [
      'a variable of the module',
      `${unleash} let kept: boolean | undefined; export function isOn() { kept ??= client.isEnabled('k', ctx); return kept }`,
      ['frozen k memo'],
    ],
    [
      'a memo around a wrapper',
      `import { memoize } from 'lodash'; ${unleash} const isOn = memoize((k: string) => client.isEnabled(k, ctx)); export const f = () => isOn('k')`,
      ['frozen k memo'],
    ],
    [
      'a wrapper that keeps its answer',
      `${unleash} let kept: boolean | undefined; const isOn = (k: string) => { if (kept === undefined) kept = client.isEnabled(k, ctx); return kept; }; export const f = () => isOn('k')`,
      ['frozen k memo'],
    ],
    [
      'a memo that forgets',
      `import memoize from 'p-memoize'; ${ld} export const isOn = memoize(() => client.variation('k', ctx, false), { maxAge: 60_000 })`,
      [],
    ],
    [
      'a variable that is too old after a while',
      `${unleash} let kept: boolean | undefined; let at = 0; export function isOn() { if (kept === undefined || Date.now() - at > 60_000) { kept = client.isEnabled('k', ctx); at = Date.now() } return kept }`,
      [],
    ],
    [
      'a variable that is forgotten',
      `${unleash} let kept: boolean | undefined; export function isOn() { if (kept === undefined) kept = client.isEnabled('k', ctx); return kept } export function forget() { kept = undefined }`,
      [],
    ],
    [
      'a wrapper at module level',
      `${unleash} const isOn = (k: string) => client.isEnabled(k, ctx); const on = isOn('k')`,
      ['frozen k module'],
    ],
    [
      'a factory of a middleware',
      `${unleash} const requireFlag = (k: string) => (req: any, res: any, next: any) => { if (!client.isEnabled(k, { userId: req.user.id })) return res.end(); next() }; router.get('/', requireFlag('k'), handler)`,
      [],
    ],
    [
      'a factory of a middleware by a builder',
      `${unleash} const isFlagProtected = (flag: string) => middleware(({ ctx, next }: any) => { if (!client.isEnabled(flag, ctx)) throw new Error(); return next() }); export const r = procedure.use(isFlagProtected('k'))`,
      [],
    ],
    [
      'a factory over a table',
      `const isFlagProtected = (flag: string) => middleware(({ ctx, next }: any) => { const features = getFeatureFlags(ctx); if (!features[flag]) throw new Error(); return next() }); export const r = procedure.use(isFlagProtected('k'))`,
      [],
    ],
    [
      'a guard class',
      `${unleash} const FlagGuard = (k: string) => { class Guard { canActivate() { return client.isEnabled(k, ctx) } } return Guard }; export const guards = [FlagGuard('k')]`,
      [],
    ],
    [
      'a component wrapper',
      `import { SwapComponents } from '@devcycle/react-client-sdk'; export const C = SwapComponents(Old, New, 'k')`,
      [],
    ],
    [
      'a component',
      `import { useFlag } from '@unleash/proxy-client-react'; export function A() { return useFlag('k') ? <b /> : null }`,
      [],
    ],
    ['a request', `${unleash} export const f = (req: any) => client.isEnabled('k', { userId: req.user.id })`, []],
    [
      'useMemo that React makes anew for another user',
      `import { useMemo } from 'react'; import { useLDClient } from 'launchdarkly-react-client-sdk'; function A({ id }: any) { const c = useLDClient(); return useMemo(() => c?.variation('k', false), [id]) }`,
      [],
    ],
  ]);
});

describe('bucketed on another key each time', () => {
  const by = (context: string, before = '') =>
    `import { isEnabled } from 'unleash-client'; import { v4 } from 'uuid'; import { nanoid } from 'nanoid'; import { randomUUID } from 'node:crypto'; ${before} ${inside(`return isEnabled('k', ${context})`)}`;
  check([
    ['Math.random', by('{ userId: String(Math.random()) }'), ['unstable k random']],
    ['crypto.randomUUID', by('{ userId: crypto.randomUUID() }'), ['unstable k random']],
    ['node:crypto', by('{ userId: randomUUID() }'), ['unstable k random']],
    ['uuid', by('{ userId: v4() }'), ['unstable k random']],
    ['nanoid', by('{ sessionId: nanoid() }'), ['unstable k random']],
    ['Date.now', by('{ userId: `job-${Date.now()}` }'), ['unstable k time']],
    ['the id of a request', by('{ userId: req.id }'), ['unstable k request']],
    ['a template of the id of a request', by('{ userId: `r-${requestId}` }'), ['unstable k request']],
    ['a header', by(`{ userId: req.headers['x-request-id'] }`), ['unstable k request']],
    [
      'a session as the sample for Next makes it',
      by('{ sessionId: cookies().get("id")?.value || `${Math.floor(Math.random() * 1_000_000_000)}` }'),
      ['unstable k random?'],
    ],
    ['a variable', by('{ userId: id }', 'const id = v4();'), ['unstable k random']],
    ['where the real key is missing', by('{ userId: u?.id ?? randomUUID() }'), ['unstable k random?']],
    ['an attribute beside it', by('{ userId: u.id, properties: { at: String(Date.now()), trace: v4() } }'), []],
    ['a time attribute', by('{ userId: u.id, currentTime: new Date() }'), []],
    ['a new row', by('{ userId: u.id }', 'const id = v4();'), []],
    [
      'Featureflow',
      `import Featureflow from 'featureflow-node-sdk'; const client = new Featureflow.Client({}); ${inside(`return client.evaluate('k', new Featureflow.UserBuilder(crypto.randomUUID()).build()).isOn()`)}`,
      ['unstable k random'],
    ],
    [
      'LaunchDarkly, anonymous',
      `${ld} ${inside(`return await client.variation('k', { kind: 'user', anonymous: true, key: crypto.randomUUID() }, false)`)}`,
      ['unstable k random'],
    ],
    ['PostHog', `${posthog} ${inside(`return await client.isFeatureEnabled('k', crypto.randomUUID())`)}`, ['unstable k random']],
    [
      'a default of a parameter',
      `import { evaluateFlags, flagsClient, getDefinitions, randomSessionId } from '@unleash/nextjs'; export async function isOn(userId = randomSessionId()) { const { toggles } = evaluateFlags(await getDefinitions(), { userId }); return flagsClient(toggles).isEnabled('k') }`,
      [],
    ],
    [
      'in a wrapper',
      `${posthog} const isOn = (k: string) => client.isFeatureEnabled(k, crypto.randomUUID()); ${inside(`if (await isOn('k')) hit()`)}`,
      ['unstable k random'],
    ],
    [
      'a default of a wrapper’s parameter',
      `${posthog} const isOn = (k: string, id = crypto.randomUUID()) => client.isFeatureEnabled(k, id); ${inside(`if (await isOn('k')) hit()`)}`,
      ['unstable k random?'],
    ],
  ]);
});
