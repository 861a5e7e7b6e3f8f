/** The table of the removal bench, as text. */
import type { Verdict } from './judgement.ts';

/** How many are right and clean, then every verdict that is not. */
export function tableOf(verdicts: readonly Verdict[]): string {
  const wrong = verdicts.filter((one) => one.wrong.length > 0);
  const unclean = verdicts.filter((one) => one.wrong.length === 0 && one.unclean.length > 0);
  const rough = verdicts.filter((one) => one.layout.length > 0);
  const clean = verdicts.length - wrong.length - unclean.length;
  const share = ((100 * clean) / verdicts.length).toFixed(1);
  const head = `${verdicts.length} removals: ${clean} clean (${share} %), ${wrong.length} wrong, ${unclean.length} with leftovers, ${rough.length} of rough layout`;
  const row = (label: string, name: string, value: unknown, texts: readonly string[]) => `${label} ${name} ${value}: ${texts.join(' · ')}`;
  return [
    head,
    ...wrong.map((one) => row('WRONG', one.name, one.value, one.wrong)),
    ...unclean.map((one) => row('left ', one.name, one.value, one.unclean)),
    ...rough.map((one) => row('rough', one.name, one.value, one.layout)),
  ].join('\n');
}
