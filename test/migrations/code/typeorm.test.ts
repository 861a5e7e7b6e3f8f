/** Oracle: the SQL that TypeORM's own query runner remembers for the same calls. */
import { createRequire } from 'node:module';
import * as typeorm from 'typeorm';
import { expect, test } from 'vitest';
import { partsOf, replayParts, shownParts, shownSchema, sqlParts } from './replayed.ts';

const columns = [
  { name: 'id', type: 'int', isPrimary: true },
  { name: 'a', type: 'int' },
  { name: 'b', type: 'text' },
];

/** A runner without a database: it remembers what it would send, and knows the table `users`. */
const sent = async (body: string): Promise<readonly string[]> => {
  const source = new typeorm.DataSource({ type: 'postgres', driver: createRequire(import.meta.url)('pg') });
  Object.assign(source.driver, { version: '15', database: 'd', schema: 'public' });
  const runner = source.driver.createQueryRunner('master') as unknown as Record<string, unknown> & typeorm.QueryRunner;
  runner.query = (async () => [{ current_schema: 'public', current_database: 'd' }]) as never;
  runner.getCachedTable = async (name: string | { name: string }) =>
    new typeorm.Table({ name: typeof name === 'string' ? name : name.name, columns: structuredClone(columns) });
  runner.hasEnumType = async () => false;
  runner.enableSqlMemory();
  const run = new Function(
    'queryRunner',
    'typeorm',
    `const { Table, TableColumn, TableIndex, TableForeignKey, TableUnique } = typeorm; return (async () => { ${body} })()`,
  );
  await run(runner, typeorm);
  return runner.getMemorySql().upQueries.map(({ query }) => query);
};

const source = (
  body: string,
): string => `import { Table, TableColumn, TableForeignKey, TableIndex, TableUnique, View, type MigrationInterface } from 'typeorm';
export class X1700000000000 implements MigrationInterface { async up(queryRunner) { ${body} } async down(queryRunner) { await queryRunner.dropTable('users') } }`;

const BASE = [
  'CREATE TABLE "users" ("id" int NOT NULL, "a" int NOT NULL, "b" text NOT NULL, CONSTRAINT "PK_a3ffb1c0c8416b9fc6f907b7433" PRIMARY KEY ("id"))',
];

test.each<[string, string]>([
  [
    'a table with everything',
    `await queryRunner.createTable(new Table({ name: 't', columns: [
      { name: 'id', type: 'uuid', isPrimary: true, isGenerated: true, generationStrategy: 'uuid' },
      { name: 'n', type: 'varchar', length: '20', isNullable: true, isUnique: true, default: "'x'" },
      { name: 'e', type: 'enum', enum: ['a', 'b'] }, { name: 'i', type: 'int', isGenerated: true, generationStrategy: 'increment' },
      { name: 'ar', type: 'text', isArray: true }, { name: 'd', type: 'timestamp with time zone', default: 'now()' },
      { name: 'd2', type: 'timestamptz' }, { name: 'nn', type: 'numeric', precision: 10, scale: 2 }, { name: 'fk', type: 'int' }],
      foreignKeys: [{ columnNames: ['fk'], referencedTableName: 'users', referencedColumnNames: ['id'], onDelete: 'CASCADE' }],
      indices: [{ columnNames: ['n'] }], uniques: [{ columnNames: ['n', 'e'] }] }), false);`,
  ],
  ['a column', "await queryRunner.addColumn('users', new TableColumn({ name: 'c', type: 'varchar', isUnique: true, isNullable: true }));"],
  [
    'columns',
    "await queryRunner.addColumns('users', [new TableColumn({ name: 'c', type: 'int', default: '1' }), new TableColumn({ name: 'd', type: 'enum', enum: ['x'] })]);",
  ],
  ['a renamed column', "await queryRunner.renameColumn('users', 'a', 'z');"],
  [
    'a column becomes nullable',
    "await queryRunner.changeColumn('users', new TableColumn({ name: 'a', type: 'int' }), new TableColumn({ name: 'a', type: 'int', isNullable: true }));",
  ],
  [
    'a column gets a name and a default',
    "await queryRunner.changeColumn('users', new TableColumn({ name: 'a', type: 'int' }), new TableColumn({ name: 'q', type: 'int', default: '1' }));",
  ],
  [
    'a column of another type is dropped and made anew',
    "await queryRunner.changeColumn('users', new TableColumn({ name: 'a', type: 'int' }), new TableColumn({ name: 'a', type: 'bigint' }));",
  ],
  [
    'several columns',
    "await queryRunner.changeColumns('users', [{ oldColumn: new TableColumn({ name: 'a', type: 'int' }), newColumn: new TableColumn({ name: 'a', type: 'int', isNullable: true }) }]);",
  ],
  ['dropped columns', "await queryRunner.dropColumns('users', ['a', 'b']);"],
  ['dropped table', "await queryRunner.dropTable('users');"],
  ['an index', "await queryRunner.createIndex('users', new TableIndex({ columnNames: ['a'], isUnique: true, where: 'a > 1' }));"],
  [
    'a foreign key',
    "await queryRunner.createForeignKey('users', new TableForeignKey({ columnNames: ['a'], referencedTableName: 'users', referencedColumnNames: ['id'] }));",
  ],
  ['a unique constraint', "await queryRunner.createUniqueConstraint('users', new TableUnique({ columnNames: ['b', 'a'] }));"],
])('%s', async (_, body) => {
  const theirs = await sent(body);
  expect(theirs).not.toEqual([]);
  const ours = await partsOf('typeorm', source(body));
  expect(shownSchema(await replayParts([...sqlParts(BASE), ...ours]))).toEqual(
    shownSchema(await replayParts(sqlParts([...BASE, ...theirs]))),
  );
});

test.each<[string, string, readonly string[]]>([
  [
    'a check of the same column',
    "if (!(await queryRunner.hasColumn('users', 'c'))) await queryRunner.addColumn('users', new TableColumn({ name: 'c', type: 'int' }))",
    ['ALTER TABLE "users" ADD COLUMN IF NOT EXISTS "c" int NOT NULL'],
  ],
  [
    'the dialect decides',
    "if (queryRunner.connection.options.type === 'mysql') await queryRunner.query('DROP TABLE a'); else await queryRunner.query('DROP TABLE b')",
    ['DROP TABLE b'],
  ],
  [
    'what getTable gives',
    "const table = await queryRunner.getTable('users'); if (table?.findColumnByName('c')) await queryRunner.dropColumn(table, 'c')",
    ['ALTER TABLE "users" DROP COLUMN IF EXISTS "c"'],
  ],
  [
    'a column of which only the name is said',
    "await queryRunner.changeColumn('users', 'a', new TableColumn({ name: 'a', type: 'bigint' }))",
    ['! TypeORM drops `users.a` and makes it anew where its type changes, and what it was is not said here [ALTER,DROP]'],
  ],
  [
    'a view',
    "await queryRunner.createView(new View({ name: 'v', expression: 'SELECT id FROM users' }))",
    ['CREATE VIEW "v" AS SELECT id FROM users'],
  ],
  ['through the manager', "await queryRunner.manager.query('DROP TABLE a')", ['DROP TABLE a']],
  ['helpers of the class', 'await this.drop(queryRunner)} async drop(q) { await q.dropTable("a")', ['DROP TABLE "a"']],
])('%s', async (_, body, expected) => {
  expect(shownParts(await partsOf('typeorm', source(body)))).toEqual(expected);
});
