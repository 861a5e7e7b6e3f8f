/** `dropgate why`: everything that touches a table, a column or a flag. */
import { Option } from 'commander';
import type { Story } from '../../link/story.ts';
import { renderStory, renderStoryJson } from '../../report/story.ts';
import type { WhyOptions } from '../../why.ts';
import type { AddCommand } from '../command.ts';
import { type Io, progressOn } from '../io.ts';
import { unknownFormat, type Wanted, wantedFormat, writeOutput } from '../outputs.ts';
import { dateOf } from './check.ts';

interface WhyArguments {
  readonly base?: string;
  readonly head?: string;
  readonly all?: boolean;
  readonly flags?: string;
  readonly config?: string;
  readonly format?: readonly Wanted[];
  readonly now?: Date;
}

const renderers = new Map<string, (story: Story) => string>([
  ['pretty', renderStory],
  ['json', renderStoryJson],
]);

export const whyCommand: AddCommand = (program, io, done) => {
  program
    .command('why')
    .description('show everything that touches a table, a column or a flag, and behind what')
    .argument('<subject>', 'a table, a column as table.column (or Model.field), or a flag’s key')
    .option('--base <ref>', 'what head is compared with (default: the merge base with the default branch)')
    .option('--head <ref>', 'what is looked at (default: the work tree)')
    .option('--all', 'look at head alone')
    .option('--flags <file>', 'flag state, read as given (default: flags.yaml and .dropgate/flags.json, as base has them)')
    .option('--config <file>', 'config file (default: dropgate.config.json)')
    .addOption(
      new Option('--format <name[=file]>', 'pretty or json, to a file if one is named; may be repeated').argParser(
        (value: string, before: readonly Wanted[] | undefined) => [...(before ?? []), wantedFormat(value)],
      ),
    )
    .option('--now <date>', 'the date to judge by (default: the clock)', dateOf)
    .action(async (subject: string, options: WhyArguments) => done(await runWhy(subject, options, io)));
};

async function runWhy(subject: string, options: WhyArguments, io: Io): Promise<number> {
  const outputs = (options.format ?? [{ name: 'pretty', file: null }]).map(({ name, file }) => ({ render: rendererOf(name), file }));
  const { why } = await import('../../why.ts');
  const progress = progressOn(io);
  try {
    const story = await why(subject, { ...whyOptions(options, io), onProgress: progress.stage });
    progress.end();
    for (const { render, file } of outputs) await writeOutput(render(story), file, io);
    return 0;
  } finally {
    progress.end();
  }
}

function rendererOf(name: string): (story: Story) => string {
  const render = renderers.get(name);
  if (render === undefined) throw unknownFormat(name, [...renderers.keys()]);
  return render;
}

function whyOptions({ format: _, ...options }: WhyArguments, { cwd }: Io): WhyOptions {
  return { cwd, ...options };
}
