/** Featureflow: a chain (`.isOn()`, `.isOff()`, `.is(v)`, `.value()`), false on failure. Checked against the node SDK. */
import { all, bag, call, chain, client, makes, sdk } from './shapes.ts';

const provider = 'featureflow';
const result = chain({ isOn: 'truth', isOff: 'off', is: 'compares', value: 'text', jsonValue: 'unknown' });
const facts = { onOff: 'only', onFailure: false } as const;
const held = { ...call('evaluate', result, { context: 1, contextHeld: true }), ...all('getFeatures', bag('text')) };

export const featureflow = [
  sdk('featureflow-node-sdk', provider, {
    ...facts,
    exports: makes(['Client'], client()),
    types: { Client: 'client', Featureflow: 'client', default: 'client' },
    receivers: { client: { ...call('evaluate', result, { context: 1 }), ...all('evaluateAll', bag('text'), { context: 0 }) } },
    handed: { featureflow: client() },
    handedAnywhere: ['featureflow'],
  }),
  sdk('featureflow-client', provider, {
    ...facts,
    packages: ['featureflow-client', 'featureflow-javascript-sdk'],
    exports: makes(['init', 'createClient', 'FeatureflowClient', 'Client'], client()),
    types: { FeatureflowClient: 'client', Featureflow: 'client', default: 'client', Client: 'client' },
    receivers: { client: held },
  }),
  sdk('react-featureflow-client', provider, {
    ...facts,
    exports: {
      ...makes(['useFeatureflow'], client()),
      ...call('useFeature', result),
      ...all('useFeatures', bag('text')),
      ...call('useJsonValue', 'unknown'),
    },
    types: { Featureflow: 'client', default: 'client', FeatureflowClient: 'client' },
    receivers: { client: held },
    handed: { featureflow: client(), features: bag('text') },
  }),
  sdk('featureflow-angular', provider, {
    ...facts,
    types: { FeatureflowAngularService: 'client' },
    receivers: { client: held },
  }),
];
