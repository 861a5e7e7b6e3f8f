/**
 * The hazard table of MySQL, as far as MariaDB shares it: each row's example is asked for with every ALGORITHM and LOCK; what is the
 * best that MariaDB does is compared with the row. Where the two differ the difference stands here, with its reason.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadEngine } from '../../src/schema/engines.ts';
import { MYSQL_HAZARDS } from '../../src/schema/hazards/mysql.ts';
import { type Engine, replay, sqlFile } from '../../src/schema/replay.ts';
import { type Judge, resetDatabase, runIn, startDatabase, whyNoDatabase } from './mysql-database.ts';

const SCHEMA = `CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, a int, b int NOT NULL, v varchar(20), w varchar(20), e enum('x','y'), s set('a','b'), tx text, g geometry NOT NULL, n int AS (a + 1) VIRTUAL, pid int, KEY i (a), KEY f (pid), CONSTRAINT fk FOREIGN KEY (b) REFERENCES p (id));
CREATE TABLE gs (id int PRIMARY KEY, st int AS (id + 1) STORED);
CREATE TABLE nopk (id int NOT NULL, a int) ENGINE=InnoDB;
CREATE TABLE h (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2;`;

const EXAMPLES: Readonly<Record<string, string>> = {
  'add-column': 'ALTER TABLE nopk ADD z int FIRST',
  'add-column-auto-increment': 'ALTER TABLE nopk ADD z int AUTO_INCREMENT UNIQUE',
  'add-column-stored': 'ALTER TABLE t ADD z int AS (a + 1) STORED',
  'drop-column': 'ALTER TABLE t DROP COLUMN w',
  'drop-column-stored': 'ALTER TABLE gs DROP COLUMN st',
  'rename-column': 'ALTER TABLE t RENAME COLUMN w TO z',
  'reorder-column': 'ALTER TABLE nopk MODIFY a int FIRST',
  'reorder-generated-column': 'ALTER TABLE t MODIFY n int AS (a + 1) VIRTUAL FIRST',
  'set-default': 'ALTER TABLE t ALTER a SET DEFAULT 1',
  'change-type': 'ALTER TABLE t MODIFY a bigint',
  'extend-varchar': 'ALTER TABLE t MODIFY v varchar(30)',
  'extend-varchar-past-255': 'ALTER TABLE t MODIFY v varchar(300)',
  'extend-enum': "ALTER TABLE t MODIFY e enum('x','y','z')",
  'set-not-null': 'ALTER TABLE t MODIFY a int NOT NULL',
  'drop-not-null': 'ALTER TABLE nopk MODIFY id int NULL',
  'add-index': 'ALTER TABLE t ADD INDEX z (v)',
  'add-fulltext-index': 'ALTER TABLE t ADD FULLTEXT INDEX z (tx)',
  'add-spatial-index': 'ALTER TABLE t ADD SPATIAL INDEX z (g)',
  'drop-index': 'ALTER TABLE t DROP INDEX i',
  'rename-index': 'ALTER TABLE t RENAME INDEX i TO j',
  'add-primary-key': 'ALTER TABLE nopk ADD PRIMARY KEY (id)',
  'drop-primary-key': 'ALTER TABLE t DROP PRIMARY KEY',
  'add-foreign-key': 'ALTER TABLE t ADD CONSTRAINT z FOREIGN KEY (pid) REFERENCES p (id)',
  'add-foreign-key-unchecked': 'SET foreign_key_checks = 0; ALTER TABLE t ADD CONSTRAINT z FOREIGN KEY (pid) REFERENCES p (id)',
  'drop-foreign-key': 'ALTER TABLE t DROP FOREIGN KEY fk',
  'add-check': 'ALTER TABLE t ADD CONSTRAINT z CHECK (a > 0)',
  'convert-charset': 'ALTER TABLE t CONVERT TO CHARACTER SET latin1',
  'rebuild-table': 'ALTER TABLE t FORCE',
  'rename-table': 'ALTER TABLE t RENAME TO z',
  'partition-table': 'ALTER TABLE nopk PARTITION BY HASH (id)',
  'add-hash-partition': 'ALTER TABLE h ADD PARTITION PARTITIONS 1',
  'rebuild-partition': 'ALTER TABLE h COALESCE PARTITION 1',
  'optimize-partition': 'ALTER TABLE h OPTIMIZE PARTITION p0',
  'encrypt-table': "ALTER TABLE t ENCRYPTION = 'Y'",
};

/** What stands in the way of asking MariaDB. */
const UNASKED: Readonly<Record<string, string>> = {
  'partition-table': 'MariaDB takes no ALGORITHM beside a clause about partitions',
  'add-hash-partition': 'the same',
  'rebuild-partition': 'the same',
  'optimize-partition': 'the same',
  'encrypt-table': 'MariaDB has ENCRYPTED, which needs a plugin',
  'ask-copy': 'what the statement asks for itself',
  'ask-lock-shared': 'the same',
  'ask-lock-exclusive': 'the same',
  'write-all-rows': 'no ALTER TABLE',
};

/** What MariaDB 10.11 does, where it is not what the manual of MySQL 8.0 says. */
const DIFFERENCES: Readonly<Record<string, readonly [does: string, reason: string]>> = {
  'drop-column-stored': ['INSTANT, writes go on', 'since 10.4 MariaDB drops columns by metadata alone'],
  'reorder-column': ['INSTANT, writes go on', 'since 10.4 MariaDB moves columns by metadata alone'],
  'extend-varchar': ['INSTANT, writes go on', 'MariaDB calls every change of metadata alone INSTANT'],
  'rename-index': ['INSTANT, writes go on', 'the same'],
  'add-foreign-key-unchecked': ['INSTANT, writes go on', 'the same'],
  'drop-foreign-key': ['INSTANT, writes go on', 'the same'],
  'extend-varchar-past-255': ['INSTANT, writes go on', 'MariaDB reads rows with one length byte beside those with two'],
  'convert-charset': ['COPY, writes wait', 'MariaDB rebuilds texts of another character set only in a copy'],
};

const ALGORITHMS = ['INSTANT', 'INPLACE', 'COPY'] as const;

let judge: Judge;
let engine: Engine;

/** The best algorithm that MariaDB accepts for a statement, and whether writes may go on meanwhile. */
const bestOf = async (sql: string): Promise<string> => {
  const statements = sql.split('; ');
  const alter = statements.pop() ?? '';
  const attempt = async (options: string): Promise<string | null> => {
    await resetDatabase(judge.connection);
    for (const statement of [...SCHEMA.split(';\n'), ...statements]) await judge.connection.query(statement.replace(/;$/, ''));
    return runIn(judge.connection, `${alter}${options}`);
  };
  for (const algorithm of ALGORITHMS) {
    if ((await attempt(`, ALGORITHM=${algorithm}`)) !== null) continue;
    if (algorithm === 'INSTANT') return 'INSTANT, writes go on';
    return (await attempt(`, ALGORITHM=${algorithm}, LOCK=NONE`)) === null ? `${algorithm}, writes go on` : `${algorithm}, writes wait`;
  }
  return `refused: ${await attempt('')}`;
};

test('every row has an example', () => {
  expect([...MYSQL_HAZARDS.keys()].filter((id) => !(id in EXAMPLES) && !(id in UNASKED))).toEqual([]);
});

describe('the replay finds the row', () => {
  beforeAll(async () => {
    const loaded = await loadEngine('mysql');
    if (!loaded) throw new Error('no engine for MySQL');
    engine = loaded;
  });
  for (const [id, sql] of Object.entries(EXAMPLES)) {
    test(sql, () => {
      const file = (text: string) => [sqlFile({ id: '1', path: '1.sql', content: '' }, text)];
      const start = replay(file(SCHEMA), engine).schema;
      const { actions, refusals, unreadable } = replay(file(sql), engine, start);
      expect([refusals, unreadable]).toEqual([[], []]);
      expect(actions.map((action) => action.hazard)).toContain(id);
    });
  }
});

describe.skipIf(whyNoDatabase !== null)('MariaDB does as the row says', () => {
  beforeAll(async () => {
    judge = await startDatabase();
  });
  afterAll(() => judge?.stop());
  for (const [id, sql] of Object.entries(EXAMPLES)) {
    test.skipIf(id in UNASKED)(`${id}${id in UNASKED ? `: ${UNASKED[id]}` : ''}`, async () => {
      const row = MYSQL_HAZARDS.get(id);
      const said = `${row?.algorithm}, writes ${row?.allowsWrites ? 'go on' : 'wait'}`;
      const [does] = DIFFERENCES[id] ?? [said];
      expect(DIFFERENCES[id]?.[0]).not.toBe(said);
      expect(await bestOf(sql)).toBe(does);
    });
  }
});

test.skipIf(whyNoDatabase === null)(`MySQL's hazards are not compared: ${whyNoDatabase}`, () => {});
