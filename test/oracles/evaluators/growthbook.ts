import { GrowthBook } from '@growthbook/growthbook';
import { type Attributes, type Oracle, valueAs } from './oracle.ts';

export const oracle: Oracle = {
  source: 'growthbook',
  attributes: ['id', 'company', 'plan'],
  required: [],
  state(random, _key, earlier) {
    const values = random.pick([
      [true, false],
      ['x', 'y'],
      [true, false],
    ]);
    const value = random.mostly<boolean | string>(values);
    const hash = () => random.pick([{}, { hashAttribute: 'company' }]);
    const parent = () => ({
      id: random.pick(earlier),
      condition: { value: random.pick([true, false]) },
      ...random.pick([{}, { gate: true }]),
    });
    let isPlain = true;
    const conditional = <T>(rule: T): T => {
      isPlain = false;
      return rule;
    };
    const rules = random.some(3, () =>
      random.pick([
        () => ({ force: value() }),
        () => ({ force: value(), coverage: random.pick([1, 1, 0.5, 0]), ...hash() }),
        () => ({
          force: value(),
          range: random.pick([
            [0, 1],
            [0, 0.5],
          ]),
          ...hash(),
        }),
        () => ({ force: value(), condition: {} }),
        () => conditional({ force: value(), condition: { plan: 'pro' } }),
        () => conditional({ variations: [value(), value()], ...hash() }),
        () =>
          conditional(
            earlier.length === 0 ? { force: value() } : { ...(random.chance(0.5) ? { force: value() } : {}), parentConditions: [parent()] },
          ),
      ])(),
    );
    return { flag: { defaultValue: value(), rules }, isPlain };
  },
  documents: (flags) => [{ status: 200, features: Object.fromEntries(flags), dateUpdated: '2026-01-01T00:00:00Z' }],
  async start(flags) {
    const instance = new GrowthBook();
    instance.initSync({ payload: { features: Object.fromEntries(flags) as never } });
    let last: Attributes | null = null;
    return {
      async evaluate(key, attributes) {
        if (attributes !== last) await instance.setAttributes(attributes);
        last = attributes;
        return { value: valueAs(instance.evalFeature(key).value) };
      },
      stop: () => instance.destroy(),
    };
  },
};
