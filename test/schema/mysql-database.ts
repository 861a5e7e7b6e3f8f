/** A private MariaDB as the judge: started on a socket of its own, without a network, and stopped afterwards. */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';

const PLACES = [
  ...(process.env['PATH'] ?? '').split(delimiter),
  '/usr/sbin',
  '/usr/bin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/libexec',
];

const programOf = (names: readonly string[]): string | null => {
  for (const folder of PLACES) {
    for (const name of names) {
      const path = join(folder, name);
      try {
        if (folder !== '' && existsSync(path)) accessSync(path, constants.X_OK);
        else continue;
        return path;
      } catch {}
    }
  }
  return null;
};

const server = programOf(['mariadbd']);
const installer = programOf(['mariadb-install-db']);
const client = programOf(['mariadb']);

/** Why there is no judge; null where there is one. */
export const whyNoDatabase: string | null =
  server && installer && client ? null : 'MariaDB is not installed: no mariadbd, mariadb-install-db or mariadb found';

export interface Judge {
  readonly connection: Connection;
  /** Hands a text to the mysql client, which goes on after errors: the lines that were refused, with the error. */
  runFile(sql: string): ReadonlyMap<number, string>;
  stop(): Promise<void>;
}

const STRICT = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY';

const connect = async (socketPath: string): Promise<Connection> => {
  for (let attempt = 0; ; attempt++) {
    try {
      return await createConnection({ socketPath, user: 'root' });
    } catch (error) {
      if (attempt > 150) throw error;
      await wait(100);
    }
  }
};

/** A folder in memory where the system has one with room for a data directory. */
const roomiest = (): string => {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    accessSync('/dev/shm', constants.W_OK);
    return bavail * bsize > 400_000_000 ? '/dev/shm' : tmpdir();
  } catch {
    return tmpdir();
  }
};

/** A redo log as small as it may be: it is written when the data directory is made. */
const SMALL_LOG = '--innodb-log-file-size=4M';

/** Starts the database with an empty schema `test` in use. */
export const startDatabase = async (): Promise<Judge> => {
  const folder = mkdtempSync(join(roomiest(), 'dropgate-mariadb-'));
  const data = join(folder, 'data');
  const socket = join(folder, 's');
  const made = spawnSync(installer ?? '', [
    '--no-defaults',
    `--datadir=${data}`,
    '--user=root',
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    SMALL_LOG,
  ]);
  if (made.status !== 0) throw new Error(`mariadb-install-db failed: ${String(made.stderr)}`);
  const child = spawn(
    server ?? '',
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${socket}`,
      '--skip-networking',
      '--user=root',
      `--sql-mode=${STRICT}`,
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-flush-method=nosync',
      '--innodb-doublewrite=0',
      '--sync-frm=0',
      SMALL_LOG,
      '--innodb-buffer-pool-dump-at-shutdown=0',
      '--innodb-stats-persistent=0',
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const connection = await connect(socket);
  await connection.query('CREATE DATABASE test CHARACTER SET utf8mb4');
  await connection.query('USE test');
  return {
    connection,
    runFile(sql) {
      const { stderr } = spawnSync(client ?? '', ['--no-defaults', `--socket=${socket}`, '--user=root', '--force', 'test'], { input: sql });
      const errors = [...String(stderr).matchAll(/^ERROR (\d+) .*?at line (\d+):? (.*)$/gm)];
      return new Map(errors.map(([, number = '', line, message = '']) => [Number(line), `${number} ${message}`]));
    },
    async stop() {
      connection.destroy();
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Runs a statement; the error's number and message, or null. */
export const runIn = async (connection: Connection, sql: string): Promise<string | null> => {
  try {
    await connection.query(sql);
    return null;
  } catch (error) {
    return error instanceof Error ? `${'errno' in error ? error.errno : ''} ${error.message}` : String(error);
  }
};

/** An empty schema again. */
export const resetDatabase = async (connection: Connection): Promise<void> => {
  await connection.query('SET FOREIGN_KEY_CHECKS = 1');
  await connection.query('DROP DATABASE test');
  await connection.query('CREATE DATABASE test CHARACTER SET utf8mb4');
  await connection.query('USE test');
};
