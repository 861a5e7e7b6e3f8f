// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs under test contain templates
import { describe, expect, test } from 'vitest';
import { accessesIn, saidAll } from './repository.ts';

/** Cuts out the marks around names: the text without them, and `line:column name` of each. */
function unmarked(text: string): { source: string; marks: string[] } {
  let source = '';
  const marks: string[] = [];
  for (const part of text.split(/(«[^»]*»)/)) {
    const name = /^«(.*)»$/s.exec(part)?.[1];
    if (name !== undefined) {
      const before = source.split('\n');
      marks.push(`${before.length}:${(before.at(-1)?.length ?? 0) + 1} ${name}`);
    }
    source += name ?? part;
  }
  return { source, marks: marks.sort() };
}

/** `line:column text` of every column that is named, as the file has it there. */
async function columnsIn(source: string, more: Record<string, string> = {}, isMysql = false): Promise<string[]> {
  const found = await accessesIn({ ...more, 'src/a.ts': source }, { prisma: false, isMysql });
  const named = found.filter((a) => a.column !== null && a.how === 'named' && a.column !== 'xx' && a.location.file === 'src/a.ts');
  return [
    ...new Set(
      named.map(
        ({ location: { line, column, endColumn } }) =>
          `${line}:${column} ${source.split('\n')[line - 1]?.slice(column - 1, endColumn - 1)}`,
      ),
    ),
  ].sort();
}

describe('every name of a column is found where it is written', () => {
  test.each([
    ['pg', "pool.query('SELECT «name», «email» FROM users WHERE «id» = $1', [id]);"],
    ['double quotes', 'pool.query("SELECT «name» FROM users");'],
    ['a template over lines', 'pool.query(`\n  SELECT «name»,\n         «email»\n  FROM users\n`);'],
    ['holes for values', 'sql`SELECT «name» FROM users WHERE «id» = ${id} AND «email» = ${email}`;'],
    ['holes in lists', 'sql`SELECT «name» FROM users WHERE «id» IN (${ids}) ORDER BY «email» LIMIT ${limit}`;'],
    ['a hole for a condition', 'sql`SELECT «name» FROM users ${where} ORDER BY «email»`;'],
    ['a hole for a list of columns', 'sql`SELECT ${columns} FROM users WHERE «email» = 1`;'],
    ['question marks', "knex.raw('SELECT «name» FROM users WHERE «email» = ? AND «id» = ?', [1, 2]);"],
    ['double question marks', "knex.raw('SELECT ?? FROM users WHERE «email» = ?', ['name', 1]);"],
    ['colons', "db.query('SELECT «name» FROM users WHERE «email» = :email AND «team_id» = :teamId', {});"],
    ['at signs', "db.query('SELECT «name» FROM users WHERE «email» = @email', {});"],
    ['braces', "rawQuery('SELECT «name» FROM users WHERE «email» = {{email::text}} AND «team_id» = {{t::uuid}}', {});"],
    ['casts', "pool.query('SELECT «id»::uuid FROM users WHERE «email» = $1::text', []);"],
    ['concatenation', "pool.query('SELECT «name» ' + 'FROM users ' + 'WHERE «email» = $1');"],
    ['concatenation with a value', "pool.query('SELECT «name» FROM users WHERE «email» = ' + quoted + ' AND «team_id» IS NULL');"],
    ['quoted names', 'pool.query(\'SELECT «"userId"», «"order"» FROM "Audit"\');'],
    ['UPDATE', "pool.query('UPDATE users SET «email» = $2, «name» = lower(«name») WHERE «id» = $1');"],
    ['INSERT', "pool.query('INSERT INTO users («id», «name», «email») VALUES ($1, $2, $3) RETURNING «id»');"],
    ['DELETE', "pool.query('DELETE FROM users WHERE «email» IS NULL');"],
    ['a subquery', "pool.query('SELECT «name» FROM users WHERE «id» IN (SELECT «author_id» FROM posts WHERE «title» IS NULL)');"],
    ['a CTE', "pool.query('WITH u AS (SELECT «id», «email» FROM users) SELECT 1 FROM u');"],
    ['a type argument', "pool.query<{ email: string }>('SELECT «email» FROM users');"],
    ['letters of many bytes before it', "pool.query('SELECT /* ä€😀 */ «email», \\'ü\\' FROM users');"],
    ['Unicode in a template', "sql`SELECT '€😀' AS sign, «email» FROM users`;"],
    ['an escaped line break before it', "pool.query('SELECT «name»,\\n «email» FROM users');"],
    ['an escaped quote before it', "pool.query('SELECT \\'a\\' AS a, «email» FROM users');"],
    ['tabs and CRLF', 'pool.query(`SELECT\t«name»,\r\n\t«email»\r\nFROM users`);'],
    ['a variable that grows', "let q = 'SELECT «name» ';\nq += 'FROM users';\nif (x) q += ' WHERE «email» = $1';\npool.query(q);"],
    ['a variable that is added to itself', "let q = 'SELECT «name» FROM users';\nq = q + ' ORDER BY «email»';\npool.query(q);"],
    [
      'a variable with several texts',
      "let order = '«id»';\nif (x) order = '«email»';\npool.query(`SELECT «name» FROM users ORDER BY ${order}`);",
    ],
    [
      'conditions in a list',
      'const and = [sql`«name» = 1`];\nand.push(sql`u.«email» = 2`);\nsql`SELECT «id» FROM users u WHERE ${sql.join(and, sql` AND `)}`;'.replace(
        'u.«email»',
        '«u.email»',
      ),
    ],
    ['lines in a list', "const lines = ['SELECT «name»'];\nlines.push('FROM users', 'WHERE «email» = $1');\npool.query(lines.join(' '));"],
    ['a beginning kept elsewhere', 'const start = sql`SELECT «name», «email»`;\nsql`${start} FROM users`;'],
    ['a fragment that a function makes', 'const where = (x) => sql`WHERE «email» = ${x}`;\nsql`SELECT «name» FROM users ${where(1)}`;'],
  ])('%s', async (name, text) => {
    const { source, marks } = unmarked(text);
    const starts = (places: readonly string[]): string[] => places.map((place) => place.replace(/^(\S+) u\.\w+$/, '$1 u'));
    expect(starts(await columnsIn(source)), name).toEqual(starts(marks));
  });

  test('with the table in front', async () => {
    const { source, marks } = unmarked("pool.query('SELECT «u.name», «p.title» FROM users u JOIN posts p ON «p.author_id» = «u.id»');");
    const starts = (places: readonly string[]): string[] => places.map((place) => place.split(' ')[0] ?? '');
    expect(starts(await columnsIn(source))).toEqual(starts(marks));
  });
});

describe('text kept elsewhere', () => {
  const names = async (files: Record<string, string>): Promise<string[]> =>
    saidAll((await accessesIn(files, { prisma: false })).filter((a) => a.column !== null));

  test.each<[string, Record<string, string>]>([
    ['a constant of the file', { 'a.ts': "const q = 'SELECT email FROM users';\npool.query(q);" }],
    [
      'a constant of another file',
      { 'q.ts': "export const q = 'SELECT email FROM users';", 'a.ts': "import { q } from './q.js';\npool.query(q);" },
    ],
    ['a fragment in a constant', { 'a.ts': "const columns = 'email';\npool.query(`SELECT ${columns} FROM users`);" }],
    [
      'a fragment of another file',
      {
        'q.ts': "export const COLUMNS = 'email';",
        'a.ts':
          "import { COLUMNS } from './q.js';\nsql`SELECT ${sql.raw(COLUMNS)} FROM users`;\npool.query('SELECT ' + COLUMNS + ' FROM users');",
      },
    ],
    ['a table in a constant', { 'a.ts': "const table = 'users';\npool.query(`SELECT email FROM ${table}`);" }],
    ['one of two fragments', { 'a.ts': "pool.query(`SELECT ${isNew ? 'email' : 'email'} FROM users`);" }],
  ])('%s', async (_, files) => {
    expect(await names(files)).toEqual(['read users.email']);
  });

  test('both sides of a condition', async () => {
    expect(await names({ 'a.ts': "pool.query(`SELECT ${isNew ? 'email' : 'image_url'} FROM users`);" })).toEqual([
      'read users.email',
      'read users.image_url',
    ]);
  });

  test('SQL that no parser accepts is searched for names of its tables', async () => {
    const found = await accessesIn(
      { 'a.ts': 'pool.query(`SELECT u.email FROM users u WHERE ((( ${x} AND title = 1`);' },
      { prisma: false },
    );
    expect(saidAll(found)).toContain('read users.email');
    expect(found.every((a) => a.confidence !== 'high')).toBe(true);
  });
});

describe('parts of statements that nobody is seen to put together', () => {
  test('name tables themselves and columns by their aliases, not guessed', async () => {
    const source =
      'export const from = (id) => Prisma.sql`FROM users u JOIN posts p ON p.author_id = u.id WHERE u.email = ${id} AND title = 1`;';
    const found = await accessesIn({ 'a.ts': source }, { prisma: false });
    expect(saidAll(found)).toEqual(['read posts', 'read posts.author_id', 'read users', 'read users.email', 'read users.id']);
    expect(found.every((a) => a.confidence === 'medium')).toBe(true);
  });

  test('values of a query are not its text', async () => {
    const source = "let field = 'email';\nif (x) field = 'image_url';\nsql`SELECT name FROM users WHERE id = ${field}`;";
    expect(saidAll(await accessesIn({ 'a.ts': source }, { prisma: false }))).toEqual(['read users', 'read users.id', 'read users.name']);
  });
});

describe('a client of another database of the same kind', () => {
  const confidences = async (variable: string): Promise<string[]> => {
    const pools = `import { Pool } from 'pg';\nexport const main = new Pool({ connectionString: process.env.DATABASE_URL });\nexport const other = new Pool({ connectionString: process.env.${variable} });`;
    const use = "import { other } from './pools.js';\nother.query('SELECT email FROM users');";
    const found = await accessesIn({ 'pools.ts': pools, 'use.ts': use }, { prisma: false });
    return [...new Set(found.map((a) => a.confidence))];
  };

  test('is doubted, not dropped', async () => {
    expect(await confidences('NOTIFICATION_DB_URL')).toEqual(['low']);
  });

  test.each(['DIRECT_URL', 'POSTGRES_PRISMA_URL', 'DATABASE_URL_REPLICA'])('%s is the same one', async (variable) => {
    expect(await confidences(variable)).toEqual(['high']);
  });
});

describe('what is no use of the schema', () => {
  test.each([
    ['prose that begins like a statement', "const text = 'Select email from the list of users';"],
    ['another database', "clickhouse.query({ query: 'SELECT email FROM users' });"],
    ['a label that happens to parse', "const label = 'Delete from users';"],
    [
      'a client of another package',
      "import { createClient } from '@clickhouse/client';\nconst ch = createClient();\nch.query({ query: 'SELECT email FROM users' });",
    ],
    ['a table of no schema', "pool.query('SELECT email FROM strangers');"],
    ['an alias of that name', "pool.query('SELECT name AS email FROM users');"],
    ['a string in the query', 'pool.query("SELECT name FROM users WHERE name = \'email\'");'],
    ['a comment in the query', "pool.query('SELECT name FROM users -- email');"],
    ['a column of a CTE', "pool.query('WITH x AS (SELECT 1 AS email) SELECT x.email FROM x, users');"],
  ])('%s', async (_, source) => {
    const found = await accessesIn({ 'a.ts': source }, { prisma: false });
    expect(saidAll(found.filter((a) => a.column === 'email' && a.confidence !== 'low'))).toEqual([]);
  });
});

describe('rows without a list of columns', () => {
  const all = async (source: string): Promise<string[]> =>
    saidAll((await accessesIn({ 'a.ts': source }, { prisma: false })).filter((a) => a.table === 'users'));

  test('INSERT without columns writes them all', async () => {
    const found = await all("pool.query('INSERT INTO users VALUES ($1, $2)');");
    expect(found).toEqual([
      'write users',
      'write users.email',
      'write users.id',
      'write users.image_url',
      'write users.name',
      'write users.team_id',
    ]);
  });

  test('* reads the fields that the function looks at', async () => {
    const found = await all(
      "async function f() {\n  const { rows } = await pool.query('SELECT * FROM users');\n  return rows[0].email;\n}\nfunction g(x: { image_url: string }) {\n  return x.image_url;\n}",
    );
    expect(found).toContain('read users.email');
    expect(found).not.toContain('read users.image_url');
  });
});

describe('the object of SET ? names columns where its keys are written', () => {
  test.each([
    ['alone', "const run = () => pool.query('UPDATE users SET ? WHERE «id» = 1', { «name», «email»: 1 });"],
    ['in a list', "const run = () => pool.query('INSERT INTO users SET ?', [{ «id»: 1, «email»: null }]);"],
    ['of several placeholders', "const run = () => pool.query('UPDATE users SET ? WHERE «id» = ?', [{ «email» }, 1]);"],
    ['kept elsewhere', "const row = { «id»: 1, ...rest };\nconst run = () => pool.query('INSERT INTO users SET ?', row);"],
    ['what is not known stays unknown', "const run = (row) => pool.query('UPDATE users SET ? WHERE «id» = 1', row);"],
  ])('%s', async (_title, text) => {
    const { source, marks } = unmarked(text);
    expect(await columnsIn(source, {}, true)).toEqual(marks);
  });
});
