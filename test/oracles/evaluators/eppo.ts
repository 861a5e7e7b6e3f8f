import { createRequire } from 'node:module';
import { type Oracle, type Random, valueAs } from './oracle.ts';

const require = createRequire(import.meta.url);
const { EppoClient, MemoryOnlyConfigurationStore, applicationLogger } = require('@eppo/js-client-sdk-common');

const rule = { conditions: [{ attribute: 'plan', operator: 'ONE_OF', value: ['pro'] }] };

function shards(random: Random) {
  const ranges = random.pick([
    [{ start: 0, end: 1000 }],
    [{ start: 0, end: 1000 }],
    [{ start: 0, end: 500 }],
    [
      { start: 0, end: 500 },
      { start: 500, end: 1000 },
    ],
  ]);
  return random.pick([
    [],
    [{ salt: 'a', ranges }],
    [
      { salt: 'a', ranges },
      { salt: 'b', ranges },
    ],
  ]);
}

export const oracle: Oracle = {
  source: 'eppo',
  attributes: ['subject', 'plan'],
  required: ['subject'],
  state(random, key) {
    const variation = random.mostly(['on', 'off']);
    const isText = random.chance(0.3);
    const values = isText ? { on: 'x', off: 'y' } : { on: true, off: false };
    const last = random.chance(0.9)
      ? [{ key: `${key}-last`, splits: [{ variationKey: variation(), shards: random.chance(0.8) ? [] : shards(random) }], doLog: false }]
      : [];
    const before = random.some(3, (at) => ({
      key: `${key}-${at}`,
      ...(random.chance(0.25) ? { rules: [rule] } : {}),
      ...random.pick([
        {},
        {},
        {},
        { startAt: '2099-01-01T00:00:00Z' },
        { endAt: '2020-01-01T00:00:00Z' },
        { startAt: '2020-01-01T00:00:00Z' },
        { endAt: '2099-01-01T00:00:00Z' },
      ]),
      splits: random.some(2, () => ({ variationKey: variation(), shards: shards(random) })),
      doLog: false,
    }));
    const allocations = [...before, ...last];
    const flag = {
      key,
      enabled: random.chance(0.9),
      variationType: isText ? 'STRING' : 'BOOLEAN',
      variations: { on: { key: 'on', value: values.on }, off: { key: 'off', value: values.off } },
      totalShards: 1000,
      allocations,
    };
    const isPlain = allocations.every((one) => !('rules' in one || 'startAt' in one || 'endAt' in one));
    return { flag, isPlain };
  },
  documents: (flags) => [
    { createdAt: '2026-01-01T00:00:00Z', format: 'SERVER', environment: { name: 'Production' }, flags: Object.fromEntries(flags) },
  ],
  async start(flags) {
    applicationLogger.level = 'silent';
    const store = new MemoryOnlyConfigurationStore();
    await store.setEntries(Object.fromEntries(flags));
    store.setFormat('SERVER');
    const client = new EppoClient({ flagConfigurationStore: store });
    client.setLogger({ logAssignment() {} });
    return {
      evaluate(key, { subject = '', ...attributes }) {
        const isText = (flags.get(key) as { readonly variationType: string }).variationType === 'STRING';
        const seen = isText
          ? [client.getStringAssignment(key, subject, attributes, 'one'), client.getStringAssignment(key, subject, attributes, 'two')]
          : [client.getBooleanAssignment(key, subject, attributes, true), client.getBooleanAssignment(key, subject, attributes, false)];
        return { value: seen[0] === seen[1] ? valueAs(seen[0]) : null };
      },
    };
  },
};
