/** Oracle: the same migration run by a JavaScript engine with a pool that records. */
import vm from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { programOf, randomOf } from './programs.ts';
import { partsOf } from './replayed.ts';

const seed = 20_260_108;
const runs = Number(process.env.PROGRAMS ?? 250);

interface World {
  readonly FLAG: boolean;
  readonly NAME: string;
  readonly LIST: readonly string[];
}

/** What the engine sends. */
const sent = (program: string, world: World): readonly string[] => {
  const queries: string[] = [];
  const sandbox = { ...world, pool: { query: (sql: string) => void queries.push(sql) } };
  vm.runInNewContext(`${program}; up(pool);`, sandbox, { timeout: 2_000 });
  return queries;
};

interface Read {
  readonly applied: readonly string[];
  readonly problems: readonly string[];
}

const read = async (program: string): Promise<Read> => {
  const parts = await partsOf('queries', `${program}module.exports = { up };`);
  return {
    applied: parts.flatMap((part) => (part.kind === 'sql' ? [part.text] : [])),
    problems: parts.flatMap((part) => (part.kind === 'unreadable' ? [part.problem.reason] : [])),
  };
};

const isSubsequence = (part: readonly string[], whole: readonly string[]): boolean => {
  let at = 0;
  for (const one of whole) if (one === part[at]) at++;
  return at === part.length;
};

const WORLDS: readonly World[] = [
  { FLAG: true, NAME: 'p', LIST: ['l', 'b'] },
  { FLAG: false, NAME: 'q', LIST: [] },
  { FLAG: true, NAME: 'b', LIST: ['a'] },
  { FLAG: false, NAME: 'p', LIST: ['m', 'a', 'z'] },
];

describe('random programs', () => {
  test('of constants do what the engine does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (n) => {
        const program = programOf(n, { isRuntime: false });
        expect(await read(program), program).toEqual({ applied: sent(program, WORLDS[0] as World), problems: [] });
      }),
      { seed, numRuns: runs },
    );
  });

  test('that ask what only a run knows: what is read happens in every run, and what does not is said', async () => {
    let uncertain = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (n) => {
        const program = programOf(n, { isRuntime: true });
        const { applied, problems } = await read(program);
        for (const world of WORLDS) {
          const theirs = sent(program, world);
          if (!isSubsequence(applied, theirs)) expect({ program, applied, problems }).toEqual({ applied: theirs });
          if (applied.length < theirs.length) expect(problems, `${program}\n${theirs}`).not.toEqual([]);
        }
        if (problems.length > 0) uncertain++;
      }),
      { seed, numRuns: runs },
    );
    expect(uncertain).toBeGreaterThan(runs / 10);
  });
});

const TOKENS =
  "if ( ) { } [ ] => function async await for of in while do switch case default break continue return throw try catch class new this super const let var x y pool q.query ( 'DROP TABLE a' ) `DROP ${ x }` ... , ; = += ++ ? : ! && || ?? . ?. delete typeof 1 2 null undefined true push map Object.keys Promise.all export up module.exports = yield * / % label:".split(
    ' ',
  );

test('token soup: no throw, no hang', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (n) => {
      const random = randomOf(n);
      const body = Array.from({ length: 40 }, () => TOKENS[random(TOKENS.length)]).join(' ');
      const started = performance.now();
      await partsOf('queries', `module.exports.up = async (pool) => { ${body} }`).catch((error: Error) => {
        // Text that is no program is a problem of the parser, not of the reader.
        if (!error.message.startsWith('[')) throw error;
      });
      expect(performance.now() - started).toBeLessThan(2_000);
    }),
    { seed, numRuns: runs },
  );
});
