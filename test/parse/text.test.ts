import { describe, expect, test } from 'vitest';
import { decode, isTooDeep, nestingDepth } from '../../src/parse/text.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('decode', () => {
  test('strips the byte order mark', () => {
    expect(decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toEqual({ ok: true, text: 'a' });
  });

  test('reads UTF-16 in both byte orders', () => {
    expect(decode(new Uint8Array([0xff, 0xfe, 0x61, 0, 0xe9, 0]))).toEqual({ ok: true, text: 'aé' });
    expect(decode(new Uint8Array([0xfe, 0xff, 0, 0x61, 0, 0xe9]))).toEqual({ ok: true, text: 'aé' });
  });

  test.each([
    ['a NUL byte', bytes('SELECT 1;\0 DROP TABLE users;'), /NUL/],
    ['Latin-1', new Uint8Array([0x61, 0xe9, 0x62]), /not valid UTF-8/],
    ['half a UTF-16 pair', new Uint8Array([0xff, 0xfe, 0x00, 0xd8]), /not valid UTF-16LE/],
    ['too many bytes', new Uint8Array(2 * 1024 * 1024 + 1).fill(10), /over the limit of 2 MB/],
    ['one endless line', bytes(`a\n${'x'.repeat(200_001)}`), /line of over 200000/],
  ])('refuses %s with a reason', (_, input, reason) => {
    const result = decode(input);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.reason).toMatch(reason);
  });

  test('accepts lines at the limit, and keeps CRLF', () => {
    expect(decode(bytes('x'.repeat(200_000))).ok).toBe(true);
    expect(decode(bytes('a\r\nb'))).toEqual({ ok: true, text: 'a\r\nb' });
  });
});

describe('nesting', () => {
  test('counts brackets outside strings and comments', () => {
    expect(nestingDepth('f([{a: "((((("}]) // (((((\n/* ((( */')).toBe(3);
    expect(nestingDepth("it's (((\n(x)")).toBe(1);
  });

  test('refuses 50,000 brackets, however they are hidden, at once', () => {
    expect(isTooDeep('('.repeat(50_000))).toBe(true);
    expect(isTooDeep(`don't ${'['.repeat(50_000)}`)).toBe(true);
    expect(isTooDeep(`const a = "${'('.repeat(600)}"`)).toBe(false);
    expect(isTooDeep('('.repeat(499) + ')'.repeat(499))).toBe(false);
  });
});
