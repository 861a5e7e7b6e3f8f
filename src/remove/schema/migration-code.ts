/**
 * A contract migration in TypeScript or JavaScript: raw SQL in the shape that a runner's migrations have.
 * Input: name, statements, style of the model. Output: source text; null for a runner whose migrations have no shape of their own.
 */
import type { Dialect } from '../../migrations/types.ts';
import type { MigrationBody } from './migration-file.ts';
import type { MigrationName } from './migration-name.ts';

export interface CodeStyle {
  readonly layout: string;
  readonly dialect: Dialect;
  readonly isTypeScript: boolean;
  /** ES modules, not `module.exports`. */
  readonly isModule: boolean;
  readonly quote: '"' | "'";
  readonly indent: string;
  /** umzug: `up({ context: queryInterface })`. */
  readonly hasContext: boolean;
  readonly overrides: boolean;
  readonly isDefault: boolean;
  readonly isStrict: boolean;
}

interface Runner {
  /** How `up` is called, untyped and typed. */
  readonly parameter: string;
  readonly typed?: string;
  readonly imports?: (style: CodeStyle) => string[];
  /** One statement run; `sql` is a string literal. */
  run(sql: string, style: CodeStyle): string;
}

const RUNNERS: ReadonlyMap<string, Runner> = new Map<string, Runner>([
  [
    'knex',
    {
      parameter: 'knex',
      typed: 'knex: Knex',
      imports: ({ quote }) => [`import type { Knex } from ${quote}knex${quote};`],
      run: (sql) => `await knex.raw(${sql});`,
    },
  ],
  [
    'sequelize',
    {
      parameter: 'queryInterface',
      typed: 'queryInterface: QueryInterface',
      imports: ({ quote }) => [`import type { QueryInterface } from ${quote}sequelize${quote};`],
      run: (sql) => `await queryInterface.sequelize.query(${sql});`,
    },
  ],
  [
    'node-pg-migrate',
    {
      parameter: 'pgm',
      typed: 'pgm: MigrationBuilder',
      imports: ({ quote }) => [`import type { MigrationBuilder } from ${quote}node-pg-migrate${quote};`],
      run: (sql) => `pgm.sql(${sql});`,
    },
  ],
  [
    'kysely',
    {
      parameter: 'db',
      typed: 'db: Kysely<unknown>',
      run: (sql) => `await sql.raw(${sql}).execute(db);`,
    },
  ],
  ['db-migrate', { parameter: 'db', run: (sql) => `await db.runSql(${sql});` }],
]);

export function codeMigration(name: MigrationName, body: MigrationBody, style: CodeStyle): string | null {
  if (style.layout === 'typeorm') return typeormClass(name, body, style);
  if (style.layout === 'mikro-orm') return mikroOrmClass(name, body, style);
  const runner = RUNNERS.get(style.layout);
  if (runner === undefined) return null;
  const strict = style.isStrict ? `${style.quote}use strict${style.quote};\n\n` : '';
  return `${strict}${functions(runner, body, style)}`;
}

/** A literal that means exactly the text, in the style's quotes. */
function literal(text: string, { quote, layout, dialect }: CodeStyle): string {
  // Knex for PostgreSQL puts a parameter in the place of every `?` that is not escaped.
  const given = layout === 'knex' && dialect === 'postgres' ? text.replaceAll('?', '\\?') : text;
  const inner = JSON.stringify(given)
    .slice(1, -1)
    .replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return quote === '"' ? `"${inner}"` : `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

const IRREVERSIBLE = '// There is no way down: the data is gone.';

const down = ({ down: statements }: MigrationBody, run: (statement: string) => string): string[] =>
  statements === null ? [IRREVERSIBLE] : ['// The values do not come back.', ...statements.map(run)];

const up = ({ comment, up: statements }: MigrationBody, run: (statement: string) => string): string[] => [
  `// ${comment}`,
  ...statements.map(run),
];

const indented = (lines: readonly string[], by: string): string => lines.map((line) => `${by}${line}`).join('\n');

function functions(runner: Runner, body: MigrationBody, style: CodeStyle): string {
  const { isTypeScript, isModule, indent, hasContext, layout, isDefault } = style;
  const run = (statement: string): string => runner.run(literal(statement, style), style);
  const isContext = layout === 'sequelize' && hasContext;
  const name = isContext ? `{ context: ${runner.parameter} }` : runner.parameter;
  const type = isContext ? '{ context: QueryInterface }' : (runner.typed?.replace(/^\w+: /, '') ?? 'unknown');
  const parameter = isTypeScript ? `${name}: ${layout === 'db-migrate' ? '{ runSql(sql: string): Promise<unknown> }' : type}` : name;
  const result = isTypeScript ? ': Promise<void>' : '';
  const bodies = [
    ['up', indented(up(body, run), indent)],
    ['down', indented(down(body, run), indent)],
  ] as const;
  const method = (text: string): string => text.replaceAll(/^/gm, indent);
  const isObject = layout === 'sequelize' && !isContext && (isDefault || !isModule);
  const head = importsOf(runner, style);
  if (isObject) {
    const methods = bodies.map(([word, text]) => method(`async ${word}(${parameter})${result} {\n${text}\n},`)).join('\n\n');
    return `${head}${isModule ? 'export default' : 'module.exports ='} {\n${methods}\n};\n`;
  }
  const written = bodies.map(([word, text]) =>
    isModule
      ? `export async function ${word}(${parameter})${result} {\n${text}\n}\n`
      : `exports.${word} = async (${parameter})${result} => {\n${text}\n};\n`,
  );
  return `${head}${written.join('\n')}`;
}

function importsOf(runner: Runner, style: CodeStyle): string {
  const { layout, isTypeScript, isModule, quote } = style;
  if (layout === 'kysely') {
    const names = isTypeScript ? '{ type Kysely, sql }' : '{ sql }';
    return isModule ? `import ${names} from ${quote}kysely${quote};\n\n` : `const { sql } = require(${quote}kysely${quote});\n\n`;
  }
  const imports = isTypeScript ? (runner.imports?.(style) ?? []) : [];
  return imports.length === 0 ? '' : `${imports.join('\n')}\n\n`;
}

/** A class name that ends in the number, by which TypeORM sorts. */
const className = ({ slug, number }: MigrationName): string => {
  const words = slug.split(/[-_]+/).filter((word) => word !== '');
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return `${/^[A-Za-z]/.test(pascal) ? pascal : `Migration${pascal}`}${number.replace(/\D/g, '')}`;
};

function typeormClass(name: MigrationName, body: MigrationBody, style: CodeStyle): string {
  const { isTypeScript, isModule, quote, indent } = style;
  const own = className(name);
  const run = (statement: string): string => `await queryRunner.query(${literal(statement, style)});`;
  const parameter = isTypeScript ? 'queryRunner: QueryRunner' : 'queryRunner';
  const result = isTypeScript ? ': Promise<void>' : '';
  const word = isTypeScript ? 'public async' : 'async';
  const method = (named: string, lines: readonly string[]): string =>
    `${indent}${word} ${named}(${parameter})${result} {\n${indented(lines, indent + indent)}\n${indent}}\n`;
  const head = isTypeScript ? `import type { MigrationInterface, QueryRunner } from ${quote}typeorm${quote};\n\n` : '';
  const open = isModule ? `export class ${own}` : `module.exports = class ${own}`;
  const ended = isModule ? '}\n' : '};\n';
  const named = `${indent}name = ${quote}${own}${quote};\n\n`;
  const clause = isTypeScript ? ' implements MigrationInterface' : '';
  return `${head}${open}${clause} {\n${named}${method('up', up(body, run))}\n${method('down', down(body, run))}${ended}`;
}

function mikroOrmClass({ name }: MigrationName, body: MigrationBody, style: CodeStyle): string {
  const { isTypeScript, isModule, quote, indent, overrides } = style;
  const own = name.replace(/\.[cm]?[jt]s$/, '').replace(/\W/g, '_');
  const run = (statement: string): string => `this.addSql(${literal(statement, style)});`;
  const word = isTypeScript && overrides ? 'override async' : 'async';
  const result = isTypeScript ? ': Promise<void>' : '';
  const method = (named: string, lines: readonly string[]): string =>
    `${indent}${word} ${named}()${result} {\n${indented(lines, indent + indent)}\n${indent}}\n`;
  const source = `${quote}@mikro-orm/migrations${quote}`;
  const head = isModule ? `import { Migration } from ${source};\n\nexport class` : `const { Migration } = require(${source});\n\nclass`;
  const ended = isModule ? '}\n' : `}\n\nexports.${own} = ${own};\n`;
  return `${head} ${own} extends Migration {\n${method('up', up(body, run))}\n${method('down', down(body, run))}${ended}`;
}
