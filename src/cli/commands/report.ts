/** `dropgate report`: the flags that are due for removal, what goes with them, and in which order. */
import { Option } from 'commander';
import type { RemovalOptions } from '../../removal.ts';
import { type RemovalReport, renderRemovalJson, renderRemovalMarkdown } from '../../report/removal.ts';
import type { AddCommand } from '../command.ts';
import { type Io, progressOn } from '../io.ts';
import { unknownFormat, type Wanted, wantedFormat, writeOutput } from '../outputs.ts';
import { dateOf } from './check.ts';

interface ReportArguments {
  readonly head?: string;
  readonly flags?: string;
  readonly config?: string;
  readonly format?: readonly Wanted[];
  readonly now?: Date;
}

const renderers = new Map<string, (report: RemovalReport) => string>([
  ['json', renderRemovalJson],
  ['markdown', renderRemovalMarkdown],
]);

export const reportCommand: AddCommand = (program, io, done) => {
  program
    .command('report')
    .description('list flags that serve everybody one value: branches to delete, objects to drop, order of releases')
    .option('--head <ref>', 'what is reported on (default: the work tree)')
    .option('--flags <file>', 'flag state, read as given (default: flags.yaml and .dropgate/flags.json)')
    .option('--config <file>', 'config file (default: dropgate.config.json)')
    .addOption(
      new Option('--format <name[=file]>', 'markdown or json, to a file if one is named; may be repeated').argParser(
        (value: string, before: readonly Wanted[] | undefined) => [...(before ?? []), wantedFormat(value)],
      ),
    )
    .option('--now <date>', 'the date to judge by (default: the clock)', dateOf)
    .action(async (options: ReportArguments) => done(await runReport(options, io)));
};

async function runReport(options: ReportArguments, io: Io): Promise<number> {
  const outputs = (options.format ?? [{ name: 'markdown', file: null }]).map(({ name, file }) => ({ render: rendererOf(name), file }));
  const { removal } = await import('../../removal.ts');
  const progress = progressOn(io);
  try {
    const report = await removal({ ...removalOptions(options, io), onProgress: progress.stage });
    progress.end();
    for (const { render, file } of outputs) await writeOutput(render(report), file, io);
    return 0;
  } finally {
    progress.end();
  }
}

function rendererOf(name: string): (report: RemovalReport) => string {
  const render = renderers.get(name);
  if (render === undefined) throw unknownFormat(name, [...renderers.keys()]);
  return render;
}

function removalOptions({ head, flags, config, now }: ReportArguments, { cwd }: Io): RemovalOptions {
  return {
    cwd,
    ...(head !== undefined && { head }),
    ...(flags !== undefined && { flags }),
    ...(config !== undefined && { config }),
    ...(now !== undefined && { now }),
  };
}
