/** Optimizely Feature Experimentation: a decision is not enabled on failure. */
import { all, bag, call, calls, client, form, makes, object, promise, sdk, tuple } from './shapes.ts';

const provider = 'optimizely';
const decision = object({ enabled: 'truth', variationKey: 'text' });
const user = { context: 1 } as const;
const typedVariables = ['', 'Boolean', 'String', 'Integer', 'Double', 'JSON'].map((kind) => `getFeatureVariable${kind}`);
const methods = {
  ...makes(['createUserContext'], client('user'), 0),
  ...call('isFeatureEnabled', 'truth', user),
  ...calls(['getVariation', 'activate'], form('text', user)),
  ...calls(typedVariables, form('unknown', { context: 2 })),
  ...all('getEnabledFeatures', 'names', { context: 0 }),
  ...makes(['onReady'], promise('unknown')),
};
const decisions = {
  ...call('decide', decision),
  ...call('decideAsync', decision, { isPromise: true }),
  ...all('decideAll', bag(decision)),
  ...all('decideForKeys', bag(decision)),
  ...all('decideAllAsync', bag(decision), { isPromise: true }),
  ...all('decideForKeysAsync', bag(decision), { isPromise: true }),
};
const facts = { onFailure: false, types: { Client: 'client', OptimizelyUserContext: 'user', ReactSDKClient: 'react' } } as const;

export const optimizely = [
  sdk('@optimizely/optimizely-sdk', provider, {
    ...facts,
    exports: makes(['createInstance'], client()),
    receivers: { client: methods, user: decisions, react: {} },
  }),
  sdk('@optimizely/react-sdk', provider, {
    ...facts,
    exports: {
      ...makes(['createInstance'], client('react')),
      ...call('useDecision', tuple(decision)),
      ...call('useFeature', tuple('truth')),
      ...call('useExperiment', tuple('text')),
    },
    receivers: {
      client: methods,
      user: decisions,
      react: {
        ...decisions,
        ...call('isFeatureEnabled', 'truth', { context: 1, contextHeld: true }),
        ...calls(['getVariation', 'activate'], form('text')),
      },
    },
    components: [
      { name: 'OptimizelyFeature', key: 'feature', gives: ['truth'] },
      { name: 'OptimizelyExperiment', key: 'experiment', gives: ['text'] },
      { name: 'OptimizelyVariation', key: 'experiment', within: 'OptimizelyExperiment', match: 'variation', isMatchNeeded: true },
    ],
    handed: { optimizely: client('react') },
  }),
];
