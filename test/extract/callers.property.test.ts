/**
 * The oracle for guards of callers is the code itself: generated programs of several files are run with every flag value
 * and every unknown; every place they reach must satisfy the guards claimed for it.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matches } from '../../src/flags/standing.ts';
import { trace } from './traces.ts';

/** How a function is declared, and how other files and the run say it. `@k@` stands for function k where it is used. */
const forms = ['function', 'arrow', 'default', 'renamed', 'method', 'static', 'injected', 'object', 'held', 'barrel'] as const;
type Form = (typeof forms)[number];
const count = 6;

const condition = fc.oneof(
  fc.constantFrom("isOn('a')", "!isOn('a')", "isOn('b')", 'p', '!p', 'q', 'x'),
  fc
    .tuple(fc.constantFrom("isOn('a')", "isOn('b')", 'p', 'x'), fc.constantFrom('&&', '||'), fc.constantFrom("isOn('b')", 'q', '!p', 'x'))
    .map(([l, op, r]) => `(${l} ${op} ${r})`),
);
const argument = fc.oneof(condition, fc.constantFrom('undefined', 'true'));
const callee = fc.nat({ max: count - 1 }).map((k) => `@${k}@`);
const given = fc.tuple(argument, argument).map(([p, q]) => `${p}, { q: ${q} }`);
const use = fc.oneof(
  fc.tuple(callee, given).map(([f, args]) => `${f}(${args});`),
  fc.tuple(callee, argument).map(([f, p]) => `${f}(${p});`),
  fc.tuple(callee, given).map(([f, args]) => `${f}.call(null, ${args});`),
  callee.map((f) => `[1].forEach(${f});`),
  fc.tuple(callee, given).map(([f, args]) => `[1].forEach(() => ${f}(${args}));`),
  fc.tuple(callee, given).map(([f, args]) => `{ const g = ${f}; g(${args}); }`),
  fc.tuple(callee, given).map(([f, args]) => `later(${f}, ${args});`),
);
const { block } = fc.letrec<{ block: string; statement: string }>((tie) => ({
  block: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }).map((list) => list.join('\n')),
  statement: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constant('hit();'),
    use,
    fc.tuple(condition, tie('block')).map(([c, b]) => `if (${c}) { ${b} }`),
    fc.tuple(condition, tie('block'), tie('block')).map(([c, a, b]) => `if (${c}) { ${a} } else { ${b} }`),
    condition.map((c) => `if (${c}) return;`),
    fc.tuple(condition, use).map(([c, u]) => `${c} && (() => { ${u} })();`),
    fc.tuple(condition, tie('block')).map(([c, b]) => `[1].map(() => { if (${c}) { ${b} } });`),
  ),
}));
const program = fc.record({
  forms: fc.array(fc.constantFrom(...forms), { minLength: count, maxLength: count }),
  bodies: fc.array(block, { minLength: count, maxLength: count }),
  main: block,
});

const nameOf = (form: Form, k: number): string =>
  ({ method: `s${k}.m${k}`, static: `S${k}.m${k}`, injected: `i${k}.run`, object: `o${k}.m${k}`, held: `o${k}.n${k}` })[form as 'method'] ??
  `f${k}`;

const declare = (form: Form, k: number, body: string): string => {
  const fn = `(p, { q } = {}) { step(); ${body} }`;
  switch (form) {
    case 'arrow':
      return `export const f${k} = (p, { q } = {}) => { step(); ${body} };`;
    case 'default':
      return `export default function f${k}${fn}`;
    case 'method':
      return `export class S${k} { m${k}${fn} }`;
    case 'static':
      return `export class S${k} { static m${k}${fn} }`;
    case 'injected':
      return `export class S${k} { m${k}${fn} }`;
    case 'object':
      return `export const o${k} = { m${k}${fn} };`;
    case 'held':
      return `function f${k}${fn} export const o${k} = { n${k}: f${k} };`;
    default:
      return `export function f${k}${fn}`;
  }
};

const importOf = (form: Form, k: number): string => {
  switch (form) {
    case 'default':
      return `import f${k} from './m${k}';`;
    case 'renamed':
      return `import { f${k} as g${k} } from './m${k}';`;
    case 'method':
      return `import { S${k} } from './m${k}'; const s${k} = new S${k}();`;
    case 'static':
      return `import { S${k} } from './m${k}';`;
    case 'injected':
      return `import { S${k} } from './m${k}'; class I${k} { constructor(private readonly inner: S${k}) {} run(p, o) { step(); this.inner.m${k}(p, o); } } const i${k} = new I${k}(new S${k}());`;
    case 'object':
    case 'held':
      return `import { o${k} } from './m${k}';`;
    case 'barrel':
      return `import { f${k} } from './barrel';`;
    default:
      return `import { f${k} } from './m${k}';`;
  }
};

interface Program {
  readonly files: Record<string, string>;
  readonly run: string;
}

function build({ forms: kinds, bodies, main }: { forms: Form[]; bodies: string[]; main: string }): Program {
  const formOf = (k: number): Form => kinds[k] ?? 'function';
  // `this` in a method is lost where it is passed on: the wrapper of an injected service must not be.
  const said = (text: string, own: number, isRun: boolean): string =>
    text.replaceAll(/@(\d)@/g, (_, digit: string) => {
      const k = Number(digit);
      const form = formOf(k);
      if (k === own) return form === 'method' ? `new S${k}().m${k}` : form === 'injected' ? `new S${k}().m${k}` : ownName(form, k);
      if (form === 'injected' && isRun) return `((...a) => i${k}.run(...a))`;
      return form === 'renamed' && !isRun ? `g${k}` : form === 'injected' ? `((...a) => i${k}.run(...a))` : nameOf(form, k);
    });
  const needed = (text: string, own: number): string =>
    [...new Set([...text.matchAll(/@(\d)@/g)].map((one) => Number(one[1])))]
      .filter((k) => k !== own)
      .map((k) => importOf(formOf(k), k))
      .join('\n');
  const files: Record<string, string> = {
    'flags.ts': `import F from 'featureflow-node-sdk'; const client = new F.Client(); export const isOn = (key) => client.evaluate(key, u).isOn();`,
    'barrel.ts': kinds.map((form, k) => (form === 'barrel' ? `export * from './m${k}';` : '')).join('\n'),
  };
  const shared = `import { isOn } from './flags'; import { later, step } from 'somewhere';`;
  const runs: string[] = [];
  for (const [k, body] of bodies.entries()) {
    files[`m${k}.ts`] = `${shared}\n${needed(body, k)}\n${declare(formOf(k), k, said(body, k, false))}`;
    runs.push(declare(formOf(k), k, said(body, k, true)).replaceAll(/export default |export /g, ''));
    runs.push(instance(formOf(k), k));
  }
  files['main.ts'] = `${shared}\n${needed(main, -1)}\nexport function main(p, q, x) { ${said(main, -1, false)} }\nstart(main);`;
  runs.push(`main = function (p, q) { ${said(main, -1, true)} };`);
  return { files, run: runs.join('\n') };
}

const ownName = (form: Form, k: number): string => (form === 'held' ? `f${k}` : nameOf(form, k));

const instance = (form: Form, k: number): string =>
  form === 'method' ? `const s${k} = new S${k}();` : form === 'injected' ? `const i${k} = { run: (p, o) => new S${k}().m${k}(p, o) };` : '';

/** Numbers every `hit()`: the run has the files in the order in which the analyzer lists them. */
function numbered(run: string): string {
  let at = 0;
  return run.replaceAll('hit()', () => `hit(${at++})`);
}

function execute(run: string, a: boolean, b: boolean, x: unknown, y: unknown): Set<number> {
  const reached = new Set<number>();
  let steps = 0;
  const step = () => {
    if (steps++ > 40) throw new Error('too deep');
  };
  const attempt = (action: () => unknown) => {
    try {
      action();
    } catch {
      // Recursion that has no end is cut.
    }
  };
  const isOn = (key: string) => (key === 'a' ? a : b);
  const pending: (() => unknown)[] = [];
  const later = (f: (...args: unknown[]) => unknown, ...args: unknown[]) => pending.push(() => f(...args));
  const body = `let main; ${run}\nreturn main;`;
  const main = new Function('isOn', 'hit', 'step', 'later', 'x', body)(isOn, (n: number) => reached.add(n), step, later, x) as (
    ...args: unknown[]
  ) => unknown;
  attempt(() => main(y, x));
  for (let count = 0; count < 10; count++) {
    const next = pending.shift();
    if (next !== undefined) attempt(next);
  }
  return reached;
}

/** Of the places only ever reached with one value of a flag, the least share that must be found. */
const floor = 0.7;

test('guards of callers are never violated, and most that are true are claimed', async () => {
  let inherited = 0;
  let truly = 0;
  let found = 0;
  await fc.assert(
    fc.asyncProperty(program, async (made) => {
      const { files, run } = build(made);
      const { items } = await trace(files);
      inherited += items.flatMap((item) => item.guards).filter((guard) => guard.via !== undefined).length;
      const text = numbered(run);
      const seen = items.map(() => ({ a: new Set<boolean>(), b: new Set<boolean>() }));
      for (const a of [true, false])
        for (const b of [true, false])
          for (const x of [true, false])
            for (const y of [true, false, undefined]) {
              for (const index of execute(text, a, b, x, y)) {
                seen[index]?.a.add(a);
                seen[index]?.b.add(b);
                for (const guard of items[index]?.guards ?? [])
                  expect(
                    matches(guard, guard.flag === 'a' ? a : b),
                    `hit ${index}: ${guard.flag} = ${guard.value} via ${guard.via?.file}:${guard.via?.line} with a=${a} b=${b} x=${x} y=${y}\n${Object.entries(
                      files,
                    )
                      .map(([file, one]) => `// ${file}\n${one}`)
                      .join('\n')}\n${text}`,
                  ).toBe(true);
              }
            }
      for (const [index, values] of seen.entries())
        for (const key of ['a', 'b'] as const) {
          if (values[key].size !== 1) continue;
          truly += 1;
          if (items[index]?.guards.some((guard) => guard.flag === key)) found += 1;
        }
    }),
    { numRuns: Number(process.env.RUNS ?? 250) },
  );
  expect(inherited).toBeGreaterThan(50);
  expect(found / truly, `found ${found} of ${truly}, ${inherited} of callers`).toBeGreaterThan(floor);
}, 120_000);
