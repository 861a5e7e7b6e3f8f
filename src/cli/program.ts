/**
 * The command line. Input: arguments and the world around them. Output: the exit code, set nowhere else:
 * 0 clean, 1 findings at or above the failing severity, 2 bad usage, config or ref, or an internal error.
 */
import { Command, CommanderError } from 'commander';
import { UsageError } from '../parse/errors.ts';
import { visibleLines } from '../report/escape.ts';
import { toolVersion } from '../report/version.ts';
import type { AddCommand } from './command.ts';
import { checkCommand } from './commands/check.ts';
import { explainCommand } from './commands/explain.ts';
import { flagsCommand } from './commands/flags.ts';
import { removeCommand } from './commands/remove.ts';
import { reportCommand } from './commands/report.ts';
import { rulesCommand } from './commands/rules.ts';
import { whyCommand } from './commands/why.ts';
import type { Io } from './io.ts';

const commands: readonly AddCommand[] = [
  checkCommand,
  flagsCommand,
  reportCommand,
  removeCommand,
  whyCommand,
  rulesCommand,
  explainCommand,
];

const exitUsage = 2;

export async function main(args: readonly string[], io: Io): Promise<number> {
  let code = 0;
  const program = programFor(io, (result) => {
    code = result;
  });
  try {
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return exitUsage;
    }
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    // Commander has printed its own message; asking for help or the version is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitUsage;
    io.stderr.write(explain(error, args.includes('--debug')));
    return exitUsage;
  }
}

function programFor(io: Io, done: (code: number) => void): Command {
  const program = new Command('dropgate')
    .description('Judges schema migrations together with the code that uses them and the feature flags that guard them.')
    .version(toolVersion(), '-V, --version')
    .option('--debug', 'show the stack of an internal error')
    .helpOption('-h, --help', 'show this help')
    .enablePositionalOptions(false)
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: (text, write) => write(visibleLines(text.replace(/\n$/, '')).concat('\n')),
    })
    .exitOverride();
  for (const add of commands) add(program, io, done);
  for (const command of program.commands.flatMap((one) => [one, ...one.commands]))
    command.copyInheritedSettings(program).option('--debug', 'show the stack of an internal error');
  return program;
}

function explain(error: unknown, isDebug: boolean): string {
  if (error instanceof UsageError) {
    const hint = error.hint === '' ? '' : `\n  ${visibleLines(error.hint)}`;
    return `dropgate: ${visibleLines(error.message)}${hint}\n`;
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error && error.stack !== undefined ? error.stack : message;
  if (isDebug) return `dropgate: internal error: ${visibleLines(stack)}\n`;
  return `dropgate: internal error: ${visibleLines(message)}\n  This is a bug in Dropgate. Run again with --debug for the stack, and report it.\n`;
}
