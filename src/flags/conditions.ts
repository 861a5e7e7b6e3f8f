/**
 * Conditions of code → facts about flags.
 */
import type { Condition } from '../code/guards.ts';
import type { Module } from '../code/types.ts';
import { returnFacts } from './calls.ts';
import { both, either, type Facts, whenFalsy } from './facts.ts';
import { type Interpreter, sameness } from './interpreter.ts';
import { asTruth, type Frame } from './meaning.ts';

/** What is known about flags where a condition holds. */
export function conditionFacts(condition: Condition, module: Module, frame: Frame | null, interpreter: Interpreter): Facts {
  if (condition.kind === 'test') {
    const truth = asTruth(interpreter.read(condition.test, module, frame));
    return condition.truth ? truth.whenTrue : whenFalsy(truth);
  }
  if (condition.kind === 'returned') return returnFacts(condition, module, frame, interpreter);
  const truths = condition.anyOf.map((one) => sameness(condition.subject, one, false, module, frame, interpreter));
  if (condition.equal) return truths.map((one) => one?.whenTrue ?? []).reduce<Facts>(either, 'never');
  return truths.map((one) => (one === null ? [] : whenFalsy(one))).reduce<Facts>(both, []);
}
