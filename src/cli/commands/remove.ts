/** `dropgate remove`: the code without a flag, as a diff or written to the work tree. */
import type { FlagValue } from '../../flags/types.ts';
import { UsageError } from '../../parse/errors.ts';
import type { RemoveOptions } from '../../remove.ts';
import type { AddCommand } from '../command.ts';
import { type Io, progressOn } from '../io.ts';
import { dateOf } from './check.ts';

interface RemoveArguments {
  readonly value?: FlagValue;
  readonly write?: true;
  readonly allStale?: true;
  readonly allowDirty?: true;
  readonly json?: true;
  readonly flags?: string;
  readonly config?: string;
  readonly now?: Date;
}

export const removeCommand: AddCommand = (program, io, done) => {
  program
    .command('remove')
    .argument('[flag...]', 'keys of the flags to remove')
    .description('remove flags from the code: the branches that never run again, and what only they used')
    .option('--value <value>', 'the value that stays: on, off or a variation (default: what its state has proven)', valueOf)
    .option('--write', 'write the changes (default: print them as a unified diff)')
    .option('--all-stale', 'every flag that is stale or dead')
    .option('--allow-dirty', 'write though the work tree has changes of its own')
    .option('--json', 'print what was done and what is left as JSON')
    .option('--flags <file>', 'flag state, read as given (default: flags.yaml and .dropgate/flags.json)')
    .option('--config <file>', 'config file (default: dropgate.config.json)')
    .option('--now <date>', 'the date to judge by (default: the clock)', dateOf)
    .action(async (keys: readonly string[], options: RemoveArguments) => done(await runRemove(keys, options, io)));
};

/** `on` and `off` are the two sides of a flag; any other text is a variation. */
function valueOf(value: string): FlagValue {
  if (/^(?:on|true)$/i.test(value)) return true;
  return /^(?:off|false)$/i.test(value) ? false : value;
}

async function runRemove(keys: readonly string[], options: RemoveArguments, io: Io): Promise<number> {
  if (keys.length === 0 && options.allStale !== true)
    throw new UsageError(
      'No flag is named.',
      'Name one: dropgate remove new-checkout. Or take all that are due: dropgate remove --all-stale.',
    );
  const [{ remove, requireCleanTree, writeChanges }, { removalSummary, removedJson, unifiedDiff }] = await Promise.all([
    import('../../remove.ts'),
    import('../../report/removed.ts'),
  ]);
  if (options.write === true && options.allowDirty !== true) await requireCleanTree(io.cwd);
  const progress = progressOn(io);
  const removed = await remove({ ...removeOptions(keys, options, io), onProgress: progress.stage }).finally(progress.end);
  const isWritten = options.write === true;
  if (isWritten) await writeChanges(io.cwd, removed.changes);
  const isJson = options.json === true;
  io.stdout.write(isJson ? removedJson(removed, isWritten) : isWritten ? '' : await unifiedDiff(removed.changes));
  if (!isJson) (isWritten ? io.stdout : io.stderr).write(removalSummary(removed, isWritten));
  return removed.left.length > 0 ? 1 : 0;
}

function removeOptions(keys: readonly string[], { value, allStale, flags, config, now }: RemoveArguments, { cwd }: Io): RemoveOptions {
  return {
    cwd,
    keys,
    ...(value !== undefined && { value }),
    ...(allStale !== undefined && { allStale }),
    ...(flags !== undefined && { flags }),
    ...(config !== undefined && { config }),
    ...(now !== undefined && { now }),
  };
}
