/**
 * The oracle for guards is the code itself: small generated functions are run for every flag value and every unknown, and
 * every place they reach must satisfy the guards claimed for it. A claim that is ever violated is a bug.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeFlagReader } from '../../src/flags/reader.ts';
import { matches } from '../../src/flags/standing.ts';
import { repository } from '../code/repository.ts';

const flag = fc.constantFrom('a', 'b');
const names = ['v0', 'v1', 'v2', 'w0(1)', 'w1(x)', 'o.on', 'o2.on', 'd0'];

const { expression } = fc.letrec<{ expression: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(
    flag.map((key) => `client.evaluate('${key}').isOn()`),
    flag.map((key) => `client.evaluate('${key}').isOff()`),
    flag.map((key) => `client.evaluate('${key}').value() === 'on'`),
    flag.map((key) => `get()?.evaluate('${key}').isOn()`),
    flag.map((key) => `isOn('${key}')`),
    fc.constantFrom('x', 'y', 'true', 'false', 'undefined', 'null', ...names),
  ),
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    tie('expression').map((e) => `!(${e})`),
    fc.tuple(tie('expression'), fc.constantFrom('&&', '||', '??'), tie('expression')).map(([a, op, b]) => `((${a}) ${op} (${b}))`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `((${a}) ? (${b}) : (${c}))`),
    fc
      .tuple(tie('expression'), fc.constantFrom('===', '!==', '==', '!='), fc.constantFrom('true', 'false', 'null', 'undefined'))
      .map(([a, op, b]) => `((${a}) ${op} ${b})`),
    tie('expression').map((e) => `Boolean(${e})`),
    tie('expression').map((e) => `(y, ${e})`),
  ),
}));

const serial = fc.nat();
const exits = fc.constantFrom('return;', 'throw new Error();', 'return hit();');
const { block } = fc.letrec<{ block: string; statement: string }>((tie) => ({
  block: fc.array(tie('statement'), { minLength: 1, maxLength: 4 }).map((list) => list.join('\n')),
  statement: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constant('hit();'),
    expression.map((e) => `(${e}) && hit();`),
    expression.map((e) => `(${e}) ? hit() : hit();`),
    fc.tuple(expression, exits).map(([e, exit]) => `if (${e}) ${exit}`),
    fc.tuple(expression, tie('block')).map(([e, b]) => `if (${e}) { ${b} }`),
    fc.tuple(expression, tie('block'), tie('block')).map(([e, a, b]) => `if (${e}) { ${a} } else { ${b} }`),
    fc
      .tuple(expression, tie('block'), fc.constantFrom('break;', 'continue;'))
      .map(([e, b, exit]) => `for (const i of [1, 2]) { if (${e}) { hit(); ${exit} } ${b} }`),
    fc
      .tuple(flag, tie('block'), tie('block'), fc.constantFrom('break;', 'return;', ''))
      .map(
        ([k, a, b, end]) =>
          `switch (client.evaluate('${k}').value()) { case 'on': ${a} ${end} case 'red': case 'off': ${b} ${end} default: hit(); }`,
      ),
    fc.tuple(flag, tie('block')).map(([k, b]) => `switch (client.evaluate('${k}').value()) { default: ${b} break; case 'on': hit(); }`),
    fc.tuple(tie('block'), tie('block'), fc.constantFrom('catch', 'finally')).map(([a, b, word]) => `try { ${a} } ${word} { ${b} }`),
    tie('block').map((b) => `(() => { ${b} })();`),
    tie('block').map((b) => `later.push(() => { ${b} });`),
    fc.tuple(tie('block'), expression, serial).map(([b, e, n]) => `hoisted${n}(); if (${e}) return; function hoisted${n}() { ${b} }`),
    fc.tuple(tie('block'), expression, serial).map(([b, e, n]) => `out${n}: { if (${e}) break out${n}; ${b} }`),
    fc
      .tuple(expression, tie('block'))
      .map(([e, b]) => `let n = 0; while (${e}) { ${b} if (n++ > 1) break; }`.replace(/^/, '{ ').concat(' }')),
    fc.tuple(expression, tie('block')).map(([e, b]) => `{ let n = 0; do { ${b} } while ((${e}) && n++ < 2); hit(); }`),
    fc.tuple(expression, tie('block')).map(([e, b]) => `{ let n = 0; while ((${e}) && n++ < 2) { ${b} } hit(); }`),
    expression.map((e) => `{ let n = 0; while (${e}) { if (n++ > 1) return; } hit(); }`),
    fc.tuple(expression, tie('block')).map(([e, b]) => `for (let n = 0; n < 2 && (${e}); n++, hit()) { ${b} }`),
    fc.tuple(expression, tie('block'), exits).map(([e, b, exit]) => `for (;;) { if (${e}) { hit(); break; } ${b} ${exit} }`),
    fc
      .tuple(expression, tie('block'), serial, fc.constantFrom('continue', 'break'))
      .map(([e, b, n, word]) => `out${n}: for (const i of [1, 2]) { for (const j of [1, 2]) { if (${e}) ${word} out${n}; ${b} } hit(); }`),
    fc
      .tuple(expression, exits, tie('block'), exits)
      .map(([e, exit, b, other]) => `try { if (${e}) ${exit} ${b} } catch { ${other} } hit();`),
    fc.tuple(expression, exits, tie('block')).map(([e, exit, b]) => `try { ${b} } finally { if (${e}) { ${exit} } } hit();`),
    fc.tuple(expression, exits).map(([e, exit]) => `{ const i = 1; if (${e}) { ${exit} } } hit();`),
    fc.tuple(expression, expression, exits).map(([a, b, exit]) => `if (${a}) { ${exit} } else if (${b}) { ${exit} } hit();`),
    fc.tuple(expression, tie('block'), tie('block')).map(([e, a, b]) => `switch (true) { case (${e}): ${a} break; default: ${b} }`),
    fc.tuple(expression, fc.constantFrom('&&', '||', '??')).map(([e, op]) => `(${e}) ${op} fail(); hit();`),
    fc.tuple(expression, serial, exits).map(([e, n, exit]) => `function check${n}() { if (${e}) { ${exit} } hit(); } check${n}(); hit();`),
    fc.tuple(expression, expression).map(([a, b]) => `({ ...((${a}) ? { p: hit() } : {}), ...((${b}) && { p: hit() }) });`),
    fc.tuple(expression, expression).map(([a, b]) => `[(${a}) && hit(), ...((${b}) ? [hit()] : [])].filter(Boolean);`),
    fc.tuple(expression, fc.constantFrom('&&=', '||=', '??=')).map(([e, op]) => `{ let z = ${e}; z ${op} hit(); }`),
  ),
}));

const program = fc
  .record({ v0: expression, v1: expression, v2: expression, change: fc.option(expression), w0: expression, w1: block, body: block })
  .map(({ v0, v1, v2, change, w0, w1, body }) => {
    const own = (text: string) => text.replace(/\bv\d|w\d\(.\)/g, 'x');
    return `
    const isOn = (key) => client.evaluate(key).isOn();
    function get() { if (x) return undefined; return client; }
    const w0 = (p) => ${own(w0)};
    function w1(p) { ${own(w1).replaceAll('hit()', 'p').replaceAll('return;', 'return p;').replaceAll('return p', 'return isOn("a")')} }
    function fail() { throw new Error(); }
    const v0 = ${own(v0)};
    const o = { on: ${own(v1)} };
    const o2 = { on: ${own(w0)}, off: x };
    ${change === null ? '' : `if (y) o2.on = ${own(change)};`}
    const { on: d0 = y } = { on: ${own(v2)} };
    const v1 = (${own(v1)}) && v0;
    let v2${change === null ? '' : ` = ${own(v2)}`};
    ${change === null ? `v2 = ${own(v2)};` : `if (y) v2 = ${own(change)};`}
    ${body}`;
  });

const variants = ['on', 'off'] as const;
const unknowns = [true, false, undefined, 'text'];

/** Of the places that are only ever reached with one value of a flag, the least share that must be found. */
const floor = 0.65;

test('a guard that is claimed is never violated, and most that are true are claimed', async () => {
  let claims = 0;
  let truly = 0;
  let found = 0;
  await fc.assert(
    fc.asyncProperty(program, async (body) => {
      const text = `import F from 'featureflow-node-sdk'; const client = new F.Client(); function run(x, y) { ${body} }`;
      const { module, modules } = await repository({ 'p.js': text });
      const p = module('p.js');
      const reader = makeFlagReader(modules, { evaluators: [] });
      const hits = p.nodes('CallExpression').filter((call) => call.callee.type === 'Identifier' && call.callee.name === 'hit');
      const claimed = hits.map((hit) => reader.guards(hit, p));
      claims += claimed.flat().length;
      let at = 0;
      const numbered = body.replaceAll(/\bhit\(\)/g, () => `hit(${at++})`);
      const seen = claimed.map(() => ({ a: new Set<boolean>(), b: new Set<boolean>() }));
      const run = new Function('client', 'hit', 'later', 'x', 'y', numbered) as (...args: unknown[]) => unknown;
      for (const a of variants)
        for (const b of variants)
          for (const x of unknowns)
            for (const y of unknowns) {
              const flags = new Map<string, string>([
                ['a', a],
                ['b', b],
              ]);
              const reached = execute(run, flags, x, y);
              for (const index of reached) {
                seen[index]?.a.add(a === 'on');
                seen[index]?.b.add(b === 'on');
                for (const guard of claimed[index] ?? []) {
                  expect(
                    matches(guard, flags.get(guard.flag) === 'on'),
                    `hit ${index}: ${guard.flag} = ${guard.value} with a=${a} b=${b} x=${x} y=${y}\n${numbered}`,
                  ).toBe(true);
                }
              }
            }
      for (const [index, values] of seen.entries())
        for (const key of ['a', 'b'] as const) {
          if (values[key].size !== 1) continue;
          truly += 1;
          if (claimed[index]?.some((guard) => guard.flag === key)) found += 1;
        }
    }),
    { numRuns: Number(process.env.RUNS ?? 400) },
  );
  expect(claims).toBeGreaterThan(200);
  expect(found / truly, `found ${found} of ${truly} places that one value of a flag leads to`).toBeGreaterThan(floor);
}, 60_000);

/** Runs a program and its deferred closures; the indexes of the places it reached. */
function execute(run: (...args: unknown[]) => unknown, flags: ReadonlyMap<string, string>, x: unknown, y: unknown): Set<number> {
  const reached = new Set<number>();
  const later: (() => void)[] = [];
  const value = (key: string) => flags.get(key);
  const client = {
    evaluate: (key: string) => ({ isOn: () => value(key) === 'on', isOff: () => value(key) === 'off', value: () => value(key) }),
  };
  const attempt = (action: () => void) => {
    try {
      action();
    } catch {
      // A thrown exit ends that run, which is what the generated code asks for.
    }
  };
  attempt(() => run(client, (index: number) => void reached.add(index), later, x, y));
  for (let count = 0; count < 50; count++) {
    const next = later.shift();
    if (next !== undefined) attempt(next);
  }
  return reached;
}
