/** `dropgate explain <rule>`: what it finds, why that hurts, what to do, and an example from the fixtures. */
import { readdir, readFile } from 'node:fs/promises';
import { didYouMean } from '../../config/nearest.ts';
import { UsageError } from '../../parse/errors.ts';
import { loadRules } from '../../rules.ts';
import type { AddCommand } from '../command.ts';

export const explainCommand: AddCommand = (program, io, done) => {
  program
    .command('explain')
    .argument('<rule>', 'id of a rule')
    .description('say what a rule finds, why, and how to fix it')
    .action(async (id: string) => {
      io.stdout.write(await explanation(id));
      done(0);
    });
};

export async function explanation(id: string): Promise<string> {
  const rules = await loadRules();
  const rule = rules.find((known) => known.id === id);
  if (rule === undefined) {
    const ids = rules.map((known) => known.id);
    throw new UsageError(`There is no rule \`${id}\`.${didYouMean(id, ids)}`, 'List them with: dropgate rules');
  }
  const { severity, stage, summary, why, fix } = rule;
  const parts = [
    `${id} (${severity}${stage === null ? '' : `, ${stage}`})`,
    `What: ${summary}`,
    `Why:  ${why}`,
    `Fix:  ${fix}`,
    `In dropgate.config.json: { "rules": { "${id}": "error" | "warning" | "note" | "off" } }`,
  ];
  const example = await exampleOf(id);
  if (example !== null) parts.push(`Example:\n\n${example.trimEnd().replace(/^(?=.)/gm, '  ')}`);
  return `${parts.join('\n\n')}\n`;
}

/** From the package, or in a checkout from the first fixture of the rule that has its output written down. */
async function exampleOf(id: string): Promise<string | null> {
  const packaged = await textOf(new URL(`../examples/${id}.txt`, import.meta.url));
  if (packaged !== null || !import.meta.url.endsWith('.ts')) return packaged;
  const folder = new URL(`../../../fixtures/${id}/`, import.meta.url);
  const cases = await readdir(folder).catch(() => []);
  for (const name of cases.sort()) {
    const text = await textOf(new URL(`${name}/expected.txt`, folder));
    if (text !== null) return text;
  }
  return null;
}

const textOf = (url: URL): Promise<string | null> => readFile(url, 'utf8').catch(() => null);
