import { beforeAll, describe, expect, test } from 'vitest';
import { makeModule } from '../../src/code/module.ts';
import { chainDepth } from '../../src/parse/chains.ts';
import { isTypeScriptPath, loadTypeScript, parseTypeScript, parseTypeScriptTolerantly } from '../../src/parse/typescript.ts';

beforeAll(loadTypeScript);

const program = (path: string, text: string) => {
  const parsed = parseTypeScript(path, text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.program;
};

describe('the extension decides the dialect', () => {
  test.each([
    ['a.ts', 'const x = <T,>(y: T) => <T>y;'],
    ['a.tsx', 'const x = <T,>(y: T) => <p>{y as T}</p>;'],
    ['a.mts', 'export enum A { B = 1 }'],
    ['a.cts', 'import x = require("y"); export = x;'],
    ['a.js', 'const x = () => <p>text</p>;'],
    ['a.jsx', 'export default <></>;'],
    ['a.mjs', 'await import("x");'],
    ['a.cjs', 'return module.exports;'],
    ['a.d.ts', 'declare module "x" { export const a: string }'],
  ])('%s', (path, text) => {
    expect(isTypeScriptPath(path)).toBe(true);
    expect(program(path, text).body.length).toBeGreaterThan(0);
  });
  test('others are not read', () => {
    expect(['a.sql', 'a.json', 'ts', 'a.vue'].filter(isTypeScriptPath)).toEqual([]);
  });
});

test('offsets count UTF-16 units, spans lines and columns', () => {
  const text = '// é😀\nconst é = "😀"; here()';
  const module = makeModule('a.ts', text, program('a.ts', text));
  const call = module.nodes('CallExpression')[0];
  expect(call && text.slice(call.start, call.end)).toBe('here()');
  expect(call && module.span(call)).toEqual({ line: 2, column: 17, endLine: 2, endColumn: 23 });
});

describe('what cannot be read is said, with its place', () => {
  test('a syntax error', async () => {
    const text = 'const a = 1;\nconst = 2;';
    expect(await parseTypeScriptTolerantly('a.ts', text)).toEqual({ ok: false, reason: 'Unexpected token', line: 2, column: 7 });
  });
  test('a NUL byte', () => {
    expect(parseTypeScript('a.ts', 'const a = 1;\n\0')).toMatchObject({ ok: false, line: 2, reason: expect.stringContaining('NUL') });
  });
  test('what only the ESLint parser reads is read by it', async () => {
    const text = 'const a = 1 as number; enum B { C }';
    expect(parseTypeScript('a.js', text).ok).toBe(false);
    expect((await parseTypeScriptTolerantly('a.js', text)).ok).toBe(true);
  });
  test('an empty file is a program without statements', () => {
    expect(program('a.ts', '').body).toEqual([]);
  });
});

describe('what would overflow a parser is refused, quickly and alive', () => {
  const deep = 50_000;
  test.each([
    ['parentheses', '('.repeat(deep)],
    ['closed parentheses', `${'('.repeat(deep)}1${')'.repeat(deep)}`],
    ['arrays', '['.repeat(deep)],
    ['blocks', '{'.repeat(deep)],
    ['operators', `x = ${'1 + '.repeat(100_000)}1`],
    ['operators, one a line', `x = ${'1 +\n'.repeat(100_000)}1`],
    ['method chains', `a${'.b()'.repeat(deep)}`],
    ['method chains, one a line', `a${'\n  .b(1, 2)'.repeat(deep)}`],
    ['else if', `${'if (a) {} else '.repeat(deep)}{}`],
    ['else if, one a line', `${'if (a) {\n}\nelse '.repeat(deep)}{}`],
    ['ternaries', `${'a ? b : '.repeat(deep)}c`],
    ['negations', `${'!'.repeat(deep)}a`],
    ['await', `${'await '.repeat(deep)}a`],
    ['arrows', `${'a => '.repeat(deep)}1`],
    ['elements', `${'<a>'.repeat(deep)}${'</a>'.repeat(deep)}`],
    ['templates', '`${'.repeat(deep)],
    ['type arguments', `type A = ${'B<'.repeat(deep)}`],
    ['assignments', `${'a = '.repeat(deep)}1`],
  ])('%s', async (_, text) => {
    const started = performance.now();
    expect(await parseTypeScriptTolerantly('a.tsx', text)).toMatchObject({ ok: false, reason: 'nesting too deep to parse safely' });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('long code that is not deep is read', () => {
    const lines = Array.from({ length: 5_000 }, (_, n) => `export const a${n} = f(${n}).g({ h: [1, 2, 3] })`).join('\n');
    const list = `const big = [${'{ a: 1, b: "x" }, '.repeat(20_000)}]`;
    const chain = `x = ${'"part" + '.repeat(400)}""`;
    expect(program('a.ts', `${lines}\n${list}\n${chain}`).body).toHaveLength(5_002);
    expect(chainDepth(lines)).toBeLessThan(100);
  });
});

describe('JavaScript with Flow types is read without them', () => {
  const flow = `// @flow
import { type User, sequelize } from '../sequelize';
type Props = {| +id: string, name?: ?string |};
class Store<T> extends Base<T> { id: string; find(id: string, options?: { paranoid: boolean } = {}): Promise<?User> { return (this.get(id): any); } }
export default async function f(u: User): Promise<Array<string>> { const s = '😀'; return <p>{u.slackId}</p>; }`;

  test('positions stay', async () => {
    const parsed = await parseTypeScriptTolerantly('a.js', flow);
    if (!parsed.ok) throw new Error(parsed.reason);
    const module = makeModule('a.js', flow, parsed.program);
    const members = module.nodes('MemberExpression').map((node) => flow.slice(node.start, node.end));
    expect(members).toEqual(['this.get', 'u.slackId']);
  });
  test('without the pragma, where nothing else reads it', async () => {
    expect(await parseTypeScriptTolerantly('a.js', flow.replace('// @flow', ''))).toMatchObject({ ok: true });
  });
  test('what is no JavaScript in any dialect is refused', async () => {
    expect(await parseTypeScriptTolerantly('a.js', '// @flow\nclass {{{')).toMatchObject({ ok: false });
  });
});
