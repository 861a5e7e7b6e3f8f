/**
 * `dropgate remove`: the code without a flag, its legacy write ended, or the contract that drops what it left behind.
 * The first two are edits (a diff, or written with --write); the contract is new files only, never together with edits.
 */
import { Option } from 'commander';
import type { FlagValue } from '../../flags/types.ts';
import { UsageError } from '../../parse/errors.ts';
import type { FileChange } from '../../remove/types.ts';
import type { RemoveOptions } from '../../remove.ts';
import type { ContractOptions } from '../../schema-removal.ts';
import type { AddCommand } from '../command.ts';
import { type Io, progressOn } from '../io.ts';
import { dateOf } from './check.ts';

interface RemoveArguments {
  readonly value?: FlagValue;
  readonly write?: true;
  readonly allStale?: true;
  readonly allowDirty?: true;
  readonly json?: true;
  readonly contract?: true;
  readonly stopLegacyWrites?: true;
  readonly object?: readonly string[];
  readonly base?: string;
  readonly deployed?: string;
  readonly flags?: string;
  readonly config?: string;
  readonly now?: Date;
}

export const removeCommand: AddCommand = (program, io, done) => {
  program
    .command('remove')
    .argument('[flag...]', 'keys of the flags to remove')
    .description('remove flags from the code, end their legacy writes, and write the contract that drops what they leave behind')
    .option('--value <value>', 'the value that stays: on, off or a variation (default: what its state has proven)', keptValue)
    .option('--write', 'write to the work tree (default: print what would be written)')
    .option('--all-stale', 'every flag that is stale or dead')
    .option('--allow-dirty', 'write though the work tree has changes of its own')
    .option('--json', 'print what was done and what is left as JSON')
    .addOption(
      new Option('--stop-legacy-writes', 'take the write of the legacy column out of the code').conflicts(['contract', 'allStale']),
    )
    .addOption(
      new Option('--contract', 'the migration that drops what the flag left behind, for a change of its own').conflicts('allStale'),
    )
    .option('--object <table.column>', 'with these two: what it is about, instead of what the branches show; may be repeated', collect)
    .option('--base <ref>', 'with these two: what the change is measured from (default: the merge base)')
    .option('--deployed <ref>', 'with these two: the code that is running (default: base and the tip of the target branch)')
    .option('--flags <file>', 'flag state, read as given (default: flags.yaml and .dropgate/flags.json)')
    .option('--config <file>', 'config file (default: dropgate.config.json)')
    .option('--now <date>', 'the date to judge by (default: the clock)', dateOf)
    .action(async (keys: readonly string[], options: RemoveArguments) => done(await runRemove(keys, options, io)));
};

/** `on` and `off` are the two sides of a flag; any other text is a variation. */
function keptValue(value: string): FlagValue {
  if (value.trim() === '') throw new UsageError('--value says nothing.', 'Write on, off or the name of a variation.');
  if (/^(?:on|true)$/i.test(value)) return true;
  return /^(?:off|false)$/i.test(value) ? false : value;
}

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

async function runRemove(keys: readonly string[], options: RemoveArguments, io: Io): Promise<number> {
  if (keys.some((key) => key.trim() === '')) throw new UsageError('A flag has no name.', 'Name it: dropgate remove new-checkout.');
  const isSchema = options.contract === true || options.stopLegacyWrites === true;
  if (isSchema) requireOneSubject(keys, options);
  else requireFlags(keys, options);
  if (options.write === true && options.allowDirty !== true) {
    const { requireCleanTree } = await import('../../remove.ts');
    await requireCleanTree(io.cwd);
  }
  if (options.contract === true) return runContract(keys, options, io);
  return options.stopLegacyWrites === true ? runEndOfWrite(keys, options, io) : runFlags(keys, options, io);
}

function requireFlags(keys: readonly string[], { allStale, object, base, deployed }: RemoveArguments): void {
  const [stray] = Object.entries({ object, base, deployed }).flatMap(([name, given]) => (given === undefined ? [] : [name]));
  if (stray !== undefined)
    throw new UsageError(
      `--${stray} goes with --contract or --stop-legacy-writes.`,
      'Removing a flag from the code looks at the work tree alone.',
    );
  if (keys.length === 0 && allStale !== true)
    throw new UsageError(
      'No flag is named.',
      'Name one: dropgate remove new-checkout. Or take all that are due: dropgate remove --all-stale.',
    );
}

function requireOneSubject(keys: readonly string[], { contract, object }: RemoveArguments): void {
  const option = contract === true ? '--contract' : '--stop-legacy-writes';
  if (keys.length > 1)
    throw new UsageError(`${option} is for one flag at a time: each is a release of its own.`, `dropgate remove ${keys[0]} ${option}`);
  if (keys.length === 0 && object === undefined)
    throw new UsageError(
      `No flag is named, and no object.`,
      `Name the flag: dropgate remove new-checkout ${option}. Or the object: dropgate remove ${option} --object users.email`,
    );
}

async function runFlags(keys: readonly string[], options: RemoveArguments, io: Io): Promise<number> {
  const [{ remove }, { removalSummary, removedJson }] = await Promise.all([import('../../remove.ts'), import('../../report/removed.ts')]);
  const progress = progressOn(io);
  const asked: RemoveOptions = { ...common(options, io), keys, ...(options.allStale !== undefined && { allStale: options.allStale }) };
  const removed = await remove({ ...asked, onProgress: progress.stage }).finally(progress.end);
  const changes = await edited(removed.changes, options, io);
  const isWritten = options.write === true;
  if (options.json === true) io.stdout.write(removedJson({ ...removed, changes }, isWritten));
  else await tell(changes, removalSummary({ ...removed, changes }, isWritten), options, io);
  return removed.left.length > 0 ? 1 : 0;
}

async function runEndOfWrite(keys: readonly string[], options: RemoveArguments, io: Io): Promise<number> {
  const [{ stopLegacyWrites }, { endOfWriteText }, { removedJson }] = await Promise.all([
    import('../../schema-removal.ts'),
    import('../../report/contract.ts'),
    import('../../report/removed.ts'),
  ]);
  const progress = progressOn(io);
  const ended = await stopLegacyWrites({ ...schemaOptions(keys, options, io), onProgress: progress.stage }).finally(progress.end);
  const changes = await edited(ended.changes, options, io);
  const isWritten = options.write === true && ended.refusals.length === 0;
  if (options.json === true) io.stdout.write(removedJson({ ...ended, changes }, isWritten));
  else await tell(changes, endOfWriteText({ ...ended, changes }, isWritten), options, io);
  return ended.refusals.length > 0 || ended.left.length > 0 ? 1 : 0;
}

async function runContract(keys: readonly string[], options: RemoveArguments, io: Io): Promise<number> {
  const [{ contractOf }, { contractText }, { removedJson }] = await Promise.all([
    import('../../schema-removal.ts'),
    import('../../report/contract.ts'),
    import('../../report/removed.ts'),
  ]);
  const progress = progressOn(io);
  const contract = await contractOf({ ...schemaOptions(keys, options, io), onProgress: progress.stage }).finally(progress.end);
  const isDone = contract.refusals.length === 0 && contract.files.length > 0;
  const isWritten = options.write === true && isDone;
  if (isWritten) {
    const { rootOf, writeNewFiles } = await import('../../remove/on-disk.ts');
    await writeNewFiles(await rootOf(io.cwd), contract.files);
  }
  io.stdout.write(options.json === true ? removedJson(contract, isWritten) : contractText(contract, isWritten));
  return isDone ? 0 : 1;
}

/** The changes as the files on disk have them; with --write they are on disk then. */
async function edited(changes: readonly FileChange[], { write }: RemoveArguments, { cwd }: Io): Promise<readonly FileChange[]> {
  if (changes.length === 0) return [];
  const { asOnDisk, rootOf, writeChanges } = await import('../../remove/on-disk.ts');
  const exact = await asOnDisk(await rootOf(cwd), changes);
  if (write === true) await writeChanges(cwd, exact);
  return exact;
}

/** The patch alone on the output, so that it can be piped on; where there is none, what there is to say. */
async function tell(changes: readonly FileChange[], summary: string, { write }: RemoveArguments, { stdout, stderr }: Io): Promise<void> {
  if (write === true || changes.length === 0) {
    stdout.write(summary);
    return;
  }
  const { shownOnTerminal, unifiedDiff } = await import('../../report/removed.ts');
  const patch = await unifiedDiff(changes);
  stdout.write(stdout.isTTY === true ? shownOnTerminal(patch) : patch);
  stderr.write(summary);
}

type Common = Pick<RemoveOptions, 'cwd' | 'value' | 'flags' | 'config' | 'now'>;

const common = ({ value, flags, config, now }: RemoveArguments, { cwd }: Io): Common => ({
  cwd,
  ...(value !== undefined && { value }),
  ...(flags !== undefined && { flags }),
  ...(config !== undefined && { config }),
  ...(now !== undefined && { now }),
});

const schemaOptions = (keys: readonly string[], options: RemoveArguments, io: Io): ContractOptions => ({
  ...common(options, io),
  key: keys[0] ?? null,
  ...(options.object !== undefined && { objects: options.object }),
  ...(options.base !== undefined && { base: options.base }),
  ...(options.deployed !== undefined && { deployed: options.deployed }),
});
