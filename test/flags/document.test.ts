import { describe, expect, test } from 'vitest';
import { loadSources } from '../../src/flags/sources.ts';
import { combine } from '../../src/flags/state/combine.ts';
import { readState } from '../../src/flags/state/document.ts';
import { environmentState, flagRecord } from '../../src/flags/state/record.ts';

const now = new Date('2026-03-01T00:00:00Z');
const sources = await loadSources();

describe('a state file', () => {
  test('is read by the source that recognises it, with the place of each key', () => {
    const text = '{\n  "flags": {\n    "new-email": { "flagType": "boolean", "defaultValue": true }\n  }\n}';
    const read = readState(text, 'flags.json', sources, now);
    expect(read).toMatchObject({ ok: true, flags: [{ key: 'new-email', provider: 'openfeature-manifest', fallback: true }] });
  });

  test('has its places in linear time', () => {
    const flag = 'a: { state: ENABLED, variants: { on: true }, defaultVariant: on }';
    const started = performance.now();
    for (const long of ['a'.repeat(200_000), `'${'\\"'.repeat(100_000)}'`, `b${' '.repeat(200_000)}c`]) {
      const read = readState(`metadata:\n  x: ${long}\nflags:\n  ${flag}\n`, 'flagd.yaml', sources, now);
      expect(read.ok && read.flags[0]?.environments[0]?.location).toMatchObject({ line: 4, column: 3, endColumn: 4 });
    }
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test('in no known format is a problem', () => {
    const problem = (text: string, file: string) => {
      const read = readState(text, file, sources, now);
      return read.ok ? 'read' : read.problem.message;
    };
    expect(problem('{"a": [1]}', 'flags.json')).toContain('It is in no format that is known');
    expect(problem('{"a": ', 'flags.json')).toBe('It is not valid JSON.');
    expect(problem('{"a": ', '.dropgate/flags')).toBe('It is not valid JSON or YAML.');
    expect(problem('<html>', 'flags.yaml')).toContain('It must map flag keys');
    expect(problem(`${'['.repeat(100_000)}`, 'flags.json')).toContain('nested too deeply');
  });

  test('of every source says what it is', () => {
    expect(sources.filter((one) => one.recognises(null) || one.recognises([]) || one.recognises({}) || one.recognises('x'))).toEqual([]);
    expect(new Set(sources.map((one) => one.id)).size).toBe(sources.length);
  });
});

describe('environments', () => {
  const on = { everyone: true, percentage: 100, since: '2026-01-01T00:00:00.000Z', sinceFrom: 'audit' as const };
  const off = { everyone: false, percentage: 0, since: '2026-02-01T00:00:00.000Z', sinceFrom: 'modified' as const };
  const served = (environments: Parameters<typeof flagRecord>[2], critical: readonly string[] = []) => {
    const state = combine([flagRecord('f', 'x', environments)], critical).get('f');
    return state === undefined
      ? 'none'
      : `${state.everyone} since ${state.since?.slice(0, 10)}${state.blockers.map((b) => `; ${b.detail}`).join('')}`;
  };
  const production = environmentState('production', { ...on, isProduction: true });
  const staging = environmentState('staging', { ...off, isProduction: false });

  test('those that are production count', () => {
    expect(served([staging, production])).toBe('true since 2026-01-01');
    expect(served([environmentState('dev', off), environmentState('Prod', on)])).toBe('true since 2026-01-01');
  });
  test('all count where none is', () => {
    expect(served([environmentState('eu', on), environmentState('us', off)])).toBe(
      'null since 2026-02-01; environments differ: eu on, us off',
    );
  });
  test('a source without environments is known by its file', () => {
    const location = { file: 'flags.yaml', line: 1, column: 1, endLine: 1, endColumn: 2 };
    const share = { percentage: 25, blockers: [{ kind: 'rollout' as const, detail: '25 % by key' }], location };
    expect(served([environmentState('', share), production])).toBe('null since undefined; flags.yaml: 25 % by key');
    expect(served([environmentState('', { ...off, location }), production])).toContain(
      'environments differ: flags.yaml off, production on',
    );
  });
  test('the config names them', () => {
    expect(served([staging, production], ['staging', 'PRODUCTION'])).toContain('environments differ');
    expect(served([production], ['production', 'eu'])).toBe('null since undefined; nothing is known of the environment eu');
    expect(served([])).toBe('null since undefined; it is in no environment');
  });
  test('that agree have been so since the last of them', () => {
    expect(served([environmentState('eu', on), environmentState('us', { ...on, since: '2026-01-20T00:00:00.000Z' })])).toBe(
      'true since 2026-01-20',
    );
    expect(served([environmentState('eu', on), environmentState('us', { ...on, since: null, sinceFrom: null })])).toBe(
      'true since undefined',
    );
  });
  test('flags that rest on others', () => {
    const states = combine([flagRecord('child', 'x', [production], { needs: ['parent'] }), flagRecord('parent', 'x', [production])], []);
    expect(states.get('parent')?.neededBy).toEqual(['child']);
  });
});
