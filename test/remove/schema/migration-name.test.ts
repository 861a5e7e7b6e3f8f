/** The names of new migrations: in the form of those that are there, and after them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareVersions } from '../../../src/migrations/layouts/order.ts';
import { nextName } from '../../../src/remove/schema/migration-name.ts';

const now = new Date('2026-02-09T12:34:56.789Z');
const words = ['drop', 'users', 'email'];

test.each([
  [['0004_users_email_nullable.sql'], '0005_drop_users_email.sql'],
  [['0009_a_b.sql', '0010_2fa_codes.sql'], '0011_drop_users_email.sql'],
  [['9-add-users.sql'], '10-drop-users-email.sql'],
  [['001.sql', '002.sql'], '003.sql'],
  [['V4__add_users.sql'], 'V5__drop_users_email.sql'],
  [['V1_2__add_users.sql'], 'V1_3__drop_users_email.sql'],
  [['V1.9__add_users.sql'], 'V1.10__drop_users_email.sql'],
  [['V2026.01.05.1200__add_users.sql'], 'V2026.02.09.1234__drop_users_email.sql'],
  [['20260105120000_add_users'], '20260209123456_drop_users_email'],
  [['20260105120000_add_users.up.sql'], '20260209123456_drop_users_email.up.sql'],
  [['20260105120000-add-users.js'], '20260209123456-drop-users-email.js'],
  [['20260105_120000_add_users.ts'], '20260209_123456_drop_users_email.ts'],
  [['20260105_01_add_users.sql'], '20260209_01_drop_users_email.sql'],
  [['20260209_07_add_users.sql'], '20260209_08_drop_users_email.sql'],
  [['20260105.add_users.sql'], '20260209.drop_users_email.sql'],
  [['202601051200_add_users.sql'], '202602091234_drop_users_email.sql'],
  [['2026-01-05-120000_add_users'], '2026-02-09-123456_drop_users_email'],
  [['2026-01-05T12-00-00_add_users.ts'], '2026-02-09T12-34-56_drop_users_email.ts'],
  [['2026_01_05_120000_add_users.sql'], '2026_02_09_123456_drop_users_email.sql'],
  [['1767614400000-AddUsers.ts'], '1770640496789-DropUsersEmail.ts'],
  [['1767614400_add_users.js'], '1770640496_drop_users_email.js'],
  [['Migration20260105120000.ts'], 'Migration20260209123456.ts'],
  [['Migration20260105120000_add_users.ts'], 'Migration20260209123456_drop_users_email.ts'],
  [['0001_add_user_names.sql', '0002_users.sql'], '0003_drop_users_email.sql'],
  [['20300101000000_from_the_future.sql'], '20300101000001_drop_users_email.sql'],
  [['20291231235959_from_the_future.sql'], '20300101000000_drop_users_email.sql'],
  [['0099_a_b.sql'], '0100_drop_users_email.sql'],
  [['9999_a_b.sql'], '10000_drop_users_email.sql'],
])('%j → %s', (names, expected) => {
  expect(nextName(names, words, now)?.name).toBe(expected);
});

test('names without a number have none after them', () => {
  expect(nextName(['add_users.sql'], words, now)).toBeNull();
  expect(nextName([], words, now)).toBeNull();
});

test('whatever the names of the objects are, the words are plain', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 }), (some) => {
      expect(nextName(['0001_a_b.sql'], ['drop', ...some], now)?.name).toMatch(/^0002_drop[a-z0-9_]*\.sql$/);
    }),
    { seed: 615 },
  );
});

test('the new one comes after the newest, whatever its number', () => {
  const number = fc.oneof(
    fc.bigInt({ min: 0n, max: 10n ** 17n }).map(String),
    fc
      .date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
      .map((d) => d.toISOString().replace(/\D/g, '').slice(0, 14)),
    fc.tuple(fc.nat(50), fc.nat(50)).map(([a, b]) => `${a}.${b}`),
  );
  fc.assert(
    fc.property(number, (text) => {
      const before = `${text}_a_b.sql`;
      expect(compareVersions(before, nextName([before], words, now)?.name ?? '')).toBeLessThan(0);
    }),
    { seed: 616, numRuns: 500 },
  );
});
