/** A real Unleash on a real PostgreSQL, and the calls its admins make. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
// @ts-expect-error: it comes without types, and `@types/pg` is of no use elsewhere.
import pg from 'pg';
import { startPostgres } from './postgres.ts';

export const adminToken = '*:*.dropgate-oracle-admin-7f3a9c';
export const clientToken = 'default:production.dropgate-oracle-client-51be';

export interface Strategy {
  readonly name?: string;
  readonly rollout?: number;
  readonly stickiness?: string;
  readonly constraints?: readonly object[];
  readonly segments?: readonly number[];
  readonly variants?: readonly object[];
  readonly disabled?: boolean;
}

export interface UnleashServer {
  readonly url: string;
  /** One call of the admin API; throws where it is refused. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Creates a feature with these strategies, and enables it in production. Gives the ids of its strategies. */
  create(name: string, strategies: readonly Strategy[], type?: string): Promise<readonly string[]>;
  /** Runs SQL in its database. */
  sql(text: string, values?: readonly unknown[]): Promise<void>;
  stop(): Promise<void>;
}

export const strategyOf = (
  feature: string,
  { name, rollout = 100, stickiness = 'default', constraints, segments, variants, disabled }: Strategy,
): object => ({
  name: name ?? 'flexibleRollout',
  constraints: constraints ?? [],
  segments: segments ?? [],
  disabled: disabled ?? false,
  parameters: name === 'default' ? {} : { rollout: String(rollout), stickiness, groupId: feature },
  ...(variants === undefined ? {} : { variants: variants.map((variant) => ({ stickiness, weightType: 'variable', ...variant })) }),
});

export const production = (feature: string): string => `/projects/default/features/${feature}/environments/production`;

export async function startUnleash(): Promise<UnleashServer> {
  const postgres = startPostgres();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawnServer(postgres, port);
  const database = new pg.Client({ host: postgres.host, user: postgres.user, database: postgres.database });
  const call: UnleashServer['call'] = async (method, path, body) => {
    const headers = { authorization: adminToken, 'content-type': 'application/json' };
    const response = await fetch(`${url}/api/admin${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  await isReady(url, server);
  await database.connect();
  return {
    url,
    call,
    async create(name, strategies, type = 'release') {
      await call('POST', '/projects/default/features', { name, type });
      const ids: string[] = [];
      for (const strategy of strategies) {
        ids.push(((await call('POST', `${production(name)}/strategies`, strategyOf(name, strategy))) as { id: string }).id);
      }
      await call('POST', `${production(name)}/on`);
      return ids;
    },
    async sql(text, values) {
      await database.query(text, values as unknown[]);
    },
    async stop() {
      await database.end();
      server.kill('SIGTERM');
      if (server.exitCode === null) await new Promise((resolve) => server.once('exit', resolve));
      postgres.stop();
    },
  };
}

function spawnServer({ host, user, database }: { host: string; user: string; database: string }, port: number): ChildProcess {
  const program = fileURLToPath(new URL('node_modules/unleash-server/dist/server.js', import.meta.url));
  return spawn(process.execPath, [program], {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      DATABASE_HOST: host,
      DATABASE_PORT: '5432',
      DATABASE_USERNAME: user,
      DATABASE_PASSWORD: 'none',
      DATABASE_NAME: database,
      DATABASE_SSL: 'false',
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: String(port),
      LOG_LEVEL: 'fatal',
      CHECK_VERSION: 'false',
      SEND_TELEMETRY: 'false',
      INIT_ADMIN_API_TOKENS: adminToken,
      INIT_CLIENT_API_TOKENS: clientToken,
    },
  });
}

async function isReady(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 900; attempt++) {
    if (server.exitCode !== null) throw new Error(`unleash-server ended with ${server.exitCode}`);
    const health = await fetch(`${url}/health`).catch(() => null);
    if (health?.ok) return;
    await wait(100);
  }
  throw new Error('unleash-server did not start within 90 s');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
