/** Every SDK of the catalogue, in the call forms of its documentation: which flag, what guards, what is a promise. */
import { describe, expect, test } from 'vitest';
import { sdkOf } from '../../src/flags/catalogue.ts';
import { makeFlagReader } from '../../src/flags/reader.ts';
import type { Guard } from '../../src/flags/types.ts';
import { repository } from '../code/repository.ts';

const say = ({ flag, value, equal }: Guard) => `${flag} ${equal ? '=' : '≠'} ${value}`;

async function read(code: string, files: Record<string, string> = {}, knownKeys: readonly string[] = []) {
  const { module, modules } = await repository({ ...files, 'use.tsx': code });
  const use = module('use.tsx');
  const reader = makeFlagReader(modules, { evaluators: [], knownKeys: new Set(knownKeys) });
  const hits = use.nodes('CallExpression').filter((call) => call.callee.type === 'Identifier' && call.callee.name === 'hit');
  return {
    guards: hits.map((hit) => reader.guards(hit, use).map(say).join(' & ') || '-'),
    sites: reader.sites(use),
    reader,
    module,
  };
}

/** Code in a function, the keys it evaluates in source order (~ before a key that is not known for sure), the guards of every `hit()`. */
const forms: [string, string, string, string[], string[]][] = [
  // featureflow
  [
    'featureflow-angular',
    `import { FeatureflowAngularService } from 'featureflow-angular'; class C { constructor(private ff: FeatureflowAngularService) {} f() { if (this.ff.evaluate('k').isOn()) hit() } }`,
    '',
    ['k'],
    ['k = true'],
  ],
  // launchdarkly
  [
    'LaunchDarkly node',
    `import * as ld from '@launchdarkly/node-server-sdk'; const client = ld.init('x');`,
    `if (await client.variation('k', { kind: 'user', key: u }, false)) hit(); else hit(); if (await client.boolVariation('b', c, true)) hit(); if ((await client.stringVariation('s', c, 'old')) === 'new') hit(); const d = await client.variationDetail('d', c, false); if (d.value) hit();`,
    ['k', 'b', 's', 'd'],
    ['k = true', 'k = false', 'b = true', 's = new', 'd = true'],
  ],
  [
    'LaunchDarkly node, old package and typed',
    `import { LDClient } from 'launchdarkly-node-server-sdk';`,
    `async function g(c: LDClient) { const s = await c.allFlagsState({ key: 'x' }); if (s.getFlagValue('k')) hit(); if (s.allValues()['m']) hit() }`,
    ['k', 'm'],
    ['k = true', 'm = true'],
  ],
  [
    'LaunchDarkly migration stage',
    `import { init, LDMigrationStage } from '@launchdarkly/node-server-sdk'; const client = init('x');`,
    `const { value: stage } = await client.migrationVariation('m', c, LDMigrationStage.Off); if (stage === LDMigrationStage.Complete) hit(); else hit(); switch (stage) { case 'live': hit(); break; default: }`,
    ['m'],
    ['m = complete', 'm ≠ complete', 'm = live'],
  ],
  [
    'LaunchDarkly js',
    `import * as LDClient from 'launchdarkly-js-client-sdk'; const client = LDClient.initialize('x', {});`,
    `if (client.variation('k', false)) hit(); if (client.allFlags()['m']) hit();`,
    ['k', 'm'],
    ['k = true', 'm = true'],
  ],
  [
    'LaunchDarkly js v4',
    `import { createClient } from '@launchdarkly/js-client-sdk'; const client = createClient('x', {});`,
    `if (client.boolVariation('k', false)) hit();`,
    ['k'],
    ['k = true'],
  ],
  [
    'LaunchDarkly react bag',
    `import { useFlags, useLDClient } from 'launchdarkly-react-client-sdk';`,
    `const flags = useFlags(); if (flags.newEmail) hit(); const { otherFlag, third: t } = useFlags(); if (otherFlag && !t) hit(); if (flags['raw-key'] === 'b') hit(); if (useLDClient().variation('v', false)) hit(); return useFlags().direct ? hit() : null`,
    ['~newEmail', '~otherFlag', '~third', 'raw-key', 'v', '~direct'],
    ['newEmail = true', 'otherFlag = true & third = false', 'raw-key = b', 'v = true', 'direct = true'],
  ],
  [
    'LaunchDarkly react 4',
    `import { useBoolVariation, useStringVariationDetail } from '@launchdarkly/react-sdk'; import { createLDServerSession } from '@launchdarkly/react-sdk/server';`,
    `if (useBoolVariation('k', false)) hit(); if (useStringVariationDetail('s', 'a').value === 'b') hit(); const s = createLDServerSession(c, x); if (await s.boolVariation('t', false)) hit()`,
    ['k', 's', 't'],
    ['k = true', 's = b', 't = true'],
  ],
  [
    'LaunchDarkly vue',
    `import { useLDFlag, ldInit } from 'launchdarkly-vue-client-sdk';`,
    `const on = useLDFlag('k', false); if (on.value) hit(); const [ready, client] = ldInit({}); if (client.variation('l', false)) hit(); if (on) hit()`,
    ['k', 'l'],
    ['k = true', 'l = true', '-'],
  ],
  // openfeature
  [
    'OpenFeature web',
    `import { OpenFeature } from '@openfeature/web-sdk'; const c = OpenFeature.getClient();`,
    `if (c.getBooleanValue('k', false)) hit(); if (c.getBooleanDetails('d', false).value) hit()`,
    ['k', 'd'],
    ['k = true', 'd = true'],
  ],
  [
    'OpenFeature nest',
    `import { RequireFlagsEnabled, BooleanFeatureFlag, OpenFeatureClient, Client } from '@openfeature/nestjs-sdk'; import { map } from 'rxjs'; import { firstValueFrom } from 'rxjs';
    class C { constructor(@OpenFeatureClient() private client: Client) {} @Get() @RequireFlagsEnabled({ flags: [{ flagKey: 'a' }, { flagKey: 'b', defaultValue: true }] }) f() { hit() }
      @Get() async g(@BooleanFeatureFlag({ flagKey: 'p', defaultValue: false }) p: Observable<EvaluationDetails<boolean>>) { const d = await firstValueFrom(p); if (d.value) hit(); const v = await firstValueFrom(p.pipe(map((x) => x.value))); if (p) hit() } }`,
    '',
    ['a', 'b', 'p'],
    ['a = true & b = true', 'p = true', '-'],
  ],
  [
    'OpenFeature angular',
    `import { FeatureFlagService } from '@openfeature/angular-sdk'; import { inject } from '@angular/core'; import { firstValueFrom } from 'rxjs'; class C { flags = inject(FeatureFlagService); async f() { const d = await firstValueFrom(this.flags.getBooleanDetails('k', false)); if (d.value) hit() } }`,
    '',
    ['k'],
    ['k = true'],
  ],
  // unleash
  [
    'Unleash node',
    `import { initialize, isEnabled, getVariant, startUnleash, Unleash } from 'unleash-client'; const unleash = initialize({});`,
    `if (unleash.isEnabled('k', { userId: u }, false)) hit(); else hit(); if (isEnabled('f')) hit(); const v = unleash.getVariant('v', c); if (v.enabled && v.name === 'blue') hit(); else hit(); if (v.feature_enabled) hit(); const s = await startUnleash({}); if (s.isEnabled('s')) hit(); if (new Unleash({}).isEnabled('n')) hit(); if (Unleash.getInstance({}).isEnabled('i')) hit(); if (!v.enabled) hit()`,
    ['k', 'f', 'v', 's', 'n', 'i'],
    ['k = true', 'k = false', 'f = true', 'v = true & v = blue', '-', 'v = true', 's = true', 'n = true', 'i = true', '-'],
  ],
  [
    'Unleash proxy',
    `import { UnleashClient } from 'unleash-proxy-client'; const c = new UnleashClient({});`,
    `if (c.isEnabled('k')) hit(); if (c.getAllToggles().find((t) => t.name === 'l')?.enabled) hit()`,
    ['k', 'l'],
    ['k = true', 'l = true'],
  ],
  [
    'Unleash react',
    `import { useFlag, useVariant, useFlags, useUnleashClient } from '@unleash/proxy-client-react';`,
    `const on = useFlag('k'); if (on) hit(); if (useVariant('v').name === 'b') hit(); if (useUnleashClient().isEnabled('c')) hit(); const all = useFlags(); if (all.find(({ name }) => name === 'd')?.enabled) hit(); const { isEnabled } = useUnleashClient(); if (isEnabled('e')) hit()`,
    ['k', 'v', 'c', 'd', 'e'],
    ['k = true', 'v = b', 'c = true', 'd = true', 'e = true'],
  ],
  [
    'Unleash next',
    `import { flag, evaluateFlags, flagsClient } from '@unleash/nextjs'; import { useFlag } from '@unleash/nextjs/client';`,
    `if ((await flag('k', { userId: u })).enabled) hit(); const { toggles } = evaluateFlags(defs, { userId: 'x' }); const flags = flagsClient(toggles); if (flags.isEnabled('e')) hit(); if (useFlag('u')) hit()`,
    ['k', 'e', 'u'],
    ['k = true', 'e = true', 'u = true'],
  ],
  [
    'Unleash vue',
    `import { useFlag, useVariant } from '@unleash/proxy-client-vue';`,
    `const on = useFlag('k'); if (on.value) hit(); if (on) hit(); if (useVariant('v').value?.enabled) hit()`,
    ['k', 'v'],
    ['k = true', '-', 'v = true'],
  ],
  [
    'Unleash nest',
    `import { UnleashService, IfEnabled } from 'nestjs-unleash'; class C { constructor(private unleash: UnleashService) {} @Get() @IfEnabled('g') f() { hit() } h() { if (this.unleash.isEnabled('k')) hit() } }`,
    '',
    ['g', 'k'],
    ['g = true', 'k = true'],
  ],
  // growthbook
  [
    'GrowthBook',
    `import { GrowthBook, GrowthBookClient } from '@growthbook/growthbook'; const gb = new GrowthBook({}); const shared = new GrowthBookClient({});`,
    `if (gb.isOn('k')) hit(); if (gb.isOff('o')) hit(); if (gb.getFeatureValue('v', false)) hit(); if (gb.getFeatureValue('t', 'a') === 'b') hit(); if (gb.evalFeature('e').on) hit(); if (shared.isOn('s', { attributes: { id } })) hit(); if (shared.createScopedInstance({ attributes: { id } }).isOn('c')) hit()`,
    ['k', 'o', 'v', 't', 'e', 's', 'c'],
    ['k = true', 'o = false', 'v = true', 't = b', 'e = true', 's = true', 'c = true'],
  ],
  [
    'GrowthBook react',
    `import { useFeatureIsOn, useFeatureValue, useFeature, useGrowthBook, IfFeatureEnabled } from '@growthbook/growthbook-react';`,
    `if (useFeatureIsOn('k')) hit(); if (useFeature('f').on) hit(); if (useFeatureValue('v', 'a') === 'b') hit(); const gb = useGrowthBook(); if (gb?.isOn('g')) hit(); return <IfFeatureEnabled feature="c"><X a={hit()} /></IfFeatureEnabled>`,
    ['k', 'f', 'v', 'g', 'c'],
    ['k = true', 'f = true', 'v = b', 'g = true', 'c = true'],
  ],
  // statsig
  [
    'Statsig node',
    `import Statsig, { StatsigServer } from 'statsig-node';`,
    `if (await Statsig.checkGate(user, 'k')) hit(); if (Statsig.checkGateSync({ userID: 'u' }, 's')) hit(); const x = new StatsigServer('x'); if (x.getFeatureGate(user, 'g').value) hit()`,
    ['k', 's', 'g'],
    ['k = true', 's = true', 'g = true'],
  ],
  [
    'Statsig core',
    `import { Statsig } from '@statsig/statsig-node-core'; const s = new Statsig('x');`,
    `if (s.checkGate(user, 'k')) hit(); if (Statsig.shared().checkGate(user, 'h')) hit()`,
    ['k', 'h'],
    ['k = true', 'h = true'],
  ],
  [
    'Statsig js',
    `import { StatsigClient } from '@statsig/js-client'; const s = new StatsigClient('x', {});`,
    `if (s.checkGate('k')) hit(); if (s.getFeatureGate('g').value) hit()`,
    ['k', 'g'],
    ['k = true', 'g = true'],
  ],
  [
    'Statsig on device',
    `import { StatsigOnDeviceEvalClient } from '@statsig/js-on-device-eval-client'; const s = new StatsigOnDeviceEvalClient('x');`,
    `if (s.checkGate('k', user)) hit()`,
    ['k'],
    ['k = true'],
  ],
  [
    'Statsig react',
    `import { useGateValue, useFeatureGate, useStatsigClient } from '@statsig/react-bindings';`,
    `if (useGateValue('k')) hit(); if (useFeatureGate('f').value) hit(); const { checkGate } = useStatsigClient(); if (checkGate('c')) hit(); const { client } = useStatsigClient(); if (client.checkGate('d')) hit()`,
    ['k', 'f', 'c', 'd'],
    ['k = true', 'f = true', 'c = true', 'd = true'],
  ],
  [
    'Statsig legacy react',
    `import { useGate, useFeatureGate } from 'statsig-react'; import statsig from 'statsig-js';`,
    `if (useGate('k').value) hit(); const { gate } = useFeatureGate('g'); if (gate.value) hit(); if (statsig.checkGate('j')) hit()`,
    ['k', 'g', 'j'],
    ['k = true', 'g = true', 'j = true'],
  ],
  [
    'Statsig angular',
    `import { StatsigService } from '@statsig/angular-bindings'; class C { constructor(private s: StatsigService) {} f() { if (this.s.checkGate('k')) hit() } }`,
    '',
    ['k'],
    ['k = true'],
  ],
  // flagsmith
  [
    'Flagsmith node',
    `import Flagsmith from 'flagsmith-nodejs'; const flagsmith = new Flagsmith({});`,
    `const flags = await flagsmith.getIdentityFlags(user.id, { plan }); if (flags.isFeatureEnabled('k')) hit(); if (flags.getFlag('f').enabled) hit(); const e = await flagsmith.getEnvironmentFlags(); if (e.getFeatureValue('v') === 'x') hit(); flagsmith.getEnvironmentFlags().then((x) => { if (x.isFeatureEnabled('t')) hit() })`,
    ['k', 'f', 'v', 't'],
    ['k = true', 'f = true', 'v = x', 't = true'],
  ],
  [
    'Flagsmith js',
    `import flagsmith from '@flagsmith/flagsmith'; import { useFlags, useFlagsmith } from '@flagsmith/flagsmith/react';`,
    `if (flagsmith.hasFeature('New_Email')) hit(); const flags = useFlags(['a', 'b']); if (flags.a.enabled) hit(); if (flags.b.value === 'x') hit(); if (useFlagsmith().hasFeature('u', { fallback: true })) hit(); const { c } = useFlags(['c']); if (c.enabled) hit()`,
    ['new_email', 'a', 'b', 'u', 'c'],
    ['new_email = true', 'a = true', 'b = x', 'u = true', 'c = true'],
  ],
  // posthog
  [
    'PostHog node',
    `import { PostHog } from 'posthog-node'; const posthog = new PostHog('x');`,
    `if (await posthog.isFeatureEnabled('k', user.id)) hit(); else hit(); if ((await posthog.getFeatureFlag('f', 'u')) === 'test') hit(); if ((await posthog.getFeatureFlagResult('r', 'u'))?.enabled) hit(); const e = await posthog.evaluateFlags(user.id); if (e.isEnabled('e', { defaultValue: true })) hit(); const all = await posthog.getAllFlags('u'); if (all['a']) hit(); if ((await posthog.isFeatureEnabled('n', 'u')) ?? true) hit(); if ((await posthog.isFeatureEnabled('m', 'u')) !== false) hit()`,
    ['k', 'f', 'r', 'e', 'a', 'n', 'm'],
    ['k = true', 'k = false', 'f = test', 'r = true', 'e = true', 'a = true', '-', '-'],
  ],
  [
    'PostHog js',
    `import posthog from 'posthog-js';`,
    `if (posthog.isFeatureEnabled('k')) hit(); if (posthog.getFeatureFlag('f') === 'v') hit(); if (posthog.getFeatureFlagResult('r')?.enabled) hit()`,
    ['k', 'f', 'r'],
    ['k = true', 'f = v', 'r = true'],
  ],
  [
    'PostHog react',
    `import { useFeatureFlagEnabled, usePostHog, PostHogFeature, useActiveFeatureFlags, useFeatureFlagVariantKey } from 'posthog-js/react';`,
    `if (useFeatureFlagEnabled('k')) hit(); if (usePostHog().isFeatureEnabled('p')) hit(); const on = useActiveFeatureFlags(); if (on.includes('i')) hit(); if (useFeatureFlagVariantKey('v') === 'a') hit(); return <><PostHogFeature flag="m" match={true} fallback={<O a={hit()} />}><X a={hit()} /></PostHogFeature><PostHogFeature flag="n"><X a={hit()} /></PostHogFeature><PostHogFeature flag="w" match="v"><X a={hit()} /></PostHogFeature></>`,
    ['k', 'p', 'i', 'v', 'm', 'n', 'w'],
    ['k = true', 'p = true', 'i = true', 'v = a', 'm = false', 'm = true', '-', 'w = v'],
  ],
  // split
  [
    'Split server',
    `import { SplitFactory } from '@splitsoftware/splitio'; const factory = SplitFactory({}); const client = factory.client();`,
    `const t = client.getTreatment('user', 'k', { a: 1 }); if (t === 'on') hit(); else hit(); if (t !== 'off') hit(); if (t === 'off') hit(); if (client.getTreatmentWithConfig(u, 'c').treatment === 'v2') hit(); if (client.getTreatments(u, ['m', 'n']).m === 'on') hit()`,
    ['k', 'c', 'm'],
    ['k = true', 'k = false', '-', 'k = false', 'c = v2', 'm = true'],
  ],
  [
    'Split browser',
    `import { SplitFactory } from '@splitsoftware/splitio'; const client = SplitFactory({}).client();`,
    `if (client.getTreatment('k') === 'on') hit(); if (client.getTreatment('a', { plan: 'x' }) === 'on') hit(); if (client.getTreatment('u', unknownName) === 'on') hit()`,
    ['k', 'a', '?'],
    ['k = true', 'a = true', '-'],
  ],
  [
    'Split react',
    `import { useTreatment, useSplitTreatments, useSplitClient, SplitTreatments } from '@splitsoftware/splitio-react';`,
    `if (useTreatment({ name: 'k' }).treatment === 'on') hit(); const { treatments } = useSplitTreatments({ names: ['b'] }); if (treatments.b.treatment === 'on') hit(); if (useSplitClient().client.getTreatment('c') === 'on') hit(); const { treatments: { d } } = useSplitTreatments({ names: ['d'] }); if (d.treatment === 'on') hit(); return <SplitTreatments names={['r']}>{({ treatments }) => treatments.r.treatment === 'on' && hit()}</SplitTreatments>`,
    ['k', 'b', 'c', 'd', 'r'],
    ['k = true', 'b = true', 'c = true', 'd = true', 'r = true'],
  ],
  [
    'Split angular',
    `import { SplitService } from '@splitsoftware/splitio-angular'; class C { constructor(private s: SplitService) {} f() { if (this.s.getTreatment('k') === 'on') hit(); if (this.s.getTreatment('u', 'l') === 'on') hit() } }`,
    '',
    ['k', 'l'],
    ['k = true', 'l = true'],
  ],
  // harness
  [
    'Harness node',
    `import { Client } from '@harnessio/ff-nodejs-server-sdk'; const c = new Client('x');`,
    `if (await c.boolVariation('k', target, false)) hit()`,
    ['k'],
    ['k = true'],
  ],
  [
    'Harness js',
    `import { initialize } from '@harnessio/ff-javascript-client-sdk'; const c = initialize('x', {});`,
    `if (c.variation('k', false)) hit()`,
    ['k'],
    ['k = true'],
  ],
  [
    'Harness react',
    `import { useFeatureFlag, useFeatureFlags, ifFeatureFlag } from '@harnessio/ff-react-client-sdk'; const P = ifFeatureFlag('h')(() => hit());`,
    `if (useFeatureFlag('k')) hit(); const flags = useFeatureFlags(['a']); if (flags.a) hit()`,
    ['h', 'k', 'a'],
    ['h = true', 'k = true', 'a = true'],
  ],
  // configcat
  [
    'ConfigCat',
    `import * as configcat from '@configcat/sdk'; const c = configcat.getClient('x');`,
    `if (await c.getValueAsync('k', false, { identifier: u })) hit(); if ((await c.getValueDetailsAsync('d', false)).value) hit(); const s = c.snapshot(); if (s.getValue('s', false)) hit()`,
    ['k', 'd', 's'],
    ['k = true', 'd = true', 's = true'],
  ],
  [
    'ConfigCat react',
    `import { useFeatureFlag } from 'configcat-react';`,
    `const { value: on, loading } = useFeatureFlag('k', false); if (on) hit(); if (loading) hit()`,
    ['k'],
    ['k = true', '-'],
  ],
  // devcycle
  [
    'DevCycle node',
    `import { initializeDevCycle } from '@devcycle/nodejs-server-sdk'; const c = initializeDevCycle('x'); const cloud = initializeDevCycle('x', { enableCloudBucketing: true });`,
    `if (c.variableValue(user, 'k', false)) hit(); if (c.variable({ user_id: u }, 'v', false).value) hit(); if (await cloud.variableValue(user, 'c', false)) hit(); if (cloud.variableValue(user, 'd', false)) hit(); const r = await initializeDevCycle('y').onClientInitialized(); if (r.variableValue(user, 'r', false)) hit()`,
    ['k', 'v', 'c', 'd', 'r'],
    ['k = true', 'v = true', 'c = true', '-', 'r = true'],
  ],
  [
    'DevCycle js',
    `import { initializeDevCycle } from '@devcycle/js-client-sdk'; const c = initializeDevCycle('x', {});`,
    `if (c.variableValue('k', false)) hit()`,
    ['k'],
    ['k = true'],
  ],
  [
    'DevCycle react',
    `import { useVariableValue, RenderIfEnabled, SwapComponents, useVariable } from '@devcycle/react-client-sdk'; const P = SwapComponents(() => hit(), () => hit(), 's');`,
    `if (useVariableValue('k', false)) hit(); if (useVariable('v', false).value) hit(); return <><RenderIfEnabled variableKey="r"><X a={hit()} /></RenderIfEnabled><RenderIfEnabled variableKey="t" targetValue="blue"><X a={hit()} /></RenderIfEnabled></>`,
    ['s', 'k', 'v', 'r', 't'],
    ['s = false', 's = true', 'k = true', 'v = true', 'r = true', 't = blue'],
  ],
  [
    'DevCycle nest',
    `import { VariableValue, RequireVariableValue, DevCycleService } from '@devcycle/nestjs-server-sdk'; class C { constructor(private dvc: DevCycleService) {} @Get() @RequireVariableValue({ 'r': true, s: 'blue' }) f() { hit() } g(@VariableValue({ key: 'p', default: false }) p: boolean) { if (p) hit(); if (this.dvc.isEnabled('k')) hit() } }`,
    '',
    ['r', 's', 'p', 'k'],
    ['r = true & s = blue', 'p = true', 'k = true'],
  ],
  // optimizely
  [
    'Optimizely',
    `import { createInstance } from '@optimizely/optimizely-sdk'; const client = createInstance({});`,
    `const who = client.createUserContext(id, {}); const d = who.decide('k'); if (d.enabled) hit(); if (d.variationKey === 'v') hit(); if (client.isFeatureEnabled('f', id)) hit(); if (who.decideAll()['a'].enabled) hit(); if (client.getEnabledFeatures(id).includes('e')) hit(); if ((await who.decideAsync('s')).enabled) hit()`,
    ['k', 'f', 'a', 'e', 's'],
    ['k = true', 'k = v', 'f = true', 'a = true', 'e = true', 's = true'],
  ],
  [
    'Optimizely react',
    `import { useDecision, useFeature, useExperiment, OptimizelyFeature, OptimizelyExperiment, OptimizelyVariation } from '@optimizely/react-sdk';`,
    `const [decision, ready] = useDecision('k'); if (decision.enabled) hit(); if (ready) hit(); const [on] = useFeature('f'); if (on) hit(); const [v] = useExperiment('e'); if (v === 'b') hit(); return <><OptimizelyFeature feature="c">{(isEnabled) => isEnabled ? hit() : hit()}</OptimizelyFeature><OptimizelyExperiment experiment="x"><OptimizelyVariation variation="a"><X a={hit()} /></OptimizelyVariation><OptimizelyVariation default><X a={hit()} /></OptimizelyVariation></OptimizelyExperiment></>`,
    ['k', 'f', 'e', 'c', 'x'],
    ['k = true', '-', 'f = true', 'e = b', 'c = true', 'c = false', 'x = a', '-'],
  ],
  // others
  [
    'Eppo',
    `import * as EppoSdk from '@eppo/node-server-sdk';`,
    `const c = EppoSdk.getInstance(); if (c.getBooleanAssignment('k', user.id, {}, false)) hit(); if (c.getStringAssignment('s', 'u', {}, 'a') === 'b') hit(); if (c.getBooleanAssignmentDetails('d', 'u', {}, false).variation) hit()`,
    ['k', 's', 'd'],
    ['k = true', 's = b', 'd = true'],
  ],
  [
    'Flipt',
    `import { FliptClient } from '@flipt-io/flipt'; const c = new FliptClient({});`,
    `const r = await c.evaluation.boolean({ namespaceKey: 'default', flagKey: 'k', entityId: id, context: {} }); if (r.enabled) hit(); const v = await c.evaluation.variant({ flagKey: 'v', entityId: id }); if (v.variantKey === 'b') hit(); if (v.match) hit()`,
    ['k', 'v'],
    ['k = true', 'v = b', 'v = true'],
  ],
  [
    'Flipt client side',
    `import { FliptClient } from '@flipt-io/flipt-client-js'; import { useFliptBoolean, useFliptVariant } from '@flipt-io/flipt-client-react';`,
    `const c = await FliptClient.init({}); if (c.evaluateBoolean({ flagKey: 'k', entityId: id }).enabled) hit(); if (useFliptBoolean('b', false, id)) hit(); if (useFliptVariant('v', 'a', id) === 'x') hit()`,
    ['k', 'b', 'v'],
    ['k = true', 'b = true', 'v = x'],
  ],
  [
    'Amplitude',
    `import { Experiment } from '@amplitude/experiment-node-server'; const e = Experiment.initializeRemote('x'); const l = Experiment.initializeLocal('x');`,
    `const v = await e.fetchV2(user); if (v['k']?.value === 'on') hit(); const w = l.evaluateV2(user, ['m']); if (w.m.value === 'treatment') hit()`,
    ['k', 'm'],
    ['k = true', 'm = treatment'],
  ],
  [
    'Amplitude js',
    `import { Experiment } from '@amplitude/experiment-js-client'; const e = Experiment.initialize('x');`,
    `if (e.variant('k').value === 'on') hit(); if (e.all()['a'].value === 'on') hit()`,
    ['k', 'a'],
    ['k = true', 'a = true'],
  ],
  [
    'Reflag',
    `import { ReflagClient } from '@reflag/node-sdk'; const r = new ReflagClient({});`,
    `if (r.getFlag({ user: { id } }, 'k').isEnabled) hit(); const b = r.bindClient({ user: { id } }); const { isEnabled } = b.getFlag('b'); if (isEnabled) hit(); if ((await r.getFlagRemote('m', id)).isEnabled) hit(); if (b.getFlags().a.isEnabled) hit()`,
    ['k', 'b', 'm', 'a'],
    ['k = true', 'b = true', 'm = true', 'a = true'],
  ],
  [
    'Reflag react',
    `import { useFlag, useFeature } from '@reflag/react-sdk';`,
    `const { isEnabled } = useFlag('k'); if (isEnabled) hit(); if (useFeature('f').isEnabled) hit()`,
    ['k', 'f'],
    ['k = true', 'f = true'],
  ],
  [
    'Firebase',
    `import { getRemoteConfig, getBoolean, getValue, getString, getAll } from 'firebase/remote-config'; const rc = getRemoteConfig(app);`,
    `if (getBoolean(rc, 'k')) hit(); if (getValue(rc, 'v').asBoolean()) hit(); if (getString(rc, 's') === 'b') hit(); if (getAll(rc)['a'].asBoolean()) hit()`,
    ['k', 'v', 's', 'a'],
    ['k = true', 'v = true', 's = b', 'a = true'],
  ],
  [
    'Firebase admin',
    `import { getRemoteConfig } from 'firebase-admin/remote-config';`,
    `const t = await getRemoteConfig().getServerTemplate({}); const config = t.evaluate({ randomizationId: id }); if (config.getBoolean('k')) hit()`,
    ['k'],
    ['k = true'],
  ],
  [
    'feature-management',
    `import { FeatureManager } from '@microsoft/feature-management'; const m = new FeatureManager(p);`,
    `if (await m.isEnabled('k')) hit(); if ((await m.getVariant('v', { userId: u }))?.name === 'b') hit(); if (m.isEnabled('n')) hit()`,
    ['k', 'v', 'n'],
    ['k = true', 'v = b', '-'],
  ],
  [
    'AppConfig',
    `import { getAppConfig } from '@aws-lambda-powertools/parameters/appconfig';`,
    `const config = await getAppConfig('p', { transform: 'json' }); if (config.k.enabled) hit(); if (config.title) hit()`,
    ['k'],
    ['k = true', '-'],
  ],
  [
    'Evidently',
    `import { EvidentlyClient, EvaluateFeatureCommand } from '@aws-sdk/client-evidently'; const c = new EvidentlyClient();`,
    `const r = await c.send(new EvaluateFeatureCommand({ project: 'p', feature: 'k', entityId: id })); if (r.value.boolValue) hit(); if (r.variation === 'b') hit()`,
    ['k'],
    ['k = true', 'k = b'],
  ],
  [
    'flagged',
    `import { useFeature, useFeatures, Feature, withFeature } from 'flagged'; const P = withFeature('h')(() => hit());`,
    `if (useFeature('k')) hit(); const all = useFeatures(); if (all.a) hit(); return <Feature name="c"><X a={hit()} /></Feature>`,
    ['h', 'k', 'a', 'c'],
    ['h = true', 'k = true', 'a = true', 'c = true'],
  ],
  [
    'HappyKit',
    `import { createUseFlags } from '@happykit/flags/client'; const useFlags = createUseFlags({});`,
    `const bag = useFlags(); if (bag.flags?.k) hit(); if (useFlags().flags.l === 'x') hit()`,
    ['k', 'l'],
    ['k = true', 'l = x'],
  ],
  [
    'Vercel',
    `import { flag, getPrecomputed } from 'flags/next'; const newEmail = flag({ key: 'k', decide: () => false, identify }); const other = flag<boolean>({ key: 'o', defaultValue: true, decide });`,
    `if (await newEmail()) hit(); if (newEmail()) hit(); if (await other.run({ identify: {} })) hit(); const [a, b] = await getPrecomputed([newEmail, other], all, code); if (a) hit()`,
    ['k', 'k', 'o', 'k', 'o'],
    ['k = true', '-', 'o = true', 'k = true'],
  ],
];

describe('the forms of every SDK', () => {
  test.each(forms)('%s', async (_, head, body, keys, guards) => {
    const { sites, guards: found } = await read(`${head}\nasync function f(user, id, u) { ${body} }`);
    expect(found).toEqual(guards);
    expect(sites.map(({ evaluation: e }) => (e.keyFrom === 'camel' ? `~${e.flag}` : (e.flag ?? '?')))).toEqual(keys);
  });
});

test('a key in camel case is the known key that is spelt so, and is not known for sure where none or two are', async () => {
  const code = `import { useFlags } from 'launchdarkly-react-client-sdk'; function C() { const { newEmail, other, same } = useFlags(); if (newEmail) hit(); if (other) hit(); if (same) hit() }`;
  const { guards, sites } = await read(code, {}, ['new-email', 'sa-me', 's-ame', 'same']);
  expect(guards).toEqual(['new-email = true', 'other = true', 'same = true']);
  expect(sites.map(({ evaluation }) => [evaluation.flag, evaluation.keyFrom])).toEqual([
    ['new-email', 'text'],
    ['other', 'camel'],
    ['same', 'text'],
  ]);
  const two = await read(code, {}, ['new-email', 'new_email']);
  expect(two.sites[0]?.evaluation).toMatchObject({ flag: 'newEmail', keyFrom: 'camel' });
});

test('what a receiver evaluates for is the context of its evaluations', async () => {
  const code = `import { createInstance } from '@optimizely/optimizely-sdk'; import Flagsmith from 'flagsmith-nodejs'; import { PostHog } from 'posthog-node'; import { ReflagClient } from '@reflag/node-sdk'; import { evaluateFlags, flagsClient } from '@unleash/nextjs';
    const o = createInstance({}); const f = new Flagsmith({}); const p = new PostHog('x'); const r = new ReflagClient({});
    async function g(user) { o.createUserContext('system').decide('a'); (await f.getEnvironmentFlags()).isFeatureEnabled('b'); (await f.getIdentityFlags(user.id)).isFeatureEnabled('c'); (await p.evaluateFlags(user.id)).isEnabled('d'); r.bindClient({ user: { id: user.id } }).getFlag('e'); flagsClient(evaluateFlags(all, { userId: 'x' }).toggles).isEnabled('f') }`;
  const { sites } = await read(code);
  expect(sites.map(({ evaluation }) => [evaluation.flag, evaluation.context])).toEqual([
    ['a', { kind: 'known', keys: ['key'], literalKey: 'system' }],
    ['b', { kind: 'none' }],
    ['c', { kind: 'known', keys: ['key', 'id'], literalKey: null }],
    ['d', { kind: 'known', keys: ['key', 'id'], literalKey: null }],
    ['e', expect.objectContaining({ kind: 'known' })],
    ['f', { kind: 'known', keys: ['userId'], literalKey: 'x' }],
  ]);
});

test('defaults are found where each SDK takes them', async () => {
  const code = `import { init } from '@launchdarkly/node-server-sdk'; import flagsmith from 'flagsmith'; import posthog from 'posthog-js'; import { getInstance } from '@eppo/node-server-sdk'; import { flag } from 'flags/next'; import { RenderIfEnabled } from '@devcycle/react-client-sdk'; import { RequireFlagsEnabled } from '@openfeature/nestjs-sdk';
    const ld = init('x'); const declared = flag({ key: 'e', defaultValue: true, decide });
    async function g(u) { ld.variation('a', u, true); flagsmith.hasFeature('b', { fallback: true }); posthog.isFeatureEnabled('c', { defaultValue: true }); getInstance().getBooleanAssignment('d', u, {}, true); await declared(); ld.variation('f', u, 'old'); ld.variation('g', u); return <RenderIfEnabled variableKey="h" defaultValue={true}><X /></RenderIfEnabled> }`;
  const { sites } = await read(code);
  expect(sites.map(({ evaluation }) => [evaluation.flag, evaluation.fallback])).toEqual([
    ['a', true],
    ['b', true],
    ['c', true],
    ['d', true],
    ['e', true],
    ['f', 'old'],
    ['g', null],
    ['h', true],
  ]);
});

test('every package of the reference is known', () => {
  for (const name of [
    'flags/next',
    '@unleash/nextjs/client',
    'firebase/remote-config',
    '@flagsmith/flagsmith/isomorphic',
    'posthog-js/react',
  ])
    expect(sdkOf(name), name).not.toBeNull();
  for (const name of ['firebase/auth', 'firebase', './flags', 'flags-of-the-world']) expect(sdkOf(name), name).toBeNull();
  expect(sdkOf('posthog-js/react')?.id).toBe('@posthog/react');
});
