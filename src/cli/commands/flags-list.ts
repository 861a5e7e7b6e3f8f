/** `dropgate flags`: every flag of the repository, what it serves, where it is evaluated, which stage it is in. */
import { type Command, Option } from 'commander';
import type { InventoryOptions, InventoryReport } from '../../inventory.ts';
import { renderInventory, renderInventoryJson, renderInventoryMarkdown } from '../../report/inventory.ts';
import { type Io, progressOn } from '../io.ts';
import { unknownFormat, type Wanted, wantedFormat, writeOutput } from '../outputs.ts';
import { dateOf } from './check.ts';

interface FlagsArguments {
  readonly head?: string;
  readonly flags?: string;
  readonly config?: string;
  readonly format?: readonly Wanted[];
  readonly now?: Date;
}

const renderers = new Map<string, (report: InventoryReport) => string>([
  ['pretty', renderInventory],
  ['markdown', renderInventoryMarkdown],
  ['json', renderInventoryJson],
]);

/** Gives the command that lists flags its options and its action. */
export function addListing(command: Command, io: Io, done: (code: number) => void): void {
  command
    .description('list every flag: what it serves, where it is evaluated, its stage, the objects behind it')
    .option('--head <ref>', 'what is looked at (default: the work tree)')
    .option('--flags <file>', 'flag state, read as given (default: flags.yaml and .dropgate/flags.json)')
    .option('--config <file>', 'config file (default: dropgate.config.json)')
    .addOption(
      new Option('--format <name[=file]>', 'pretty, markdown or json, to a file if one is named; may be repeated').argParser(
        (value: string, before: readonly Wanted[] | undefined) => [...(before ?? []), wantedFormat(value)],
      ),
    )
    .option('--now <date>', 'the date to judge by (default: the clock)', dateOf)
    .action(async (options: FlagsArguments) => done(await runFlags(options, io)));
}

async function runFlags({ format, ...options }: FlagsArguments, io: Io): Promise<number> {
  const outputs = (format ?? [{ name: 'pretty', file: null }]).map(({ name, file }) => ({ render: rendererOf(name), file }));
  const { inventory } = await import('../../inventory.ts');
  const progress = progressOn(io);
  try {
    const asked: InventoryOptions = { cwd: io.cwd, ...options, onProgress: progress.stage };
    const report = await inventory(asked);
    progress.end();
    for (const { render, file } of outputs) await writeOutput(render(report), file, io);
    return 0;
  } finally {
    progress.end();
  }
}

function rendererOf(name: string): (report: InventoryReport) => string {
  const render = renderers.get(name);
  if (render === undefined) throw unknownFormat(name, [...renderers.keys()]);
  return render;
}
