/**
 * What an expression gives once its flag is settled on one value.
 * Input: the meaning of an evaluation and the value. Output: Known; null where the value does not say it. Pure.
 */
import type { Shape } from './catalogue.ts';
import type { Facts } from './facts.ts';
import { type Meaning, resultOf } from './meaning.ts';
import type { Evaluation, FlagValue, Guard } from './types.ts';

/** What an expression is known to give. */
export type Known =
  | { readonly kind: 'constant'; readonly value: string | number | boolean | null | undefined }
  | { readonly kind: 'promise'; readonly of: Known }
  /** Properties and methods that are known; of all others nothing is. */
  | { readonly kind: 'object'; readonly properties: ReadonlyMap<string, Known>; readonly methods: ReadonlyMap<string, Known> }
  | { readonly kind: 'tuple'; readonly items: readonly (Known | null)[] }
  /** A method that compares its argument with the variant. */
  | { readonly kind: 'compares'; readonly value: FlagValue };

const constant = (value: string | boolean): Known => ({ kind: 'constant', value });

/** What `meaning` gives when the flag of `evaluation` is `value` for everybody. */
export function knownOf(meaning: Meaning | null, evaluation: Evaluation, value: FlagValue): Known | null {
  switch (meaning?.kind) {
    case 'promise':
      return promised(knownOf(meaning.of, evaluation, value));
    case 'list':
      return { kind: 'tuple', items: meaning.items.map((item) => knownOf(item, evaluation, value)) };
    case 'truth':
      return settled(meaning.whenTrue, meaning.whenFalse, value);
    case 'text':
      return textOf(meaning, value);
    case 'result':
      return meaning.evaluation === evaluation ? shaped(meaning, value) : null;
    default:
      return null;
  }
}

const promised = (of: Known | null): Known | null => (of === null ? null : { kind: 'promise', of });

function settled(whenTrue: Facts, whenFalse: Facts, value: FlagValue): Known | null {
  const isNeverTrue = isExcluded(whenTrue, value);
  if (isNeverTrue === isExcluded(whenFalse, value)) return null;
  return constant(!isNeverTrue);
}

const isExcluded = (facts: Facts, value: FlagValue): boolean => facts !== 'never' && facts.some((guard) => !holds(guard, value));

/** A flag that serves a variant is on, unless the variant is called off. */
function holds({ value, equal }: Guard, served: FlagValue): boolean {
  const given = typeof value === 'boolean' && typeof served === 'string' ? served.toLowerCase() !== 'off' : served;
  return (given === value) === equal;
}

function textOf({ onOff, isValue, evaluation }: Extract<Meaning, { kind: 'text' }>, value: FlagValue): Known | null {
  if (typeof value === 'string') return constant(value);
  if (isValue && typeof evaluation.fallback !== 'string') return constant(value);
  return onOff === 'only' || onOff === 'others' ? constant(value ? 'on' : 'off') : null;
}

function shaped({ shape, sdk, evaluation }: Extract<Meaning, { kind: 'result' }>, value: FlagValue): Known | null {
  if (typeof shape !== 'object' || shape.kind !== 'object') return null;
  const partOf = (one: Shape): Known | null =>
    one === 'compares' ? { kind: 'compares', value } : knownOf(resultOf(evaluation, one, sdk), evaluation, value);
  const within = (shapes: Readonly<Record<string, Shape>>): Map<string, Known> =>
    new Map(
      Object.entries(shapes).flatMap(([name, one]) => {
        const known = one === 'partly' && isServed(value) ? constant(true) : partOf(one);
        return known === null ? [] : [[name, known] as const];
      }),
    );
  return { kind: 'object', properties: within(shape.properties), methods: within(shape.methods) };
}

/** A variation that is named is one that somebody gets: `disabled` is what Unleash gives instead of one. */
const isServed = (value: FlagValue): boolean => typeof value === 'string' && !/^(?:off|disabled)$/i.test(value);
