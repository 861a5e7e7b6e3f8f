/**
 * Where flags are evaluated, with what each place gives once they are settled.
 * Input: keys with their values, a code reader. Output: sites by file, in source order.
 */
import { failureAt } from '../flags/failure.ts';
import { type Known, knownOf } from '../flags/known.ts';
import type { Evaluation, FlagValue } from '../flags/types.ts';
import type { CodeReader } from './code.ts';
import { findFlagUses } from './evaluations.ts';

/** One place in the code, by offsets of its text. */
export interface FlagSite {
  readonly evaluation: Evaluation;
  readonly start: number;
  readonly end: number;
  readonly is: 'expression' | 'element' | 'decorator';
  /** The value that the flag has for this place where its evaluation fails; null where that is not known for sure. */
  readonly failure: FlagValue | null;
  /** What the place gives when its flag is `value`; null where that is not known. */
  known(value: FlagValue): Known | null;
}

/** A decorator lets through what its flag is on for. */
const passed = (value: FlagValue): Known | null => (value === true ? { kind: 'constant', value } : null);

/** Every site of the flags at one revision. */
export async function findFlagSites(keys: ReadonlySet<string>, reader: CodeReader): Promise<FlagSite[]> {
  const { files } = await findFlagUses(keys, reader);
  const found = await reader.read(files, (module, _modules, flags) =>
    flags
      .sites(module)
      .filter(({ evaluation }) => evaluation.flag !== null && keys.has(evaluation.flag))
      .map((site): FlagSite => {
        const { evaluation, node, meaning } = site;
        const is = node.type === 'JSXElement' ? 'element' : node.type === 'Decorator' ? 'decorator' : 'expression';
        const known = (value: FlagValue): Known | null => (is === 'decorator' ? passed(value) : knownOf(meaning, evaluation, value));
        return { evaluation, start: node.start, end: node.end, is, failure: failureAt(site, module), known };
      }),
  );
  return [...found.values()].flat();
}
