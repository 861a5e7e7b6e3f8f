/** What `remove` makes of the cases, as unified diffs: for looking at. */
import { createTwoFilesPatch } from 'diff';
import type { Case } from './cases.ts';
import { removeAll } from './judgement.ts';
import { makeWorkplace } from './workplace.ts';

/** The diffs of all cases for all their values, as one text. */
export async function diffsOf(cases: readonly Case[]): Promise<string> {
  const { root } = makeWorkplace(new Map(cases.flatMap((one) => [...one.files])));
  const texts: string[] = [];
  for (const value of new Set(cases.flatMap((one) => one.values))) {
    const keys = cases.filter((one) => one.values.includes(value)).map((one) => one.key);
    const { changes, left, thrown } = await removeAll(root, keys, value);
    texts.push(`=== ${value}`);
    for (const { file, before, after } of changes)
      texts.push(createTwoFilesPatch(file, file, before, after ?? '', '', after === null ? 'gone' : '', { context: 3 }));
    for (const { key, location, reason } of left) texts.push(`left ${key} ${location.file}:${location.line} ${reason}`);
    for (const [key, error] of thrown) texts.push(`failed ${key} ${error}`);
  }
  return texts.join('\n');
}
