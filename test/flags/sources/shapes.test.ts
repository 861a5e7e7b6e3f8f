/** Every shape of every source: recognised by that one alone, read as it says, and never taken for more when it is damaged. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadSources } from '../../../src/flags/sources.ts';
import { sinceFor } from '../../../src/flags/state/history.ts';
import type { FlagRecord } from '../../../src/flags/types.ts';
import { documents } from './documents.ts';

const sources = await loadSources();
const now = new Date('2026-03-01T00:00:00Z');
const shapes = [...documents].flatMap(([id, list]) => list.map((document, at) => ({ id, at, document })));

function read(id: string, document: unknown): readonly FlagRecord[] {
  const answer = sources.find((one) => one.id === id)?.read(document, { now });
  return answer?.ok === true ? answer.flags : [];
}

describe.each(shapes)('$id, shape $at', ({ id, document }) => {
  test('is recognised by its source alone', () => {
    expect(sources.filter((one) => one.recognises(document)).map((one) => one.id)).toEqual([id]);
  });

  test.skipIf(id === 'openfeature-manifest')('says that one flag is on for everyone, and another not', () => {
    const served = new Map(read(id, document).map(({ key, environments }) => [key, environments[0]?.everyone]));
    expect(served.get('k')).toBe(true);
    if (served.has('some')) expect(served.get('some')).toBe(null);
  });

  test('damaged, it is still read or refused', () => {
    fc.assert(
      fc.property(edits, (list) => {
        const damaged = list.reduce(edited, document);
        for (const one of sources) {
          one.recognises(damaged);
          const answer = one.read(damaged, { now });
          if (!answer.ok) expect(answer.problem).toMatch(/\.$/);
          else sinceFor(answer.flags, [], () => null);
        }
      }),
      { numRuns: 60, seed: 20_260_301 },
    );
  });

  test('with a list of another shape, it never says more', () => {
    const before = claims(read(id, document));
    const lists = placesOf(document).filter(({ value }) => Array.isArray(value));
    for (const { path } of lists) {
      const damaged = changed(document, path, (value) => [...(value as readonly unknown[]), 17]);
      for (const [flag, value] of claims(read(id, damaged))) expect([path, flag, before.get(flag)]).toEqual([path, flag, value]);
    }
  });
});

/** What is claimed, by flag and environment; null where nothing is. */
function claims(flags: readonly FlagRecord[]): ReadonlyMap<string, unknown> {
  return new Map(
    flags.flatMap(({ key, environments }) =>
      environments.filter((e) => e.everyone !== null).map((e) => [`${key} ${e.environment}`, e.everyone]),
    ),
  );
}

test('of a document that is no document, nothing is said', () => {
  for (const document of [null, undefined, 1, 'x', [], {}, [[]], [null], { flags: null }, { features: 1 }, { data: {} }]) {
    expect(sources.filter((one) => one.recognises(document)).map(({ id }) => id)).toEqual([]);
    for (const one of sources) one.read(document, { now });
  }
});

test('names such as __proto__ are names', () => {
  const document = JSON.parse(
    '{"flags":{"__proto__":{"state":"ENABLED","variants":{"__proto__":true},"defaultVariant":"__proto__"},"constructor":{"state":"ENABLED","variants":{"on":true},"defaultVariant":"toString"}}}',
  );
  const flags = read('flagd', document);
  expect(flags.map(({ key, environments }) => [key, environments[0]?.everyone])).toEqual([
    ['__proto__', true],
    ['constructor', null],
  ]);
});

type Path = readonly (string | number)[];

interface Edit {
  readonly place: number;
  readonly value: unknown;
  readonly kind: 'replace' | 'delete' | 'add';
}

const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    place: fc.nat(500),
    value: fc.oneof(
      fc.constantFrom<unknown>(null, true, 0, -1, 100, 1e308, '', 'on', 'x', [], {}, [null], [[]], { key: null }),
      fc.jsonValue(),
    ),
    kind: fc.constantFrom('replace', 'delete', 'add'),
  }),
  { minLength: 1, maxLength: 4 },
);

function placesOf(value: unknown, path: Path = []): readonly { readonly path: Path; readonly value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  const members = Array.isArray(value) ? value.map((one, at) => [at, one] as const) : Object.entries(value);
  return [{ path, value }, ...members.flatMap(([name, member]) => placesOf(member, [...path, name]))];
}

function edited(document: unknown, { place, value, kind }: Edit): unknown {
  const places = placesOf(document);
  const at = places[place % places.length];
  if (at === undefined) return document;
  if (kind === 'replace') return changed(document, at.path, () => value);
  if (kind === 'delete') return changed(document, at.path, () => undefined);
  return changed(document, at.path, (old) =>
    Array.isArray(old) ? [...old, value] : typeof old === 'object' && old !== null ? { ...old, added: value } : old,
  );
}

/** The document with another value at a path; undefined takes the member out. */
function changed(document: unknown, [name, ...rest]: Path, change: (value: unknown) => unknown): unknown {
  if (name === undefined) return change(document);
  if (Array.isArray(document))
    return document.flatMap((one, at) => (at === name ? [changed(one, rest, change)].filter((value) => value !== undefined) : [one]));
  const object = document as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, one]) => {
      const value = key === name ? changed(one, rest, change) : one;
      return value === undefined ? [] : [[key, value]];
    }),
  );
}
