/** `dropgate report`: the flags that are due for removal, what goes with them, and in which order. */
import { Option } from 'commander';
import type { RemovalOptions } from '../../removal.ts';
import type { RemovalReport } from '../../report/removal-model.ts';
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
  readonly measure?: boolean;
}

type Render = (report: RemovalReport) => string;

/** How each format is loaded: a run needs one or two. */
const formats = new Map<string, () => Promise<Render>>([
  ['json', async () => (await import('../../report/removal.ts')).renderRemovalJson],
  ['markdown', async () => (await import('../../report/removal-markdown.ts')).renderRemovalMarkdown],
  ['html', async () => (await import('../../report/html/page.ts')).renderRemovalHtml],
]);

export const reportCommand: AddCommand = (program, io, done) => {
  program
    .command('report')
    .description('list flags that have done their work, or are kept from ending: branches to delete, objects to drop, order of releases')
    .option('--head <ref>', 'what is reported on (default: the work tree)')
    .option('--flags <file>', 'flag state, read as given (default: flags.yaml and .dropgate/flags.json)')
    .option('--config <file>', 'config file (default: dropgate.config.json)')
    .addOption(
      new Option('--format <name[=file]>', 'markdown (the default), html or json, to a file if one is named; may be repeated').argParser(
        (value: string, before: readonly Wanted[] | undefined) => [...(before ?? []), wantedFormat(value)],
      ),
    )
    .option('--measure', 'work out what each removal changes in the code: a run of the compiler per flag')
    .option('--now <date>', 'the date to judge by (default: the clock)', dateOf)
    .action(async (options: ReportArguments) => done(await runReport(options, io)));
};

async function runReport(options: ReportArguments, io: Io): Promise<number> {
  const outputs: { readonly render: Render; readonly file: string | null }[] = [];
  for (const { name, file } of options.format ?? [{ name: 'markdown', file: null }]) outputs.push({ render: await loadFormat(name), file });
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

async function loadFormat(name: string): Promise<Render> {
  const load = formats.get(name);
  if (load === undefined) throw unknownFormat(name, [...formats.keys()]);
  return load();
}

function removalOptions({ head, flags, config, now, measure }: ReportArguments, { cwd }: Io): RemovalOptions {
  return {
    cwd,
    ...(head !== undefined && { head }),
    ...(flags !== undefined && { flags }),
    ...(config !== undefined && { config }),
    ...(now !== undefined && { now }),
    ...(measure !== undefined && { measure }),
  };
}
