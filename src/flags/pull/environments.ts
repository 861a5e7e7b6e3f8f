/** The environments that are pulled. Input: those that were named, those that there are. Output: those, or a UsageError. */
import { didYouMean } from '../../config/nearest.ts';
import { UsageError } from '../../parse/errors.ts';

/** All, where none was named; one that does not exist is an error: providers answer for it as if it were empty. */
export function chosenEnvironments<Environment>(
  wanted: readonly string[],
  known: readonly Environment[],
  namesOf: (environment: Environment) => readonly string[],
): readonly Environment[] {
  if (wanted.length === 0) return known;
  return wanted.map((name) => {
    const found = known.find((one) => namesOf(one).includes(name));
    if (found !== undefined) return found;
    const names = known.flatMap((one) => namesOf(one)[0] ?? []);
    const hint = names.length === 0 ? 'Check --project: it has no environments.' : `Environments: ${names.join(', ')}.`;
    throw new UsageError(`There is no environment \`${name}\`.${didYouMean(name, names)}`, hint);
  });
}
