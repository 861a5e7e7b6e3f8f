import { beforeAll, expect, test } from 'vitest';
import { makeModule } from '../../src/code/module.ts';
import { transactionAround } from '../../src/code/transactions.ts';
import { loadTypeScript, parseTypeScript } from '../../src/parse/typescript.ts';

beforeAll(loadTypeScript);

function around(code: string): string | null {
  const parsed = parseTypeScript('a.ts', code);
  if (!parsed.ok) throw new Error(parsed.reason);
  const module = makeModule('a.ts', code, parsed.program);
  const query = module.nodes('Identifier').find((node) => node.name === 'query');
  const opened = query ? transactionAround(query, module) : null;
  return opened && code.slice(opened.start, code.indexOf('(', opened.start));
}

test.each([
  ['db.transaction(async (tx) => { await tx.run(query); })', 'db.transaction'],
  ['prisma.$transaction([prisma.user.create(query)])', 'prisma.$transaction'],
  ['sql.begin(async (sql) => sql(query))', 'sql.begin'],
  ['db.transaction().execute(async (trx) => trx.run(query))', 'db.transaction'],
  ['em.transactional(function (em) { em.persist(query); })', 'em.transactional'],
  ['db.execute(query)', null],
  ['pool.begin(query)', null],
  ['db.transaction(query)', null],
  ['query()', null],
])('%s', (code, opened) => {
  expect(around(code)).toBe(opened);
});
