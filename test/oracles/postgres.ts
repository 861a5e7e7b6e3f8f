/** A private PostgreSQL as the judge: on a socket of its own, without a network, and stopped afterwards. */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Debian keeps the servers of all versions beside each other, off the path. */
function placesOfBinaries(): readonly string[] {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  return [...(process.env.PATH ?? '').split(delimiter), ...versions.map((version) => join(debian, version, 'bin')), '/usr/local/pgsql/bin'];
}

const binaries = placesOfBinaries().find(
  (folder) => folder !== '' && ['initdb', 'pg_ctl', 'createdb'].every((name) => existsSync(join(folder, name))),
);

/** PostgreSQL refuses to run as root. */
const owner = process.getuid?.() === 0 ? idOf('postgres') : undefined;

function idOf(user: string): { readonly uid: number; readonly gid: number } | null {
  try {
    const id = (option: string): number =>
      Number(execFileSync('id', [option, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

/** Why there is no judge; null where there is one. */
export const whyNoPostgres: string | null =
  binaries === undefined
    ? 'PostgreSQL is not installed: no initdb, pg_ctl and createdb found'
    : owner === null
      ? 'PostgreSQL does not run as root, and there is no user postgres'
      : null;

export interface Postgres {
  /** Folder of its socket: the host to connect to. */
  readonly host: string;
  readonly user: string;
  readonly database: string;
  stop(): void;
}

/** Starts a database with nothing in it. */
export function startPostgres(): Postgres {
  const folder = mkdtempSync(join(tmpdir(), 'dropgate-pg-'));
  const data = join(folder, 'data');
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const run = (program: string, ...args: string[]): void => {
    execFileSync(join(binaries ?? '', program), args, {
      cwd: folder,
      stdio: 'ignore',
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      ...(owner ?? {}),
    });
  };
  const [user, database] = ['dropgate', 'dropgate'];
  run('initdb', '--auth=trust', `--username=${user}`, '--encoding=UTF8', '--no-sync', '-D', data);
  const settings = `-k ${folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off`;
  run('pg_ctl', 'start', '--wait', '-D', data, '-o', settings, '-l', join(folder, 'log'));
  run('createdb', '-h', folder, '-U', user, database);
  return {
    host: folder,
    user,
    database,
    stop() {
      run('pg_ctl', 'stop', '--mode=immediate', '-D', data);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
