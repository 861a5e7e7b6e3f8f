/** `dropgate flags pull`: asks a provider what its flags serve, and keeps it in the snapshot file. */
import type { Command } from 'commander';
import type { Change } from '../../flags/pull/snapshot.ts';
import type { Pulled, PullOptions } from '../../pull.ts';
import { visible } from '../../report/escape.ts';
import { type Io, progressOn } from '../io.ts';

interface PullArguments {
  readonly provider: string;
  readonly project?: string;
  readonly environment?: readonly string[];
  readonly host?: string;
  readonly out?: string;
  readonly dryRun?: boolean;
}

/** Adds the command that pulls below the one that lists. */
export function addPull(flags: Command, io: Io, done: (code: number) => void): void {
  flags
    .command('pull')
    .description('ask a provider what its flags serve, and keep it in .dropgate/flags.json')
    .requiredOption(
      '--provider <name>',
      'whom to ask: unleash, launchdarkly, featureflow, …; its token comes from the environment (docs/flags.md)',
    )
    .option('--project <key>', 'the project whose flags are asked for')
    .option(
      '--environment <name>',
      'only this environment; may be repeated (default: all)',
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option('--host <url>', 'address of the provider, where it is not the usual one; the token is sent there')
    .option('--out <file>', 'snapshot file (default: .dropgate/flags.json)')
    .option('--dry-run', 'show what would change, and write nothing')
    .action(async (options: PullArguments) => done(await runPull(options, io)));
}

async function runPull({ environment, ...options }: PullArguments, io: Io): Promise<number> {
  const { pull } = await import('../../pull.ts');
  const progress = progressOn(io);
  const asked: PullOptions = {
    ...options,
    cwd: io.cwd,
    environments: environment,
    variables: io.env,
    onProgress: progress.stage,
    onNotice: (notice) => io.stderr.write(`dropgate: ${visible(notice)}\n`),
  };
  try {
    const pulled = await pull(asked);
    progress.end();
    io.stdout.write(summaryOf(pulled));
    return 0;
  } finally {
    progress.end();
  }
}

const maxShown = 50;

function summaryOf(pulled: Pulled): string {
  const { title, snapshot, changes, isFirst } = pulled;
  const environments = [...new Set(snapshot.flags.flatMap((flag) => flag.environments.map((e) => e.environment)))].filter(
    (name) => name !== '',
  );
  const project = snapshot.project === '' ? '' : `, project ${visible(snapshot.project)}`;
  const where =
    environments.length === 0 ? '' : ` in ${count(environments.length, 'environment')} (${environments.map(visible).join(', ')})`;
  const lines = isFirst ? [] : changes.slice(0, maxShown).map(changeLine);
  if (!isFirst && changes.length > maxShown) lines.push(`  and ${changes.length - maxShown} more`);
  return [`${title}${project}: ${count(snapshot.flags.length, 'flag')}${where}.`, ...lines, endingOf(pulled), ''].join('\n');
}

function endingOf({ outcome, file, changes, isFirst }: Pulled): string {
  const news = isFirst
    ? 'the first snapshot'
    : `${changes.length === 0 ? 'no' : changes.length} change${changes.length === 1 ? '' : 's'} since the last`;
  if (outcome === 'dry-run') return `Nothing was written (--dry-run): ${news}.`;
  return outcome === 'unchanged' ? `${visible(file)} is up to date.` : `Wrote ${visible(file)}: ${news}.`;
}

function changeLine({ flag, environment, before, after }: Change): string {
  const where = environment === '' ? '' : ` in ${visible(environment)}`;
  if (before === null) return `  + ${visible(flag)}${where}: ${shown(after)}`;
  if (after === null) return `  - ${visible(flag)}${where}`;
  return `  ${visible(flag)}${where}: ${shown(before)} → ${shown(after)}, since ${after.since ?? 'an unknown date'}`;
}

function shown(state: Change['after']): string {
  if (state === null) return 'gone';
  if (state.serves === null) return state.percentage === null ? 'split' : `${state.percentage} %`;
  const value = typeof state.serves === 'string' ? visible(state.serves) : state.serves ? 'on' : 'off';
  return state.variant === null ? value : `${value} (${visible(state.variant)})`;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
