import { getClient, PollingMode, User } from '@configcat/sdk/node';
import { type Attributes, type Oracle, type Random, valueAs } from './oracle.ts';
import { stubOf } from './stub.ts';

/** `plan` is one of `pro`, in the clear. */
const condition = { u: { a: 'plan', c: 28, s: 'pro' } };

function options(random: Random, value: () => object): object[] {
  const shares = random.pick([[100], [100], [50, 50], [0, 100], [30, 70]]);
  return shares.map((p) => ({ p, v: value() }));
}

export const oracle: Oracle = {
  source: 'configcat',
  attributes: ['Identifier', 'plan', 'company'],
  required: [],
  state(random, _key, earlier) {
    const isText = random.chance(0.3);
    const wrapped = (value: boolean | string): object => (typeof value === 'string' ? { s: value } : { b: value });
    const mostly = random.mostly<boolean | string>(isText ? ['x', 'y'] : [true, false]);
    const value = (): object => wrapped(mostly());
    const parents = earlier.slice(0, 20);
    const flagCondition = () => ({ p: { f: random.pick(parents), c: random.int(2), v: { b: random.chance(0.5) } } });
    const rules = random.some(2, () => ({
      c: parents.length > 0 && random.chance(0.4) ? [flagCondition()] : [condition],
      ...(random.chance(0.6) ? { s: { v: value() } } : { p: options(random, value) }),
    }));
    const flag = {
      t: isText ? 1 : 0,
      v: value(),
      ...(random.chance(0.3) ? { a: 'company' } : {}),
      ...(rules.length === 0 ? {} : { r: rules }),
      ...(random.chance(0.4) ? { p: options(random, value) } : {}),
    };
    return { flag, isPlain: rules.length === 0 };
  },
  documents: (flags) => [config(flags), { source: 'configcat', pulledAt: '2026-01-01T00:00:00Z', configs: { production: config(flags) } }],
  async start(flags) {
    const stub = await stubOf(config(flags));
    const logger = { log() {} };
    const client = getClient('configcat-sdk-1/0123456789012345678901/0123456789012345678901', PollingMode.ManualPoll, {
      baseUrl: stub.url,
      logger,
    });
    await client.forceRefreshAsync();
    const snapshot = client.snapshot();
    const users = new Map<Attributes, User | undefined>();
    return {
      evaluate(key, attributes) {
        if (!users.has(attributes)) users.set(attributes, userOf(attributes));
        const details = snapshot.getValueDetails(key, null, users.get(attributes) as never);
        return { value: details.isDefaultValue ? null : valueAs(details.value) };
      },
      stop: () => {
        client.dispose();
        stub.close();
      },
    };
  },
};

/** Whoever has no attribute at all is no user. */
function userOf({ Identifier, ...custom }: Attributes): User | undefined {
  if (Identifier === undefined && Object.keys(custom).length === 0) return undefined;
  return new User(Identifier as string, undefined, undefined, custom);
}

function config(flags: ReadonlyMap<string, unknown>): object {
  return { p: { u: 'https://cdn-global.configcat.com', r: 0, s: 'salt' }, s: [], f: Object.fromEntries(flags) };
}
