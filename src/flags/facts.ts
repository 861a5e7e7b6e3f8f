/**
 * The algebra of conditions: what the outcome of an expression says about flags.
 * A truth keeps three sets of facts: those that hold when the value is truthy, when it is falsy but not nullish, and when
 * it is null or undefined; `never` says that the outcome is impossible. Pure.
 * Invariant: a fact is in a set only if it holds whenever the outcome happens.
 */
import type { Guard } from './types.ts';

export type Facts = readonly Guard[] | 'never';

export interface Truth {
  readonly kind: 'truth';
  readonly whenTrue: Facts;
  readonly whenFalse: Facts;
  readonly whenNullish: Facts;
}

export const unknown: Truth = truth([], [], []);
export const alwaysTrue: Truth = truth([], 'never', 'never');
export const alwaysFalse: Truth = truth('never', [], 'never');
export const alwaysNullish: Truth = truth('never', 'never', []);

/** A truth from its three sets. */
export function truth(whenTrue: Facts, whenFalse: Facts, whenNullish: Facts = 'never'): Truth {
  return { kind: 'truth', whenTrue, whenFalse, whenNullish };
}

/** Facts that hold when both sets do. */
export function both(a: Facts, b: Facts): Facts {
  if (a === 'never' || b === 'never') return 'never';
  return [...a, ...b.filter((fact) => !a.some((other) => isSame(fact, other)))];
}

/** Facts that hold when at least one of the sets does. */
export function either(a: Facts, b: Facts): Facts {
  if (a === 'never') return b;
  if (b === 'never') return a;
  return a.filter((fact) => b.some((other) => isSame(fact, other)));
}

/** Facts of a falsy outcome, nullish or not. */
export function whenFalsy(value: Truth): Facts {
  return either(value.whenFalse, value.whenNullish);
}

/** `!a` */
export function not(a: Truth): Truth {
  return truth(whenFalsy(a), a.whenTrue);
}

/** `a && b` */
export function and(a: Truth, b: Truth): Truth {
  const past = (facts: Facts) => both(a.whenTrue, facts);
  return truth(past(b.whenTrue), either(a.whenFalse, past(b.whenFalse)), either(a.whenNullish, past(b.whenNullish)));
}

/** `a || b` */
export function or(a: Truth, b: Truth): Truth {
  const past = (facts: Facts) => both(whenFalsy(a), facts);
  return truth(either(a.whenTrue, past(b.whenTrue)), past(b.whenFalse), past(b.whenNullish));
}

/** `a ?? b` */
export function coalesce(a: Truth, b: Truth): Truth {
  const past = (facts: Facts) => both(a.whenNullish, facts);
  return truth(either(a.whenTrue, past(b.whenTrue)), either(a.whenFalse, past(b.whenFalse)), past(b.whenNullish));
}

/** `test ? a : b` */
export function choose(test: Truth, a: Truth, b: Truth): Truth {
  return join([given(a, test.whenTrue), given(b, whenFalsy(test))]);
}

/** A truth of which more is known in every outcome. */
export function given(value: Truth, facts: Facts): Truth {
  return truth(both(facts, value.whenTrue), both(facts, value.whenFalse), both(facts, value.whenNullish));
}

/** One of several values, it is not known which. */
export function join(values: readonly Truth[]): Truth {
  return values.reduce(
    (a, b) => truth(either(a.whenTrue, b.whenTrue), either(a.whenFalse, b.whenFalse), either(a.whenNullish, b.whenNullish)),
    truth('never', 'never', 'never'),
  );
}

/** A value that may also be undefined: `a?.b`. */
export function maybe(value: Truth): Truth {
  return truth(value.whenTrue, value.whenFalse, []);
}

/** `a === constant`, for booleans and null. A strict comparison with one of null and undefined does not exclude the other. */
export function equals(a: Truth, constant: boolean | null, isLoose: boolean): Truth {
  if (constant === null) return truth(a.whenNullish, isLoose ? either(a.whenTrue, a.whenFalse) : either(a.whenTrue, whenFalsy(a)));
  if (constant) return truth(a.whenTrue, whenFalsy(a));
  return truth(a.whenFalse, either(a.whenTrue, a.whenNullish));
}

/** Whether two facts say the same about the same flag. */
export function isSame(a: Guard, b: Guard): boolean {
  return a.flag === b.flag && a.value === b.value && a.equal === b.equal;
}
