/** A repository with flags of every kind, for tests of the removal report and for looking at it. */
import type { RemovalReport } from '../../src/report/removal-model.ts';
import { type Sandbox, sandbox } from '../discover/repository.ts';

export const zooNow = new Date('2026-03-02T09:00:00Z');

interface Zoo {
  readonly key: string;
  /** What production serves: on, off, a variant, or a share. */
  readonly serves: boolean | string | number;
  readonly since: string;
  readonly createdAt?: string;
  /** Lines of the losing branch. */
  readonly lines?: number;
  readonly archived?: boolean;
  readonly permanent?: boolean;
  readonly needs?: readonly string[];
  readonly by?: string;
  readonly isAsked?: boolean;
  readonly type?: string;
}

const on = (key: string, createdAt: string, since: string, lines: number, more: Partial<Zoo> = {}): Zoo => ({
  key,
  serves: true,
  createdAt,
  since,
  lines,
  ...more,
});

const zoo: readonly Zoo[] = [
  on('checkout-v2', '2024-11-04', '2025-02-17', 64),
  on('invoice-totals-in-cents', '2025-03-10', '2025-06-30', 41),
  on('search-ranking', '2025-05-02', '2025-07-21', 33),
  on('async-exports', '2025-06-11', '2025-09-01', 28),
  on('team-invites', '2025-08-20', '2025-10-06', 22),
  on('webhook-retries', '2025-09-03', '2025-11-12', 17),
  on('profile-photos-on-cdn', '2025-10-01', '2025-12-08', 12),
  on('audit-log-in-background', '2025-10-13', '2026-01-05', 9),
  on('compact-navigation', '2025-11-18', '2026-01-26', 6),
  on('locale-from-account', '2025-12-01', '2026-02-02', 4),
  { key: 'pricing-page', serves: 'annual-first', createdAt: '2025-07-07', since: '2025-12-15', lines: 19 },
  { key: 'beta-dashboard', serves: false, createdAt: '2025-02-03', since: '2025-05-19', lines: 37 },
  { key: 'voice-search', serves: false, createdAt: '2025-06-23', since: '2025-09-29', lines: 14 },
  { key: 'legacy-importer', serves: false, createdAt: '2024-08-12', since: '2025-04-01', lines: 25, archived: true },
  on('payments-core', '2025-01-13', '2025-08-04', 31),
  { key: 'payments-split', serves: 30, createdAt: '2025-12-10', since: '2026-02-20', lines: 8, needs: ['payments-core'] },
  on('nightly-digest', '2025-09-15', '2025-12-22', 11, { by: 'account' }),
  on('rate-limits', '2025-08-01', '2025-11-24', 13),
  { key: 'spring-banner', serves: true, createdAt: '2025-03-03', since: '2025-03-20', isAsked: false },
  { key: 'holiday-theme', serves: false, createdAt: '2024-11-25', since: '2025-01-07', isAsked: false },
  { key: 'new-onboarding', serves: 25, createdAt: '2026-02-01', since: '2026-02-24', lines: 21 },
  on('dark-mode-mails', '2026-01-12', '2026-02-25', 7),
  on('kill-outgoing-mails', '2024-02-01', '2024-02-01', 3, { permanent: true, type: 'ops' }),
];

/** Where the story of users.email ends, as in fixtures/examples. */
const email = on('new-email-column', '2025-10-20', '2026-01-15', 0);

function snapshotOf(flags: readonly Zoo[]): string {
  const at = (day: string): string => `${day}T10:30:00.000Z`;
  const state = ({ serves, since, by }: Zoo, environment: string, isProduction: boolean) => ({
    environment,
    isProduction,
    serves: typeof serves === 'number' ? null : serves,
    ...(typeof serves === 'number' && { percentage: serves, blockers: [{ kind: 'rollout', detail: `${serves} % of users by user_id` }] }),
    ...(typeof serves === 'boolean' && { percentage: serves ? 100 : 0 }),
    ...(by !== undefined && { by }),
    since: at(since),
    sinceFrom: 'audit',
  });
  const records = flags.map((flag) => ({
    key: flag.key,
    type: flag.type ?? 'release',
    permanent: flag.permanent === true,
    archived: flag.archived === true,
    createdAt: at(flag.createdAt ?? flag.since),
    needs: flag.needs ?? [],
    environments: [
      state(flag, 'production', true),
      state({ ...flag, serves: true, since: flag.createdAt ?? flag.since }, 'staging', false),
    ],
  }));
  const snapshot = { provider: 'featureflow', project: 'web', takenAt: '2026-03-02T03:17:00.000Z', complete: true, flags: records };
  return JSON.stringify({ version: 1, snapshots: [snapshot] }, null, 1);
}

const camel = (key: string): string => key.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const askFor = (key: string): string => `client.evaluate('${key}', new Featureflow.UserBuilder(id).withAttribute('user_id', id).build())`;

/** A module with one function whose losing branch has so many lines. */
function moduleOf({ key, serves, lines = 5 }: Zoo): string {
  const name = camel(key);
  const question = typeof serves === 'string' ? `${askFor(key)}.is('${serves}')` : `${askFor(key)}.isOn()`;
  const old = Array.from(
    { length: Math.max(1, lines - 1) },
    (_, i) => `    steps.push({ name: '${name} ${i}', run: () => legacy.${name}(id, ${i}) });`,
  );
  const [winning, losing] =
    serves === false
      ? [old.join('\n'), '    return steps;']
      : [`    return [{ name: '${name}', run: () => modern.${name}(id) }];`, old.join('\n')];
  return `import Featureflow from 'featureflow-node-sdk';
import { legacy, modern } from '../steps.js';
const client = new Featureflow.Client({ apiKey: process.env.FEATUREFLOW_SERVER_KEY });

export function ${name}(id: string) {
  const steps: { name: string; run(): unknown }[] = [];
  if (${question}) {
${winning}
  } else {
${losing}
  }
  return steps;
}
`;
}

const migrations = {
  'migrations/20250106090000_users.sql':
    'CREATE TABLE users (id uuid PRIMARY KEY, name text NOT NULL, email text NOT NULL, phone_text text);\nCREATE INDEX users_phone_text ON users (phone_text);\n',
  'migrations/20251021081500_user_emails.sql': 'CREATE TABLE user_emails (user_id uuid PRIMARY KEY REFERENCES users (id), address text);\n',
  'migrations/20251124070000_backfill_user_emails.sql':
    'INSERT INTO user_emails (user_id, address) SELECT id, email FROM users ON CONFLICT (user_id) DO NOTHING;\n',
  'migrations/20250610090000_phone.sql': 'ALTER TABLE users ADD COLUMN phone text;\n',
  'migrations/20250611090000_fill_phone.sql': 'UPDATE users SET phone = phone_text;\n',
};

const users = `import Featureflow from 'featureflow-node-sdk';
import pg from 'pg';
const client = new Featureflow.Client({ apiKey: process.env.FEATUREFLOW_SERVER_KEY });
const pool = new pg.Pool();
const readsNewEmail = (id: string): boolean => ${askFor(email.key)}.isOn();

export async function emailOf(id: string): Promise<string | null> {
  if (readsNewEmail(id)) {
    const { rows } = await pool.query<{ address: string }>('SELECT address FROM user_emails WHERE user_id = $1', [id]);
    return rows[0]?.address ?? null;
  }
  const { rows } = await pool.query<{ email: string }>('SELECT email FROM users WHERE id = $1', [id]);
  return rows[0]?.email ?? null;
}

export async function changeEmail(id: string, email: string): Promise<void> {
  await pool.query('UPDATE users SET email = $2 WHERE id = $1', [id, email]);
  if (readsNewEmail(id)) await pool.query('UPDATE user_emails SET address = $2 WHERE user_id = $1', [id, email]);
}

export const phoneOf = (id: string) => pool.query('SELECT phone FROM users WHERE id = $1', [id]);
`;

const odd = `import Featureflow from 'featureflow-node-sdk';
const client = new Featureflow.Client({ apiKey: process.env.FEATUREFLOW_SERVER_KEY });
export const misspelt = (id: string) => (client.evaluate('chekout-express', id).isOn() ? 'express' : 'plain');
export const any = (name: string, id: string) => client.evaluate(name + '-beta', id).isOn();
`;

const counts = {
  flags: { 'rate-limits': { on: { count: 91_234, last: '2026-03-01T23:00:00Z' }, off: { count: 12, last: '2026-02-27T04:10:00Z' } } },
};

const areas = ['billing', 'search', 'accounts', 'mail', 'web'];

/** The repository, committed on the second of March 2026. */
export function flagZoo(): Sandbox {
  const box = sandbox();
  const code = Object.fromEntries(
    zoo
      .filter(({ isAsked }) => isAsked !== false)
      .map((flag, index) => [`src/${areas[index % areas.length]}/${flag.key}.ts`, moduleOf(flag)]),
  );
  const manifest = '{ "dependencies": { "featureflow-node-sdk": "0.6.7", "pg": "8.0.0" } }';
  const config = '{ "evaluationCounts": "counts.json" }';
  box.commit(
    'everything',
    {
      ...migrations,
      ...code,
      'src/accounts/users.ts': users,
      'src/odd.ts': odd,
      'package.json': manifest,
      'counts.json': JSON.stringify(counts),
      'dropgate.config.json': config,
      '.dropgate/flags.json': snapshotOf([...zoo, email]),
    },
    '2026-03-02T08:00:00Z',
  );
  return box;
}

/** The same report with so many flags. */
export function multiplied(report: RemovalReport, count: number): RemovalReport {
  const flags = Array.from({ length: count }, (_, index) => {
    const flag = report.flags[index % report.flags.length];
    if (flag === undefined) throw new Error('an empty report');
    return index < report.flags.length ? flag : { ...flag, key: `${flag.key}-${index}` };
  }).sort((a, b) => Number(b.ready) - Number(a.ready));
  const ready = flags.filter((flag) => flag.ready);
  const of = (kind: string): number => flags.filter((flag) => flag.kind === kind).length;
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const summary = {
    ...report.summary,
    ready: ready.length,
    stale: of('stale'),
    dead: of('dead'),
    blocked: of('blocked'),
    orphaned: of('orphaned'),
    branches: sum(ready.map(({ branches }) => branches.length)),
    branchLines: sum(ready.map(({ branchLines }) => branchLines)),
    files: sum(ready.map(({ files }) => files)),
    objects: sum(ready.map(({ objects }) => objects.length)),
  };
  return { ...report, summary, flags };
}
