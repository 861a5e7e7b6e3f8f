/** The program: answers `--version` at once, and loads the command line for everything else. */
import { toolVersion } from '../report/version.ts';

const args = process.argv.slice(2);

// `dropgate check | head`: the reader has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${toolVersion()}\n`);
} else {
  process.on('SIGINT', () => process.exit(130));
  const { main } = await import('./program.ts');
  process.exitCode = await main(args, {
    cwd: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
  });
}
