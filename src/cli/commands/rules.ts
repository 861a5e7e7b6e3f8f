/** `dropgate rules`: every rule with its stage, default severity and one line on what it finds. */
import { loadRules } from '../../rules.ts';
import type { AddCommand } from '../command.ts';
import { unknownFormat } from '../outputs.ts';

export const rulesCommand: AddCommand = (program, io, done) => {
  program
    .command('rules')
    .description('list the rules')
    .option('--format <name>', 'text or json', 'text')
    .action(async ({ format }: { format: string }) => {
      if (format !== 'text' && format !== 'json') throw unknownFormat(format, ['text', 'json']);
      io.stdout.write(format === 'json' ? await json() : await text());
      done(0);
    });
};

async function json(): Promise<string> {
  const rules = (await loadRules()).map(({ id, stage, severity, summary, why, fix }) => ({ id, stage, severity, summary, why, fix }));
  return `${JSON.stringify({ version: 1, rules }, null, 2)}\n`;
}

async function text(): Promise<string> {
  const rules = await loadRules();
  const width = Math.max(0, ...rules.map(({ id }) => id.length));
  const lines = rules.map(
    ({ id, severity, stage, summary }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${(stage ?? '–').padEnd(10)}  ${summary}\n`,
  );
  return lines.join('');
}
