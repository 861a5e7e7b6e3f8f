/**
 * Unleash: false on failure, the fallback of the node SDK only for a toggle it does not know. A variant is enabled only
 * while its toggle is on, but a toggle without variants is on too.
 */
import { all, call, client, is, list, makes, object, promise, ref, sdk } from './shapes.ts';

const provider = 'unleash';
const variant = object({ enabled: 'partly', feature_enabled: 'truth', featureEnabled: 'truth', name: 'text' });
const toggles = list('name', object({ enabled: 'truth', variant }));
const server = { context: 1, fallback: 2 } as const;
const evaluations = {
  ...call('isEnabled', 'truth', server),
  ...call('getVariant', variant, server),
  ...call('forceGetVariant', variant, server),
};
const browser = { ...call('isEnabled', 'truth'), ...call('getVariant', variant), ...all('getAllToggles', toggles) };
const hooks = {
  ...call('useFlag', 'truth'),
  ...call('useVariant', variant),
  ...all('useFlags', toggles),
  ...makes(['useUnleashClient'], client()),
};
const facts = { onFailure: false } as const;

export const unleash = [
  sdk('unleash-client', provider, {
    ...facts,
    exports: {
      ...makes(['initialize', 'Unleash', 'Unleash.getInstance'], client()),
      ...makes(['startUnleash'], promise(client())),
      ...evaluations,
    },
    types: { Unleash: 'client' },
    receivers: { client: evaluations },
  }),
  sdk('unleash-proxy-client', provider, {
    ...facts,
    packages: ['unleash-proxy-client', '@unleash/proxy-client'],
    exports: makes(['UnleashClient'], client()),
    types: { UnleashClient: 'client' },
    receivers: { client: browser },
  }),
  sdk('@unleash/proxy-client-react', provider, {
    ...facts,
    packages: ['@unleash/proxy-client-react', '@unleash/unleash-react-sdk'],
    exports: { ...hooks, ...makes(['UnleashClient'], client()) },
    types: { UnleashClient: 'client' },
    receivers: { client: browser },
  }),
  sdk('@unleash/nextjs', provider, {
    ...facts,
    exports: {
      ...hooks,
      ...makes(['UnleashClient'], client()),
      ...call('flag', object({ enabled: 'truth', variant }), { context: 1, isPromise: true }),
      ...makes(['evaluateFlags'], client('evaluated'), 1),
      ...makes(['flagsClient'], client(), 0),
    },
    types: { UnleashClient: 'client' },
    receivers: { client: browser, evaluated: is(['toggles'], client('toggles')), toggles: {} },
  }),
  sdk('@unleash/proxy-client-vue', provider, {
    ...facts,
    packages: ['@unleash/proxy-client-vue', '@unleash/unleash-vue-sdk'],
    exports: { ...call('useFlag', ref('truth')), ...call('useVariant', ref(variant)) },
  }),
  sdk('nestjs-unleash', provider, {
    ...facts,
    types: { UnleashService: 'client' },
    receivers: { client: { ...call('isEnabled', 'truth', { fallback: 1 }), ...call('getVariant', variant) } },
    decorators: [{ name: 'IfEnabled', key: 0, context: null, fallback: null, gives: null }],
  }),
];
