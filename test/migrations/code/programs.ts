/** Random migrations: a seed → a program of queries whose outcome a JavaScript engine can tell. */

/** What a program may use besides constants. */
export interface ProgramOptions {
  /** Whether it may ask for `FLAG`, `NAME` and `LIST`, which only a run knows. */
  readonly isRuntime: boolean;
}

interface Names {
  readonly texts: readonly string[];
  readonly lists: readonly string[];
  readonly numbers: readonly string[];
  /** Whether a loop or function is around. */
  readonly inLoop: boolean;
  /** Variables of this function that may be assigned. */
  readonly open: readonly string[];
}

type Random = (limit: number) => number;

/** mulberry32. */
export const randomOf = (seed: number): Random => {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
};

const pick = <T>(random: Random, items: readonly T[]): T => items[random(items.length)] as T;

interface Writer {
  readonly random: Random;
  readonly options: ProgramOptions;
  count: number;
}

const fresh = (w: Writer, prefix: string): string => `${prefix}${w.count++}`;

const condition = (w: Writer, names: Names): string => {
  const { random, options } = w;
  if (options.isRuntime && random(3) === 0)
    return pick(random, ['FLAG', '!FLAG', "NAME === 'p'", 'LIST.length > 0', 'FLAG && true', 'FLAG || false']);
  const number = names.numbers.length > 0 ? pick(random, names.numbers) : String(random(3));
  return pick(random, [
    `${number} ${pick(random, ['===', '!==', '<', '>', '<=', '>='])} ${random(3)}`,
    `${text(w, names, 1)} ${pick(random, ['===', '!=='])} ${text(w, names, 1)}`,
    `${text(w, names, 1)}.includes('a')`,
    `${list(w, names, 1)}.length ${pick(random, ['>', '<', '==='])} 2`,
    `!(${number} % 2)`,
    `${list(w, names, 1)}.some((s) => s === 'b')`,
    'undefined == null',
  ]);
};

const text = (w: Writer, names: Names, depth: number): string => {
  const { random, options } = w;
  if (options.isRuntime && random(12) === 0) return 'NAME';
  const simple = (): string =>
    names.texts.length > 0 && random(2) === 0 ? pick(random, names.texts) : `'${pick(random, ['a', 'b', 'c_d', 'é', ' x '])}'`;
  if (depth <= 0) return simple();
  const inner = (): string => text(w, names, depth - 1);
  const number = (): string => (names.numbers.length > 0 ? pick(random, names.numbers) : String(random(3)));
  return pick(random, [
    simple,
    () => `\`${pick(random, ['', 't_'])}\${${inner()}}_\${${number()}}\``,
    () => `(${inner()} + '_' + ${inner()})`,
    () => `(${condition(w, names)} ? ${inner()} : ${inner()})`,
    () => `${list(w, names, depth - 1)}.join('_')`,
    () => `helper(${inner()})`,
    () => `helper(${inner()}, ${inner()})`,
    () => `TABLES.${pick(random, ['one', 'two'])}`,
    () => `${inner()}.${pick(random, ['trim', 'toUpperCase', 'toLowerCase'])}()`,
    () => `(${inner()} || 'z')`,
    () => `({ k: ${inner()}, ...TABLES }).k`,
    () => `[${inner()}, 'q'][${random(2)}]`,
  ])();
};

const list = (w: Writer, names: Names, depth: number): string => {
  const { random, options } = w;
  if (options.isRuntime && random(12) === 0) return 'LIST';
  const simple = (): string => (names.lists.length > 0 ? pick(random, names.lists) : 'NAMES');
  if (depth <= 0) return simple();
  const inner = (): string => list(w, names, depth - 1);
  return pick(random, [
    simple,
    () => `[${text(w, names, depth - 1)}, ${text(w, names, depth - 1)}]`,
    () => `[...${inner()}, ${text(w, names, depth - 1)}]`,
    () => `${inner()}.map((s) => s + '${random(9)}')`,
    () => `${inner()}.filter((s) => s !== 'a')`,
    () => `${inner()}.concat(['k'])`,
    () => `${inner()}.slice(1)`,
    () => `[...new Set(${inner()})]`,
    () => 'Object.keys(TABLES)',
    () => 'Object.values(TABLES)',
    () => `Object.entries(TABLES).map(([k, v]) => k + v)`,
    () => `[...${inner()}].${pick(random, ['sort', 'reverse'])}()`,
  ])();
};

const block = (w: Writer, names: Names, depth: number): string => {
  let known = names;
  const lines: string[] = [];
  for (let i = 1 + w.random(3); i > 0; i--) {
    const { code, after } = statement(w, known, depth);
    lines.push(code);
    known = after;
  }
  return lines.join('\n');
};

const statement = (w: Writer, names: Names, depth: number): { readonly code: string; readonly after: Names } => {
  const { random } = w;
  const same = (code: string): { code: string; after: Names } => ({ code, after: names });
  const query = (): string => `pool.query('DROP TABLE ' + ${text(w, names, 2)});`;
  if (depth <= 0 || random(3) === 0) return same(query());
  const inside = (more: Partial<Names> = {}): string => block(w, { ...names, ...more }, depth - 1);
  const item = fresh(w, 'x');
  const number = fresh(w, 'i');
  const kinds: (() => { code: string; after: Names })[] = [
    () => same(`for (const ${item} of ${list(w, names, 2)}) {\n${inside({ texts: [...names.texts, item], inLoop: true })}\n}`),
    () =>
      same(
        `for (let ${number} = 0; ${number} < ${random(4)}; ${number}++) {\n${inside({ numbers: [...names.numbers, number], inLoop: true })}\n}`,
      ),
    () => same(`for (const ${item} in TABLES) {\n${inside({ texts: [...names.texts, item], inLoop: true })}\n}`),
    () => same(`if (${condition(w, names)}) {\n${inside()}\n} else {\n${inside()}\n}`),
    () => same(`if (${condition(w, names)}) {\n${inside()}\n}`),
    () => same(`${list(w, names, 2)}.forEach((${item}) => {\n${inside({ texts: [...names.texts, item], inLoop: false })}\n});`),
    () => same(`${condition(w, names)} && ${query()}`),
    () =>
      same(
        `switch (${text(w, names, 1)}) {\ncase 'a':\n${inside({ inLoop: false })}\nbreak;\ncase 'b':\n${inside({ inLoop: false })}\ndefault:\n${inside({ inLoop: false })}\n}`,
      ),
    () => same(`try {\n${inside()}\n} catch (e) {\n${query()}\n}`),
    () => same(`try {\n${inside()}\nif (${condition(w, names)}) throw new Error();\n${query()}\n} catch (e) {\n${query()}\n}`),
    () => same(`(() => {\n${inside({ inLoop: false })}\n})();`),
    () => same(`new Tool(pool, ${text(w, names, 1)}).drop();`),
    () => ({
      code: `let ${item} = ${text(w, names, 2)};`,
      after: { ...names, texts: [...names.texts, item], open: [...names.open, item] },
    }),
    () => ({ code: `const ${item} = ${list(w, names, 2)}.slice();`, after: { ...names, lists: [...names.lists, item] } }),
    () => ({
      code: `const { one: ${item}, none: ${item}n = 'dd' } = TABLES;`,
      after: { ...names, texts: [...names.texts, item, `${item}n`] },
    }),
    () => ({
      code: `let ${number} = ${random(3)};`,
      after: { ...names, numbers: [...names.numbers, number], open: [...names.open, number] },
    }),
    () => same(`if (${condition(w, names)}) return;`),
  ];
  for (const name of names.open) {
    if (name.startsWith('x')) kinds.push(() => same(`${name} ${pick(random, ['=', '+='])} ${text(w, names, 1)};`));
    else kinds.push(() => same(`${name}${pick(random, ['++', '--', ' += 1'])};`));
  }
  for (const name of names.lists)
    kinds.push(() => same(`${name}.${pick(random, ['pop()', 'shift()', 'sort()', 'reverse()', "push('m')", "unshift('m')"])};`));
  if (names.inLoop) kinds.push(() => same(`if (${condition(w, names)}) ${pick(random, ['break', 'continue'])};`));
  return pick(random, kinds)();
};

const HEAD = `const TABLES = { one: 'users', two: 'orgs' };
const NAMES = ['b', 'a', 'c', 'a'];
function helper(name, more = 'm') { return name + '_' + more; }
class Tool { constructor(db, name) { this.db = db; this.name = name; } drop() { this.db.query('DROP TABLE tool_' + this.name); } }
`;

/** The text of a migration, `up(pool)` last. */
export const programOf = (seed: number, options: ProgramOptions): string => {
  const w: Writer = { random: randomOf(seed), options, count: 0 };
  const body = block(w, { texts: [], lists: [], numbers: [], inLoop: false, open: [] }, 3);
  return `${HEAD}function up(pool) {\n${body}\n}\n`;
};
