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
  /** The value is true, false or nullish: `a === true` fails only where it is falsy. */
  readonly isBoolean: boolean;
}

export const unknown: Truth = truth([], [], []);
export const alwaysTrue: Truth = boolean(truth([], 'never', 'never'));
export const alwaysFalse: Truth = boolean(truth('never', [], 'never'));
export const alwaysNullish: Truth = boolean(truth('never', 'never', []));

/** A truth from its three sets. */
export function truth(whenTrue: Facts, whenFalse: Facts, whenNullish: Facts = 'never', isBoolean = false): Truth {
  return { kind: 'truth', whenTrue, whenFalse, whenNullish, isBoolean };
}

/** The same truth of a value that is a boolean, or nullish. */
export function boolean(value: Truth): Truth {
  return { ...value, isBoolean: true };
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
  return boolean(truth(whenFalsy(a), a.whenTrue));
}

/** `a && b` */
export function and(a: Truth, b: Truth): Truth {
  const past = (facts: Facts) => both(a.whenTrue, facts);
  const isBoolean = a.isBoolean && b.isBoolean;
  return truth(past(b.whenTrue), either(a.whenFalse, past(b.whenFalse)), either(a.whenNullish, past(b.whenNullish)), isBoolean);
}

/** `a || b` */
export function or(a: Truth, b: Truth): Truth {
  const past = (facts: Facts) => both(whenFalsy(a), facts);
  return truth(either(a.whenTrue, past(b.whenTrue)), past(b.whenFalse), past(b.whenNullish), a.isBoolean && b.isBoolean);
}

/** `a ?? b` */
export function coalesce(a: Truth, b: Truth): Truth {
  const past = (facts: Facts) => both(a.whenNullish, facts);
  const isBoolean = a.isBoolean && b.isBoolean;
  return truth(either(a.whenTrue, past(b.whenTrue)), either(a.whenFalse, past(b.whenFalse)), past(b.whenNullish), isBoolean);
}

/** `test ? a : b` */
export function choose(test: Truth, a: Truth, b: Truth): Truth {
  return join([given(a, test.whenTrue), given(b, whenFalsy(test))]);
}

/** A truth of which more is known in every outcome. */
export function given(value: Truth, facts: Facts): Truth {
  return truth(both(facts, value.whenTrue), both(facts, value.whenFalse), both(facts, value.whenNullish), value.isBoolean);
}

/** One of several values, it is not known which. */
export function join(values: readonly Truth[]): Truth {
  return values.reduce(
    (a, b) =>
      truth(
        either(a.whenTrue, b.whenTrue),
        either(a.whenFalse, b.whenFalse),
        either(a.whenNullish, b.whenNullish),
        a.isBoolean && b.isBoolean,
      ),
    truth('never', 'never', 'never', true),
  );
}

/** A value that may also be undefined: `a?.b`. */
export function maybe(value: Truth): Truth {
  return truth(value.whenTrue, value.whenFalse, [], value.isBoolean);
}

/** `a === constant`, for booleans and null. A strict comparison with one of null and undefined does not exclude the other. */
export function equals(a: Truth, constant: boolean | null, isLoose: boolean): Truth {
  if (constant === null) return boolean(truth(a.whenNullish, isLoose ? either(a.whenTrue, a.whenFalse) : either(a.whenTrue, whenFalsy(a))));
  const [same, other] = constant ? [a.whenTrue, whenFalsy(a)] : [a.whenFalse, either(a.whenTrue, a.whenNullish)];
  // A text is neither true nor false: the comparison fails on either side of it.
  return boolean(truth(same, a.isBoolean ? other : either(same, other)));
}

/** Whether two facts say the same about the same flag. */
export function isSame(a: Guard, b: Guard): boolean {
  return a.flag === b.flag && a.value === b.value && a.equal === b.equal;
}

/** Whether two facts cannot both hold. */
function excludes(a: Guard, b: Guard): boolean {
  if (a.flag !== b.flag || typeof a.value !== typeof b.value) return false;
  return a.equal && b.equal ? a.value !== b.value : a.equal !== b.equal && a.value === b.value;
}

/** A truth where other facts are known to hold: outcomes that contradict them are impossible. */
export function assuming(value: Truth, known: readonly Guard[]): Truth {
  const left = (facts: Facts): Facts =>
    facts !== 'never' && facts.some((one) => known.some((other) => excludes(one, other))) ? 'never' : facts;
  return truth(left(value.whenTrue), left(value.whenFalse), left(value.whenNullish), value.isBoolean);
}
