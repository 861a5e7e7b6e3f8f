/** PostHog: undefined on failure; the server's calls are promises and take the distinct id. */
import { all, bag, call, client, is, list, makes, object, promise, sdk } from './shapes.ts';

const provider = 'posthog';
const result = object({ enabled: 'truth', variant: 'text' });
const browser = {
  ...call('isFeatureEnabled', 'maybe', { fallback: '1.defaultValue' }),
  ...call('getFeatureFlag', 'value'),
  ...call('getFeatureFlagResult', result),
  ...call('getFeatureFlagPayload', 'unknown'),
  ...all('getAllFeatureFlags', list('key', result)),
};
const id = { context: 1, isPromise: true } as const;

export const posthog = [
  sdk('posthog-node', provider, {
    packages: ['posthog-node', 'posthog-react-native'],
    exports: makes(['', 'PostHog'], client()),
    types: { PostHog: 'client', FeatureFlagEvaluations: 'evaluations' },
    receivers: {
      client: {
        ...call('isFeatureEnabled', 'maybe', id),
        ...call('getFeatureFlag', 'value', id),
        ...call('getFeatureFlagResult', result, id),
        ...call('getFeatureFlagPayload', 'unknown', id),
        ...all('getAllFlags', bag('value'), { context: 0, isPromise: true }),
        ...all('getAllFlagsAndPayloads', object({ featureFlags: bag('value') }), { context: 0, isPromise: true }),
        ...makes(['evaluateFlags'], promise(client('evaluations')), 0),
      },
      evaluations: {
        ...call('isEnabled', 'truth', { fallback: '1.defaultValue' }),
        ...call('getFlag', 'value'),
        ...call('getFlagPayload', 'unknown'),
      },
    },
  }),
  sdk('posthog-js', provider, {
    packages: ['posthog-js', 'posthog-js-lite'],
    exports: { ...is(['', 'posthog'], client()), ...makes(['PostHog'], client()) },
    types: { PostHog: 'client' },
    receivers: { client: { ...browser, ...makes(['init'], client()) } },
  }),
  sdk('@posthog/react', provider, {
    packages: ['@posthog/react', 'posthog-js/react'],
    exports: {
      ...makes(['usePostHog'], client()),
      ...call('useFeatureFlagEnabled', 'maybe', { fallback: 1 }),
      ...call('useFeatureFlagVariantKey', 'value'),
      ...call('useFeatureFlagResult', result),
      ...call('useFeatureFlagPayload', 'unknown'),
      ...all('useActiveFeatureFlags', 'names'),
    },
    types: { PostHog: 'client' },
    receivers: { client: browser },
    components: [{ name: 'PostHogFeature', key: 'flag', match: 'match', isMatchNeeded: true, fallback: 'fallback' }],
  }),
];
