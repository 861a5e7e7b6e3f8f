import { expect, test } from 'vitest';
import { roleOf } from '../../src/discover/roles.ts';

test.each([
  ['src/users.ts', 'code'],
  ['.yarn/releases/yarn-4.9.2.cjs', 'generated'],
  ['.pnp.cjs', 'generated'],
  ['packages/server/migration-scripts/add-account-ids.ts', 'migration'],
  ['.pnp.loader.mjs', 'generated'],
  ['flow-typed/npm/sequelize_v4.x.x.js', 'generated'],
  ['src/users.test.ts', 'test'],
  ['src/migrations/0001_users.js', 'migration'],
  ['src/dataMigrations/users.ts', 'migration'],
  ['db/data-migration/users.ts', 'migration'],
  ['src/runOpsMigration/mint.ts', 'code'],
  ['prisma/seed.ts', 'seed'],
  ['apps/web/prisma/seedCloud.ts', 'seed'],
  ['src/wallet/seedPhrase.ts', 'code'],
])('%s is %s', (path, role) => {
  expect(roleOf(path)).toBe(role);
});
