import { createRequire } from 'node:module';
import type { Attributes, Oracle } from './oracle.ts';
import { stubOf } from './stub.ts';

const Featureflow = createRequire(import.meta.url)('featureflow-node-sdk');

const audience = { conditions: [{ target: 'plan', operator: 'equals', values: ['pro'] }] };

interface Feature {
  readonly key: string;
  readonly variants: readonly { readonly key: string }[];
  readonly [member: string]: unknown;
}

interface Client {
  readonly eventsClient: { queue: unknown[]; readonly interval: NodeJS.Timeout };
  evaluateAll(user: unknown): Readonly<Record<string, string>>;
}

function userOf({ id, ...attributes }: Attributes): unknown {
  if (id === undefined) return undefined;
  const builder = new Featureflow.UserBuilder(id);
  for (const [name, value] of Object.entries(attributes)) builder.withAttribute(name, value);
  return builder.build();
}

export const oracle: Oracle = {
  source: 'featureflow',
  attributes: ['id', 'plan'],
  required: [],
  state(random, key) {
    const variants = random.pick([
      ['on', 'off'],
      ['on', 'off'],
      ['on', 'off', 'red'],
    ]);
    const variant = random.mostly(variants);
    const splits = () => {
      const shares = random.pick([[100], [100], [50, 50], [0, 100], [40]]);
      return shares.map((split) => ({ variantKey: variant(), split }));
    };
    const before = random.some(2, () => ({ ...random.pick([{ audience }, { audience: { conditions: [] } }]), variantSplits: splits() }));
    const rules = [...before, ...(random.chance(0.9) ? [{ defaultRule: true, variantSplits: splits() }] : [])];
    const flag = {
      key,
      enabled: random.chance(0.85),
      offVariantKey: variant(),
      variants: variants.map((name) => ({ key: name, name })),
      rules,
    };
    return { flag, isPlain: before.every((rule) => rule.audience.conditions.length === 0) };
  },
  documents(flags) {
    const features = [...flags.values()] as Feature[];
    const environments = [{ key: 'production', name: 'Production', production: true }];
    const controls = Object.fromEntries(
      features.map(({ key, enabled, offVariantKey, rules }) => [key, { production: { enabled, offVariantKey, rules } }]),
    );
    const listed = features.map(({ key, variants }) => ({ key, variants }));
    return [
      Object.fromEntries(flags),
      { source: 'featureflow', pulledAt: '2026-01-01T00:00:00Z', environments, features: listed, controls },
    ];
  },
  async start(flags) {
    const stub = await stubOf(Object.fromEntries(flags));
    const quiet = { baseUrl: stub.url, disableEvents: true, interval: 0 };
    const client = await new Promise<Client>((resolve, reject) => {
      const made = new Featureflow.Client({ apiKey: 'srv-env-x', ...quiet }, (error: unknown) => (error ? reject(error) : resolve(made)));
    });
    let [last, all] = [null as Attributes | null, {} as Readonly<Record<string, string>>];
    return {
      evaluate(key, attributes) {
        // It throws where its queue of events is full.
        client.eventsClient.queue = [];
        if (attributes !== last) all = client.evaluateAll(userOf(attributes));
        last = attributes;
        const variant = all[key] ?? '';
        const isSwitch = (flags.get(key) as Feature).variants.length === 2;
        return isSwitch ? { value: variant === 'on', variant } : { value: variant };
      },
      stop: () => {
        clearInterval(client.eventsClient.interval);
        stub.close();
      },
    };
  },
};
