/** `dropgate flags` on a repository with flags at every stage. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InventoryReport, inventory } from '../../src/inventory.ts';
import { renderInventory, renderInventoryJson, renderInventoryMarkdown } from '../../src/report/inventory.ts';
import { type Sandbox, sandbox } from '../discover/repository.ts';

const flags = `
new-email:
  default: false
  rollout: { by: user_id, percentage: 100 }
  since: 2026-01-10
new-address: { default: false, rollout: { by: user_id, percentage: 25 } }
new-phone: { default: false }
old-idea: { default: false, since: 2025-06-01 }
kill-mails: { default: false, permanent: true }
nobody-asks: true
`;
const evaluations = `import Featureflow from 'featureflow-node-sdk';
const client = new Featureflow.Client({ apiKey: process.env.KEY });
const isOn = (key: string, id: string) => client.evaluate(key, new Featureflow.UserBuilder(id).withAttribute('user_id', id).build()).isOn();
export const readsNewEmail = (id: string) => isOn('new-email', id);
export const readsNewAddress = (id: string) => isOn('new-address', id);
export const writesPhone = (id: string) => isOn('new-phone', id);
export const hasOldIdea = (id: string) => isOn('old-idea', id);
export const isQuiet = (id: string) => isOn('kill-mails', id);
export const unheardOf = (id: string) => isOn('unheard-of', id);
export const any = (key: string, id: string) => client.evaluate(key + '-x', id).isOn();
`;
const users = `import pg from 'pg';
import { readsNewEmail, readsNewAddress, writesPhone } from './flags.js';
const pool = new pg.Pool();
export async function show(id: string) {
  if (readsNewEmail(id)) return pool.query('SELECT new_email FROM users WHERE id = $1', [id]);
  return pool.query('SELECT email FROM users WHERE id = $1', [id]);
}
export async function save(id: string, phone: string) {
  if (writesPhone(id)) await pool.query('UPDATE users SET phone = $2 WHERE id = $1', [id, phone]);
}
export async function move(id: string) {
  if (readsNewAddress(id)) return pool.query('SELECT address FROM users WHERE id = $1', [id]);
}
`;

let report: InventoryReport;
let box: Sandbox;
beforeAll(async () => {
  const files = {
    'flags.yaml': flags,
    'migrations/0001.sql': 'CREATE TABLE users (id text PRIMARY KEY, email text, new_email text, phone text, address text);',
    'src/flags.ts': evaluations,
    'src/users.ts': users,
    'package.json': '{ "dependencies": { "featureflow-node-sdk": "0.6.7", "pg": "8.0.0" } }',
  };
  box = sandbox();
  box.commit('start', files, '2026-01-15T00:00:00Z');
  report = await inventory({ cwd: box.dir, now: new Date('2026-02-01T12:00:00Z') });
});
afterAll(() => box.remove());

describe('the inventory', () => {
  test('knows the stage of each flag', () => {
    expect(report.flags.map(({ key, stage }) => `${key}: ${stage}`)).toEqual([
      'kill-mails: permanent',
      'new-address: ramp',
      'new-email: clean-up',
      'new-phone: dual-write',
      'nobody-asks: unused',
      'old-idea: dead',
      'unheard-of: unknown',
    ]);
  });
  test('names the objects on each side, and every key that is not known', () => {
    const email = report.flags.find((f) => f.key === 'new-email');
    expect(email?.sides.on.map(({ object }) => object.name)).toContain('new_email');
    expect(email?.sides.off.map(({ object }) => object.name)).toContain('email');
    expect(report.unknownKeys.map(({ file, line }) => `${file}:${line}`)).toEqual(['src/flags.ts:10']);
  });
  test('is a table', () => {
    expect(renderInventory(report)).toMatchInlineSnapshot(`
      "FLAG         STAGE       SERVES                 SINCE                 AGE   EVALUATED AT    BEHIND IT
      kill-mails   permanent   off for all            2026-01-15 or before  17 d  src/flags.ts:8
      new-address  ramp        25 % by user_id        2026-01-15 or before  17 d  src/flags.ts:5  on: users.address, users.id
      new-email    clean-up    on for all by user_id  2026-01-10            17 d  src/flags.ts:4  on: users.new_email · off: users.email
      new-phone    dual-write  off for all            2026-01-15 or before  17 d  src/flags.ts:6  on: users.id, users.phone
      nobody-asks  unused      on for all             2026-01-15 or before  17 d  nowhere
      old-idea     dead        off for all            2025-06-01            17 d  src/flags.ts:7
      unheard-of   unknown     state unknown                                      src/flags.ts:9

      Evaluated with a key that is not known before it runs:
        src/flags.ts:10

      7 flags, 6 evaluations: 1 dual-write, 1 ramp, 1 clean-up, 1 dead, 1 permanent, 1 unused, 1 unknown
      "
    `);
  });
  test('says that something could not be read', () => {
    const none = { ...report, flags: [], unknownKeys: [], unanalysed: 2 };
    expect(renderInventory(none)).toContain('2 not analysed, which may evaluate flags too: dropgate check --all');
    expect(renderInventoryMarkdown(none)).toContain('2 not analysed');
    expect(JSON.parse(renderInventoryJson(none)).unanalysed).toBe(2);
  });
  test('is Markdown', () => {
    expect(renderInventoryMarkdown(report)).toContain('| `new-address` | ramp | 25 % by user\\_id |');
    const [first] = report.flags;
    const barred = { ...report, flags: first === undefined ? [] : [{ ...first, key: 'a|b', blockers: ['c|d'], serves: null }] };
    expect(renderInventoryMarkdown(barred)).toContain('| `a\\|b` |');
    expect(renderInventoryMarkdown(barred)).not.toContain('\\\\|');
  });
  test('is JSON that says the same', () => {
    const document = JSON.parse(renderInventoryJson(report));
    expect(document.flags.map((f: { key: string }) => f.key)).toEqual(report.flags.map((f) => f.key));
    expect(document.flags[2]).toMatchObject({
      key: 'new-email',
      stage: 'clean-up',
      serves: true,
      by: 'user_id',
      since: '2026-01-10T00:00:00.000Z',
    });
    expect(document.flags[2].evaluations[0]).toMatchObject({ file: 'src/flags.ts', line: 4, sdk: 'featureflow-node-sdk' });
  });
});
