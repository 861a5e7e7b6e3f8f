import { describe, expect, test } from 'vitest';
import { combine } from '../../src/flags/state/combine.ts';
import { sinceFor } from '../../src/flags/state/history.ts';
import { readFlags } from '../../src/flags/state/yaml.ts';
import { statesOf as read } from './states.ts';

const records = (text: string) => {
  const result = readFlags(text, 'flags.yaml');
  if (!result.ok) throw new Error(result.problem.message);
  return result.flags;
};
const orNull = (text: string) => {
  const result = readFlags(text, 'flags.yaml');
  return result.ok ? result.flags : null;
};
const problem = (text: string) => {
  const result = readFlags(text, 'flags.yaml');
  if (result.ok) throw new Error('read without a problem');
  return `${result.problem.line}:${result.problem.column} ${result.problem.message}`;
};

describe('flags.yaml', () => {
  test('the format of the README', () => {
    const flags = read(`schema_v2:
  default: false            # value when evaluation fails
  rollout: { by: user_id, percentage: 1 }
  contexts: { batch_processor: false }
`);
    expect(flags.get('schema_v2')).toMatchObject({
      key: 'schema_v2',
      everyone: null,
      percentage: 1,
      by: 'user_id',
      contexts: new Map([['batch_processor', false]]),
      fallback: false,
      since: null,
      sinceFrom: null,
      archived: false,
      location: { file: 'flags.yaml', line: 1, column: 1, endLine: 1, endColumn: 10 },
    });
  });

  test('what everyone is served', () => {
    const flags = read(`
a: { default: false, rollout: { by: user_id, percentage: 100 } }
b: { default: false, rollout: { percentage: 0 } }
c: { default: true }
d: { default: false }
e: true
f: { enabled: false, rollout: { percentage: 100 } }
g: { archived: true, default: false }
h: { enabled: true, since: 2026-01-02 }
i: { default: false, since: "2026-01-02T03:04:05+02:00" }
__proto__: { default: true }
constructor: false
`);
    const everyone = (key: string) => flags.get(key)?.everyone;
    expect([...'abcdefgh'].map(everyone)).toEqual([true, false, true, false, true, false, false, true]);
    expect(flags.get('h')).toMatchObject({ since: '2026-01-02T00:00:00.000Z', sinceFrom: 'file' });
    expect(flags.get('i')?.since).toBe('2026-01-02T01:04:05.000Z');
    expect(flags.get('__proto__')?.everyone).toBe(true);
    expect(everyone('constructor')).toBe(false);
    expect(({} as Record<string, unknown>).everyone).toBeUndefined();
  });

  test.each([
    ['', '1:1 It is empty'],
    ['# only a comment\n', '1:1 It is empty'],
    ['- a\n', '1:1 It must map flag keys'],
    ['a:\n', '1:1 `a` must be true, false, or a mapping'],
    ['a: {}\n', '1:1 `a` does not say what it serves'],
    ['a: { defualt: false }', '1:6 `defualt` of `a` is not a known key. Did you mean `default`?'],
    ['a: { default: yes }', '1:15 `default` of `a` must be true or false.'],
    ['a: { rollout: 5 }', '1:15 `rollout` of `a` must be a mapping'],
    ['a:\n  rollout: { percentage: 140 }', '2:26 `rollout.percentage` of `a` is `140`; give a number from 0 to 100.'],
    ['a: { rollout: { percentage: "5" } }', '1:29'],
    ['a: { rollout: { by: u } }', '1:15 `rollout.percentage` of `a` is missing'],
    ['a: { rollout: { percentage: .nan } }', '1:29'],
    ['a: { default: false, contexts: { x: on } }', '1:37 Context `x` of `a` must be true or false.'],
    ['a: { default: false, since: yesterday }', '1:29 `since` of `a` is `yesterday`'],
    ['a: { default: false, since: 2026-02-31 }', '1:29'],
    ['a: true\na: false', '2:1 `a` is there twice; keep one.'],
    ['a: { default: true, default: false }', '1:21 `default` is there twice; keep one.'],
    ['a: {', '1:5'],
    ['a: "x', '1:'],
    ['[a]: true', '1:1 A key must be plain text'],
  ])('%j is one clear problem', (text, expected) => {
    expect(problem(text)).toContain(expected);
  });

  test('hostile files end quickly and with a message', () => {
    expect(problem('['.repeat(50_000))).toContain('nested too deeply');
    expect(problem(`${'- '.repeat(50_000)}a`)).toMatch(/It (is nested too deeply|must map)/);
    const bomb = [
      'a0: &a0 { default: false }',
      ...Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(20)}]`),
    ].join('\n');
    expect(problem(bomb)).toContain('aliases');
    const started = performance.now();
    expect(problem(`${Array.from({ length: 60_000 }, (_, n) => `flag-${n}: true`).join('\n')}\nflag-7: false`)).toContain(
      '`flag-7` is there twice',
    );
    expect(performance.now() - started).toBeLessThan(6_000);
    expect(read('a: &x { default: false }\nb: *x').get('b')?.everyone).toBe(false);
  });
});

describe('since when', () => {
  const at = (percentage: number, since = '') => `f: { default: false, rollout: { by: id, percentage: ${percentage} }${since} }`;
  const version = (date: string, text: string) => ({ commit: date, date, text });
  const since = (now: string, history: readonly ReturnType<typeof version>[]) => {
    const state = combine(sinceFor(records(now), history, orNull), []).get('f');
    return `${state?.since?.slice(0, 10)} ${state?.sinceFrom}`;
  };

  test('is the commit in which the served value last changed', () => {
    const history = [version('2026-01-09', `# note\n${at(100)}`), version('2026-01-05', at(100)), version('2026-01-01', at(25))];
    expect(since(at(100), history)).toBe('2026-01-05 git');
  });
  test('is the commit that added the flag, once the file was there before', () => {
    expect(since(at(100), [version('2026-01-05', at(100)), version('2026-01-01', 'other: true')])).toBe('2026-01-05 git');
  });
  test('the first commit of the file is a lower bound', () => {
    expect(since(at(100), [version('2026-01-05', at(100)), version('2026-01-01', at(100))])).toBe('2026-01-01 git-lower-bound');
  });
  test('is what the file says, unless git shows another value after it', () => {
    const history = [version('2026-01-05', at(100)), version('2026-01-01', at(25))];
    expect(since(at(100, ', since: 2026-01-07'), history)).toBe('2026-01-07 file');
    expect(since(at(100, ', since: 2025-06-01'), history)).toBe('2026-01-05 git');
    expect(since(at(100, ', since: 2025-06-01'), [version('2026-01-01', at(100))])).toBe('2025-06-01 file');
  });
  test('is unknown where the newest version serves something else, or there is no history', () => {
    expect(since(at(100), [version('2026-01-05', at(25))])).toBe('undefined null');
    expect(since(at(100, ', since: 2025-06-01'), [version('2026-01-05', at(25))])).toBe('undefined null');
    expect(since(at(100), [])).toBe('undefined null');
  });
  test('a version that cannot be read is passed over', () => {
    const history = [
      version('2026-01-09', at(100)),
      version('2026-01-07', 'f: {'),
      version('2026-01-05', at(100)),
      version('2026-01-01', at(25)),
    ];
    expect(since(at(100), history)).toBe('2026-01-05 git');
  });
});
