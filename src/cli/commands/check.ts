/** `dropgate check`: the gate. Turns options into a check, a report into outputs, and findings into an exit code. */
import { InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../parse/errors.ts';
import type { Report } from '../../report/finding.ts';
import type { CheckOptions } from '../../run.ts';
import type { AddCommand } from '../command.ts';
import { type Io, progressOn } from '../io.ts';
import { loadFormats, type Wanted, wantedFormat, writeReport } from '../outputs.ts';

export interface CheckArguments {
  readonly base?: string;
  readonly head?: string;
  readonly staged?: boolean;
  readonly all?: boolean;
  readonly allFlags?: boolean;
  readonly deployed?: string;
  readonly flags?: string;
  readonly config?: string;
  readonly format?: readonly Wanted[];
  readonly now?: Date;
  readonly maxWarnings?: number;
  readonly exitZero?: boolean;
  readonly fix?: true;
  readonly color: boolean;
}

export const checkCommand: AddCommand = (program, io, done) => {
  program
    .command('check')
    .description('judge what the change does to the schema, the code and the flags')
    .option('--base <ref>', 'what the change is measured from (default: the merge base with the default branch)')
    .option('--head <ref>', 'what is judged (default: the work tree)')
    .addOption(new Option('--staged', 'judge what is staged').conflicts(['head', 'all']))
    .addOption(new Option('--all', 'judge everything, changed or not').conflicts('staged'))
    .option('--all-flags', 'judge how every flag is evaluated, not only those that guard schema access')
    .option('--deployed <ref>', 'the code that is running in production (default: base and the tip of the target branch)')
    .option('--flags <file>', 'flag state, read as given (default: flags.yaml and .dropgate/flags.json, as base has them)')
    .option('--config <file>', 'config file (default: dropgate.config.json)')
    .addOption(new Option('--format <name[=file]>', 'output format, to a file if one is named; may be repeated').argParser(collect))
    .option('--now <date>', 'the date to judge by (default: the clock)', dateOf)
    .option('--max-warnings <n>', 'fail when there are more warnings than this', countOf)
    .option('--fix', 'remove the flags that are due and whose removal is proven to change no run, then judge the result')
    .option('--exit-zero', 'exit 0 whatever is found')
    .option('--no-color', 'no colour')
    .action(async (options: CheckArguments) => done(await runCheck(options, io)));
};

export async function runCheck(options: CheckArguments, io: Io): Promise<number> {
  const outputs = await loadFormats(options.format ?? [defaultFormat(io)]);
  const { check } = options.fix === true ? { check: (await import('../../fix.ts')).fix } : await import('../../run.ts');
  const progress = progressOn(io);
  try {
    const report = reproducible(await check({ ...checkOptions(options, io), onProgress: progress.stage }), options);
    progress.end();
    if (options.fix === true) await tellFixes(report, outputs, io);
    await writeReport(report, outputs, io, options.color);
    return exitCode(report, options);
  } finally {
    progress.end();
  }
}

/** What was fixed and what was not: above the report, or beside it where a program reads it. */
async function tellFixes(report: Report, outputs: readonly Wanted[], { stdout, stderr }: Io): Promise<void> {
  const { fixLines } = await import('../../report/words.ts');
  const isForPeople = outputs.every(({ name, file }) => name === 'pretty' || file !== null);
  for (const line of fixLines(report)) (isForPeople ? stdout : stderr).write(`${line}\n`);
}

const defaultFormat = ({ env }: Io): Wanted => ({ name: env.GITHUB_ACTIONS === 'true' ? 'github' : 'pretty', file: null });

function checkOptions({ base, head, staged, all, allFlags, deployed, flags, config, now }: CheckArguments, { cwd }: Io): CheckOptions {
  return {
    cwd,
    ...(base !== undefined && { base }),
    ...(head !== undefined && { head }),
    ...(staged !== undefined && { staged }),
    ...(all !== undefined && { all }),
    ...(allFlags !== undefined && { allFlags }),
    ...(deployed !== undefined && { deployed }),
    ...(flags !== undefined && { flags }),
    ...(config !== undefined && { config }),
    ...(now !== undefined && { now }),
  };
}

/** With the clock fixed, two runs give the same bytes. */
function reproducible(report: Report, { now }: CheckArguments): Report {
  return now === undefined ? report : { ...report, summary: { ...report.summary, durationMs: 0 } };
}

/** A rule that crashed has judged nothing: that is no verdict, whatever the others found. */
export function exitCode({ findings, summary }: Report, { maxWarnings, exitZero }: CheckArguments): number {
  if (findings.some((finding) => finding.rule === 'internal-error')) return 2;
  if (exitZero === true) return 0;
  if (summary.errors > 0) return 1;
  return maxWarnings !== undefined && summary.warnings > maxWarnings ? 1 : 0;
}

function collect(value: string, before: readonly Wanted[] | undefined): readonly Wanted[] {
  return [...(before ?? []), wantedFormat(value)];
}

/** An ISO date or instant; without an offset it is UTC, the same everywhere. */
export function dateOf(value: string): Date {
  const match = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(value);
  const date = match === null ? null : new Date(match[1] !== undefined && match[2] === undefined ? `${value}Z` : value);
  if (date === null || Number.isNaN(date.getTime())) {
    throw new UsageError(`--now ${value} is no date.`, 'Write it as 2026-01-31 or 2026-01-31T12:00:00Z.');
  }
  return date;
}

function countOf(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('It must be a number, 0 or more.');
  return Number(value);
}
