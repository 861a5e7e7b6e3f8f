/**
 * Random programs with up to three flags, for properties of the removal.
 * Input: a seed. Output: a tree of statements, so that a failing program can be made smaller, and its text.
 * Invariants: every program ends, and compiles apart from code that cannot be reached.
 */

/** A statement: a line, or what stands around bodies: `if (x) {` body `} else {` body `}`. */
export type Statement = string | { readonly around: readonly string[]; readonly bodies: readonly (readonly Statement[])[] };

export interface Program {
  readonly seed: number;
  readonly keys: readonly string[];
  readonly head: readonly string[];
  readonly statements: readonly Statement[];
}

interface Scope {
  readonly booleans: readonly string[];
  readonly settable: readonly string[];
  readonly depth: number;
  readonly loops: number;
  /** Labels of the loops around. */
  readonly labels: readonly string[];
  readonly isFunction: boolean;
}

type Draw = (limit: number) => number;

/** Whole numbers below a limit, from a seed. */
function drawFrom(seed: number): Draw {
  let state = seed | 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

interface Maker {
  readonly draw: Draw;
  readonly flags: readonly string[];
  readonly next: () => number;
}

const pick = <T>(draw: Draw, items: readonly T[]): T => items[draw(items.length)] as T;

/** A program; its keys start with `prefix`. */
export function programFrom(seed: number, prefix: string): Program {
  const draw = drawFrom(seed);
  const keys = ['a', 'b', 'c'].slice(0, 1 + draw(3)).map((one) => `${prefix}-${one}`);
  let counter = 0;
  const wrappers = keys.filter(() => draw(3) === 0).map((key, i) => ({ name: `wrapped${i}`, key }));
  const head = wrappers.map(({ name, key }, i) =>
    i % 2 === 0 ? `const ${name} = () => isEnabled('${key}');` : `function ${name}(): boolean {\n  return isEnabled('${key}');\n}`,
  );
  const flags = [...keys.map((key) => `isEnabled('${key}')`), ...wrappers.map(({ name }) => `${name}()`)];
  const maker: Maker = { draw, flags, next: () => ++counter };
  const scope: Scope = { booleans: [], settable: [], depth: 0, loops: 0, labels: [], isFunction: true };
  return { seed, keys, head, statements: statementsIn(maker, scope, 3 + draw(5)) };
}

/** Conditions, as text. */
function condition(maker: Maker, scope: Scope, depth = 0): string {
  const { draw, flags, next } = maker;
  const inner = () => condition(maker, scope, depth + 1);
  const leaves = [
    () => pick(draw, flags),
    () => pick(draw, flags),
    () => `!${pick(draw, flags)}`,
    () => `n > ${draw(3)}`,
    () => `ask(${next()})`,
    () => (scope.booleans.length > 0 ? pick(draw, scope.booleans) : `n % 3 === ${draw(3)}`),
    () => (scope.booleans.length > 0 ? `!${pick(draw, scope.booleans)}` : pick(draw, flags)),
  ];
  if (depth > 2) return pick(draw, leaves)();
  const grown = [
    () => `${grouped(inner())} && ${pick(draw, flags)}`,
    () => `${grouped(inner())} && ${grouped(inner())}`,
    () => `${grouped(inner())} || ${grouped(inner())}`,
    () => `!${grouped(inner())}`,
    () => `(${inner()} ? ${inner()} : ${inner()})`,
    () => `Boolean(${inner()}) === ${pick(draw, ['true', 'false'])}`,
    () => `(next(), ${inner()})`,
  ];
  return pick(draw, [...leaves, ...leaves, ...grown])();
}

const grouped = (text: string) => (/^!?[\w.]+(?:\([^()]*\))?$/.test(text) ? text : `(${text})`);

function amount(maker: Maker, scope: Scope): string {
  const { draw, next } = maker;
  return pick(draw, [
    () => `${draw(9)}`,
    () => 'n',
    () => `count(${next()})`,
    () => `(${condition(maker, scope, 2)} ? ${draw(9)} : n + ${draw(9)})`,
    () => `(${pick(draw, maker.flags)} ? count(${next()}) : count(${next()})) * 2`,
  ])();
}

function statementsIn(maker: Maker, outer: Scope, size: number): Statement[] {
  const found: Statement[] = [];
  let scope: Scope = { ...outer, depth: outer.depth + 1 };
  for (let i = 0; i < size; i++) {
    const [statement, more] = statementIn(maker, scope);
    found.push(...statement);
    scope = { ...scope, ...more };
  }
  return found;
}

type Made = readonly [readonly Statement[], Partial<Scope>];

const plain = (...statements: Statement[]): Made => [statements, {}];

function statementIn(maker: Maker, scope: Scope): Made {
  const { draw } = maker;
  const simple = [lineIn, lineIn, bindingIn, bindingIn, assignmentIn, shortIn, closureIn];
  const nested = [ifIn, ifIn, ifIn, exitIn, loopIn, switchIn, tryIn, blockIn, functionIn, varIn];
  return pick(draw, scope.depth > 3 ? simple : [...simple, ...nested])(maker, scope);
}

const body = (maker: Maker, scope: Scope) => statementsIn(maker, scope, 1 + maker.draw(2));

function lineIn(maker: Maker, scope: Scope): Made {
  return maker.draw(2) === 0 ? plain(`log('line ${maker.next()}');`) : plain(`log(\`amount \${${amount(maker, scope)}}\`);`);
}

function bindingIn(maker: Maker, scope: Scope): Made {
  const { draw, flags, next } = maker;
  // A few names only, so that they shadow one another.
  const name = pick(draw, ['on', 'isNew', `own${next()}`, `own${next()}`]);
  if (scope.booleans.includes(name) && scope.depth < 2) return lineIn(maker, scope);
  if (scope.booleans.includes(name)) return blockOf(maker, scope, name);
  const value = pick(draw, [() => pick(draw, flags), () => condition(maker, scope)])();
  const more = { booleans: [...scope.booleans, name], settable: scope.settable.filter((one) => one !== name) };
  if (draw(4) === 0) return [[`let ${name} = ${grouped(value)} as boolean;`], { ...more, settable: [...more.settable, name] }];
  return [[draw(5) === 0 ? `const { ${name} } = { ${name}: ${value} };` : `const ${name} = ${value};`], more];
}

function blockOf(maker: Maker, scope: Scope, name: string): Made {
  return plain({
    around: [`{`, '}'],
    bodies: [
      [
        `const ${name} = ${pick(maker.draw, maker.flags)};`,
        ...body(maker, { ...scope, settable: scope.settable.filter((one) => one !== name) }),
      ],
    ],
  });
}

function assignmentIn(maker: Maker, scope: Scope): Made {
  if (scope.settable.length === 0) return lineIn(maker, scope);
  return plain(`${pick(maker.draw, scope.settable)} ${pick(maker.draw, ['=', '=', '&&=', '||='])} ${grouped(condition(maker, scope))};`);
}

function shortIn(maker: Maker, scope: Scope): Made {
  const test = condition(maker, scope);
  const [a, b] = [maker.next(), maker.next()];
  return plain(pick(maker.draw, [`${grouped(test)} && log('short ${a}');`, `${grouped(test)} ? log('yes ${a}') : log('no ${b}');`]));
}

function closureIn(maker: Maker, scope: Scope): Made {
  const name = `later${maker.next()}`;
  return plain(`const ${name} = () => ${condition(maker, scope)};`, `log(\`later \${${name}()}\`);`);
}

function ifIn(maker: Maker, scope: Scope): Made {
  const chain = 1 + maker.draw(3);
  const around = [`if (${condition(maker, scope)}) {`];
  const bodies = [body(maker, scope)];
  for (let i = 1; i < chain; i++) {
    around.push(i === chain - 1 && maker.draw(2) === 0 ? '} else {' : `} else if (${condition(maker, scope)}) {`);
    bodies.push(body(maker, scope));
    if (around.at(-1) === '} else {') break;
  }
  return plain({ around: [...around, '}'], bodies });
}

function exitIn(maker: Maker, scope: Scope): Made {
  const { draw } = maker;
  const exits = [
    ...(scope.isFunction ? [`return ${amount(maker, scope)};`, `throw new Error('stop ${maker.next()}');`] : []),
    ...(scope.loops > 0 ? ['break;', 'continue;'] : []),
    ...scope.labels.map((label) => `continue ${label};`),
  ];
  if (exits.length === 0) return lineIn(maker, scope);
  return plain({
    around: [`if (${condition(maker, scope)}) {`, '}'],
    bodies: [[...body(maker, scope).slice(0, draw(2)), pick(draw, exits)]],
  });
}

function loopIn(maker: Maker, scope: Scope): Made {
  const id = maker.next();
  const label = maker.draw(4) === 0 ? `round${id}` : null;
  const inner = { ...scope, loops: scope.loops + 1, labels: label === null ? scope.labels : [...scope.labels, label] };
  const made = body(maker, inner);
  const start = label === null ? '' : `${label}: `;
  const used = label !== null && JSON.stringify(made).includes(`continue ${label}`) ? start : '';
  const guard = maker.draw(3) === 0 ? ` && ${grouped(condition(maker, scope))}` : '';
  return plain({ around: [`${used}for (let i${id} = 0; i${id} < 2${guard}; i${id}++) {`, '}'], bodies: [made] });
}

function switchIn(maker: Maker, scope: Scope): Made {
  const inner = { ...scope, labels: [], loops: 0, depth: scope.depth + 1 };
  const bodies = [0, 1, 2].map(() => [{ around: ['{', '}'], bodies: [body(maker, inner)] }, 'break;']);
  return plain({ around: ['switch (n % 3) {\ncase 0:', 'case 1:', 'default:', '}'], bodies });
}

function tryIn(maker: Maker, scope: Scope): Made {
  const ending = pick(maker.draw, ['} finally {', '} catch {']);
  return plain({ around: ['try {', ending, '}'], bodies: [body(maker, scope), [`log('closed ${maker.next()}');`]] });
}

function blockIn(maker: Maker, scope: Scope): Made {
  return plain({ around: ['{', '}'], bodies: [body(maker, scope)] });
}

function functionIn(maker: Maker, scope: Scope): Made {
  const id = maker.next();
  const parameter = pick(maker.draw, ['on', `given${id}`]);
  const inner = {
    ...scope,
    booleans: [...scope.booleans.filter((one) => one !== parameter), parameter],
    settable: scope.settable.filter((one) => one !== parameter),
    loops: 0,
    labels: [],
  };
  const made = [...body(maker, { ...inner, isFunction: true }), `return ${amount(maker, inner)};`];
  const calls = [condition(maker, scope), ...(maker.draw(2) === 0 ? [pick(maker.draw, maker.flags)] : [])];
  return plain(
    { around: [`const work${id} = (${parameter}: boolean): number => {`, '};'], bodies: [made] },
    ...calls.map((call) => `log(\`work \${work${id}(${call})}\`);`),
  );
}

function varIn(maker: Maker, scope: Scope): Made {
  const name = `hoisted${maker.next()}`;
  return plain(
    { around: [`if (${condition(maker, scope)}) {`, '}'], bodies: [[`var ${name}: number | undefined = ${amount(maker, scope)};`]] },
    `log(\`hoisted \${${name}}\`);`,
  );
}

const prelude = `  let turns = 0;
  const next = () => {
    turns += 1;
    log(\`next \${turns}\`);
  };
  const ask = (i: number): boolean => {
    log(\`ask \${i}\`);
    return (i + n) % 2 === 0;
  };
  const count = (i: number): number => {
    log(\`count \${i}\`);
    return i + n;
  };
  void [next, ask, count];`;

/** The program's text. */
export function textOf({ head, statements }: Program): string {
  const lines = [`import { isEnabled } from 'unleash-client';`, '', ...head.flatMap((one) => [one, ''])];
  lines.push(
    'export function run(log: (line: string) => void, n: number): number {',
    prelude,
    ...rendered(statements, '  '),
    '  return turns;',
    '}',
    '',
  );
  return lines.join('\n');
}

function rendered(statements: readonly Statement[], indent: string): string[] {
  return statements.flatMap((one) => {
    if (typeof one === 'string') return [indent + one];
    return one.around.flatMap((text, i) => [
      ...text.split('\n').map((line) => indent + line),
      ...rendered(one.bodies[i] ?? [], `${indent}  `),
    ]);
  });
}

/** Programs that lack one statement, or have what is inside of one in its place. */
export function* smaller(statements: readonly Statement[]): Generator<readonly Statement[]> {
  for (const [i, one] of statements.entries()) {
    const [before, after] = [statements.slice(0, i), statements.slice(i + 1)];
    yield [...before, ...after];
    if (typeof one === 'string') continue;
    for (const inside of one.bodies) yield [...before, ...inside, ...after];
    for (const [at, inside] of one.bodies.entries())
      for (const less of smaller(inside)) yield [...before, { ...one, bodies: one.bodies.with(at, less) }, ...after];
  }
}
