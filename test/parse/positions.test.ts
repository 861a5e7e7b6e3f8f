import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBytes, fromCodePoints, lineIndex } from '../../src/parse/positions.ts';

const text = fc
  .string({
    unit: fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), fc.constantFrom('\n', '\r\n', 'é', '😀', ' ', 'a')),
    maxLength: 600,
  })
  .map((s) => new TextDecoder().decode(new TextEncoder().encode(s)));

test('byte and code point offsets lead back to the same character', () => {
  fc.assert(
    fc.property(text, (t) => {
      const [bytes, points] = [fromBytes(t), fromCodePoints(t)];
      let [byte, point, unit] = [0, 0, 0];
      for (const character of t) {
        expect(bytes(byte)).toBe(unit);
        expect(points(point)).toBe(unit);
        byte += new TextEncoder().encode(character).length;
        point++;
        unit += character.length;
      }
      expect(bytes(byte)).toBe(t.length);
      expect(points(point)).toBe(t.length);
      expect(bytes(byte + 9)).toBe(t.length);
      expect(bytes(-1)).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('lines end at LF only; columns are UTF-16 units from 1', () => {
  fc.assert(
    fc.property(text, fc.nat(600), fc.nat(600), (t, a, b) => {
      const [start, end] = [Math.min(a, b, t.length), Math.min(Math.max(a, b), t.length)];
      const span = lineIndex(t).span(start, end);
      const before = t.slice(0, start).split('\n');
      const until = t.slice(0, end).split('\n');
      expect(span).toEqual({
        line: before.length,
        column: (before.at(-1) ?? '').length + 1,
        endLine: until.length,
        endColumn: (until.at(-1) ?? '').length + 1,
      });
    }),
    { numRuns: 300 },
  );
});

test('an end before the start is an empty span', () => {
  expect(lineIndex('ab\ncd').span(4, 2)).toEqual({ line: 2, column: 2, endLine: 2, endColumn: 2 });
});
