/** Guards that accesses have from their callers, and the entry points that lead to them, across files. */
import { describe, expect, test } from 'vitest';
import type { EvaluatorConfig } from '../../src/config/types.ts';
import { hits, say, trace } from './traces.ts';

const flags = {
  'flags.ts': `import F from 'featureflow-node-sdk'; const client = new F.Client(); export const isOn = (key) => client.evaluate(key, u).isOn();`,
};
const on = `import { isOn } from './flags';`;

/** Guards of every `hit()`, in the order of files and places. */
async function guardsIn(files: Record<string, string>, evaluators: EvaluatorConfig[] = []): Promise<string[]> {
  const { items } = await trace({ ...flags, ...files }, evaluators);
  return items.map((item) => item.guards.map(say).join(' & ') || '-');
}

const inherit: [string, Record<string, string>, string[]][] = [
  [
    'a function whose only call is guarded',
    { 'a.ts': `${on} export function load() { hit() } export function run() { if (isOn('k')) load() }` },
    ['k = true'],
  ],
  [
    'across files, through a barrel and another name',
    {
      'load.ts': `export function load() { hit() } export default async () => hit()`,
      'index.ts': `export { load as read } from './load'; export * from './load'`,
      'run.ts': `${on} import { read } from './index'; import anything from './load'; export const run = () => { if (!isOn('k')) return; read(); anything() }`,
    },
    ['k = true', 'k = true'],
  ],
  [
    'one caller is open',
    {
      'load.ts': `export const load = () => hit()`,
      'a.ts': `${on} import { load } from './load'; if (isOn('k')) load()`,
      'b.ts': `import { load } from './load'; load()`,
    },
    ['-'],
  ],
  ['an exported function that nothing calls', { 'a.ts': `export function load() { hit() }` }, ['-']],
  [
    'what every caller has in common',
    {
      'a.ts': `${on} function load() { hit() } export function x() { if (isOn('k') && isOn('l')) load() } export function y() { if (isOn('k') && !isOn('l')) load() }`,
    },
    ['k = true'],
  ],
  [
    'recursion takes nothing away',
    { 'a.ts': `${on} function walk(n) { hit(); walk(n.next) } export function run() { if (isOn('k')) walk(x) }` },
    ['k = true'],
  ],
  [
    'a circle that anyone can enter',
    {
      'a.ts': `${on} export function a() { b(); g() } function b() { a() } function g() { hit() } export function run() { if (isOn('k')) g() }`,
    },
    ['-'],
  ],
  [
    'an injected service',
    {
      'service.ts': `export class UserService { async find() { hit() } }`,
      'controller.ts': `${on} import { UserService } from './service'; export class UserController { constructor(private readonly users: UserService) {} async get() { if (isOn('k')) return this.users.find(); return null } }`,
      'other.ts': `import { Repository } from 'typeorm'; export class Other { constructor(private readonly rows: Repository) {} async get() { return this.rows.find() } } const list = [1]; list.find((x) => x); class Own { find() {} } new Own().find()`,
    },
    ['k = true'],
  ],
  [
    'a receiver that cannot be resolved takes guards away',
    {
      'service.ts': `export class UserService { async find() { hit() } }`,
      'a.ts': `${on} import { UserService } from './service'; const s = new UserService(); export const a = () => isOn('k') && s.find()`,
      'b.ts': `export const b = (something) => something.find()`,
    },
    ['-'],
  ],
  [
    'a private method, by this and by super',
    {
      'a.ts': `${on} export class Base { protected save() { hit() } } export class Own extends Base { run() { if (isOn('k')) this.save() } again() { if (isOn('k')) super.save() } }`,
    },
    ['k = true'],
  ],
  [
    'members of an object',
    {
      'service.ts': `function load() { hit() } export const service = { load, async save() { hit() } }`,
      'a.ts': `${on} import { service } from './service'; export function a() { if (isOn('k')) { service.load(); service.save() } }`,
    },
    ['k = true', 'k = true'],
  ],
  [
    'an object that is handed on',
    {
      'service.ts': `export const service = { async save() { hit() } }`,
      'a.ts': `${on} import { service } from './service'; import { register } from 'x'; register(service); export function a() { if (isOn('k')) service.save() }`,
    },
    ['-'],
  ],
  [
    'callbacks hold what their place does',
    { 'a.ts': `${on} function each(x) { hit() } export function run() { if (isOn('k')) { list.map(each); list.map((x) => hit()) } }` },
    ['k = true', 'k = true'],
  ],
  [
    'bind, call and apply',
    {
      'a.ts': `${on} function f() { hit() } export function run() { if (isOn('k')) { f.call(this); f.apply(this, []); later(f.bind(this)) } }`,
    },
    ['k = true'],
  ],
  [
    'a flag given as a parameter',
    {
      'a.ts': `export function load(id, useNew = false) { if (useNew) hit(); else hit() } export const all = ({ enableX }) => enableX && hit()`,
      'b.ts': `${on} import { load, all } from './a'; export async function b() { load(1, isOn('k')); load(2, isOn('k') && x); load(3); all({ enableX: isOn('k') }); all({ enableX: isOn('k'), y }) }`,
    },
    ['k = true', '-', 'k = true'],
  ],
  [
    'a parameter that one caller gives something else, and one that is given a new value',
    {
      'a.ts': `export function load(useNew) { if (useNew) hit() } export function other(useNew) { useNew = x; if (useNew) hit() }`,
      'b.ts': `${on} import { load, other } from './a'; load(isOn('k')); load(x); other(isOn('k'))`,
    },
    ['-', '-'],
  ],
  [
    'props of a component',
    {
      'child.tsx': `type Props = { enableX: boolean; row: Row }; export default function Child({ enableX, row }: Props) { if (!enableX || !row) return null; return <p>{hit()}</p> }`,
      'fields.tsx': `export const Fields = (props: { enableX?: boolean }) => <>{props.enableX && hit()}{hit()}</>;`,
      'memo.tsx': `import { memo } from 'react'; const Inner = (props) => { const { enableX } = props; return enableX ? hit() : null }; export const Kept = memo(Inner);`,
      'page.tsx': `${on} import Child from './child'; import { Fields } from './fields'; import { Kept } from './memo'; export const Page = () => { const enabled = isOn('k'); return <><Child enableX={enabled} row={row} /><Fields {...rest} enableX={isOn('k')} /><Fields /><Kept enableX={isOn('k')} /></> }`,
    },
    ['k = true', 'k = true', '-', 'k = true'],
  ],
  [
    'hooks and helpers between',
    {
      'use.ts': `export function useRows() { return hit() }`,
      'page.tsx': `${on} import { useRows } from './use'; function List() { const rows = useRows(); return <p>{rows}</p> } export const Page = () => isOn('k') ? <List /> : null`,
    },
    ['k = true'],
  ],
  [
    'a module loaded at run time',
    {
      'load.ts': `export function load() { hit() }`,
      'a.ts': `${on} if (isOn('k')) { const { load } = await import('./load'); load() } async function b() { (await import('./load')).load() }`,
    },
    ['-'],
  ],
  [
    'a handler of a framework',
    {
      'a.ts': `${on} import express from 'express'; const app = express(); function handler() { hit() } app.get('/x', handler); if (isOn('k')) handler()`,
    },
    ['-'],
  ],
];

describe('guards of callers', () => {
  test.each(inherit)('%s', async (_, files, expected) => {
    expect(await guardsIn(files)).toEqual(expected);
  });

  test('name the call they hold at', async () => {
    const { items } = await trace({
      ...flags,
      'a.ts': `${on}\nfunction load() { hit() }\nexport function run() { if (isOn('k')) load() }`,
    });
    expect(items[0]?.guards[0]?.via).toMatchObject({ file: 'a.ts', line: 3, column: 40 });
  });

  test('a name that too many files have is given up, and said', async () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`m${i}.ts`, `x.get()`]));
    const { items, limits } = await trace({ ...flags, ...many, 'a.ts': `${on} class A { get() { hit() } } if (isOn('k')) new A().get()` });
    expect(items.map((item) => item.guards)).toEqual([[]]);
    expect(limits).toEqual([{ name: 'a.ts:1', reason: '101 files mention its name' }]);
  });
});

const entries: [string, Record<string, string>, string[]][] = [
  [
    'express',
    { 'a.ts': `import express from 'express'; const app = express(); app.get('/users', wrap(async () => { hit() }))` },
    ['request express GET /users'],
  ],
  [
    'a router by name',
    { 'a.ts': `import { find } from './b'; router.post('/x', auth, find)`, 'b.ts': `export const find = async () => hit()` },
    ['request express POST /x'],
  ],
  [
    'nest',
    {
      'a.ts': `import { Controller, Get } from '@nestjs/common'; import { S } from './s'; @Controller('x') class C { constructor(private s: S) {} @Get(':id') one() { return this.s.load() } }`,
      's.ts': `import { Cron } from '@nestjs/schedule'; export class S { load() { hit() } @Cron('* * * * *') nightly() { this.load() } onModuleInit() { this.load() } }`,
    },
    ['request nest C.one', 'job nest S.nightly', 'start-up nest S.onModuleInit'],
  ],
  [
    'next',
    {
      'app/api/x/route.ts': `export async function GET() { hit() }`,
      'pages/api/y.ts': `export default function handler() { hit() }`,
      'src/actions.ts': `'use server'; export async function save() { hit() }`,
      'pages/z.tsx': `export const getServerSideProps = wrap(async () => { hit() }); export default function Z() { return <p>{hit()}</p> }`,
    },
    [
      'request next app/api/x/route.ts GET',
      'request next pages/api/y.ts default',
      'request next pages/z.tsx getServerSideProps',
      'component next pages/z.tsx default',
      'request next save',
    ],
  ],
  [
    'trpc, inngest, bullmq, cron, trigger.dev',
    {
      'a.ts': `import { Worker } from 'bullmq'; import cron from 'node-cron'; import { task } from '@trigger.dev/sdk/v3'; export const r = router({ list: publicProcedure.input(z).query(async () => { hit() }) }); export const f = inngest.createFunction({ id: 'x' }, { event: 'e' }, async () => { hit() }); new Worker('mail', async () => { hit() }); cron.schedule('* * * * *', () => hit()); export const t = task({ id: 't', run: async () => { hit() } })`,
    },
    ['request trpc', 'job inngest', 'job bullmq', 'job node-cron', 'job trigger.dev'],
  ],
  ['remix', { 'app/routes/x.tsx': `export async function loader() { hit() }` }, ['request remix']],
  [
    'module level, scripts, components, nobody',
    {
      'a.ts': `hit()`,
      'scripts/b.ts': `function main() { hit() } main()`,
      'c.tsx': `export const Card = () => <p>{hit()}</p>`,
      'd.ts': `export function lonely() { hit() }`,
    },
    ['start-up - a.ts', 'component react Card', 'unknown - lonely', 'script - scripts/b.ts'],
  ],
];

describe('entry points', () => {
  test.each(entries)('%s', async (_, files, expected) => {
    const { items } = await trace(files);
    const found = items.flatMap((item) => (item.entries ?? []).map(({ kind, framework, name }) => `${kind} ${framework ?? '-'} ${name}`));
    expect(found.map((one, at) => one.slice(0, (expected[at] ?? one).length))).toEqual(expected);
    expect(found.length).toBe(expected.length);
  });
});

test('places are found again by their spans', async () => {
  expect(await hits({ 'a.ts': `hit();\nfunction f() { return hit() }` })).toEqual([
    { file: 'a.ts', line: 1, column: 1, endLine: 1, endColumn: 6 },
    { file: 'a.ts', line: 2, column: 23, endLine: 2, endColumn: 28 },
  ]);
});
