/** Split (Harness FME): treatments as text, `control` on failure, so that whatever is not `off` may still not be on. */

import { all, bag, call, calls, client, form, is, makes, object, sdk } from './shapes.ts';
import type { CallForm, Entry, Shape } from './types.ts';

const provider = 'split';
const withConfig = object({ treatment: 'text' });
const facts = { onOff: 'others', onFailure: false } as const;

const server = { key: 1, context: 0 } as const;
const serverBulk = { context: 0 } as const;
const many = ['getTreatments', 'getTreatmentsByFlagSet', 'getTreatmentsByFlagSets'];
const manyWithConfig = ['getTreatmentsWithConfig', 'getTreatmentsWithConfigByFlagSet', 'getTreatmentsWithConfigByFlagSets'];

const bulk = (options: Partial<CallForm>): Record<string, Entry> => ({
  ...calls(many, form(bag('text'), { ...options, key: null })),
  ...calls(manyWithConfig, form(bag(withConfig), { ...options, key: null })),
});

/** With a key first, as servers call it, or without: told apart by the second argument, where it can be read. */
const either = (gives: Shape) => [
  form(gives, { ...server, ifText: 1 }),
  form(gives, { unlessText: 1 }),
  form(gives, { key: 99, context: null }),
];

const eitherClient = {
  ...calls(['getTreatment'], ...either('text')),
  ...calls(['getTreatmentWithConfig'], ...either(withConfig)),
  ...bulk(serverBulk),
};
const browserClient = { ...call('getTreatment', 'text'), ...call('getTreatmentWithConfig', withConfig), ...bulk({}) };
const types = {
  IClient: 'client',
  IBrowserClient: 'client',
  IAsyncClient: 'client',
  'SplitIO.IClient': 'client',
  'SplitIO.IBrowserClient': 'client',
};
const factory = makes(['client'], client());

export const split = [
  sdk('@splitsoftware/splitio', provider, {
    ...facts,
    exports: makes(['SplitFactory'], client('factory')),
    types: { ...types, ISDK: 'factory', IBrowserSDK: 'factory', 'SplitIO.ISDK': 'factory', 'SplitIO.IBrowserSDK': 'factory' },
    receivers: { factory, client: eitherClient },
  }),
  sdk('@splitsoftware/splitio-browserjs', provider, {
    ...facts,
    packages: ['@splitsoftware/splitio-browserjs', '@splitsoftware/splitio-react-native'],
    exports: makes(['SplitFactory'], client('factory')),
    types,
    receivers: { factory, client: browserClient },
  }),
  sdk('@splitsoftware/splitio-react', provider, {
    ...facts,
    exports: {
      ...makes(['SplitFactory', 'SplitSdk'], client('factory')),
      ...makes(['useSplitClient'], client('held')),
      ...call('useTreatment', object({ treatment: 'text' }), { key: '0.name' }),
      ...call('useTreatmentWithConfig', object({ treatment: withConfig }), { key: '0.name' }),
      ...all('useTreatments', object({ treatments: bag('text') })),
      ...all('useTreatmentsWithConfig', object({ treatments: bag(withConfig) })),
      ...all('useSplitTreatments', object({ treatments: bag(withConfig) })),
    },
    types,
    receivers: { factory, client: browserClient, held: is(['client'], client()) },
    components: [{ name: 'SplitTreatments', key: '', gives: [object({ treatments: bag(withConfig) })] }],
    handed: { treatments: bag(withConfig) },
  }),
  sdk('@splitsoftware/splitio-angular', provider, {
    ...facts,
    types: { ...types, SplitService: 'client' },
    receivers: { client: eitherClient },
  }),
];
