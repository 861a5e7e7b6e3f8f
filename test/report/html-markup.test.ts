/** The boundary between text and HTML: what is not ours never becomes a tag, an attribute or a script. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { html, type Markup, multiline, ownElement, pageText, prose, shortened } from '../../src/report/html/markup.ts';
import { hostile } from './example.ts';

const text = (markup: Markup): string => pageText(markup);

test('values are escaped, markup is not, null is nothing, lists are joined', () => {
  const item = html`<b>${'<i>'}</b>`;
  expect(text(html`<p title="${'"\'`&'}">${[item, null, 3, 'x']}</p>`)).toBe('<p title="&quot;&#39;&#96;&amp;"><b>&lt;i&gt;</b>3x</p>');
});

test('any text stays text, in elements and in attributes', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(...hostile, '</script><script>alert(1)</script>', '"><img src=x onerror=alert(1)>'),
      ),
      (value) => {
        const made = text(html`<p title="${value}">${value}</p>`);
        const inside = /^<p title="([^"]*)">(.*)<\/p>$/s.exec(made);
        expect(inside).not.toBeNull();
        expect(`${inside?.[1]}${inside?.[2]}`).not.toMatch(/[<>"'`\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
      },
    ),
    { seed: 7, numRuns: 500 },
  );
});

test('lines stay lines where they are wanted', () => {
  expect(text(multiline('a<b\r\nc\td\u202e'))).toBe('a&lt;b\nc\\td\\u202e');
});

describe('a template that escaping cannot make safe throws', () => {
  const value = 'javascript:alert(1)';
  test.each<[string, () => Markup]>([
    ['an address', () => html`<a href="${value}">x</a>`],
    ['a handler', () => html`<a onclick="${value}">x</a>`],
    ['a style', () => html`<a style="color: ${value}">x</a>`],
    ['a tag', () => html`<a ${value}>x</a>`],
    ['an attribute without quotes', () => html`<a title=${value}>x</a>`],
    ['the name of a tag', () => html`<${value}>`],
    ['a script', () => html`<script>${value}</script>`],
    ['a style element', () => html`<style>${value}</style>`],
    ['a comment', () => html`<!-- ${value} -->`],
  ])('%s', (_, make) => expect(make).toThrow(/cannot hold text|text in a tag/));

  test('but markup may stand in a tag, and an address within the page may end in text', () => {
    expect(text(html`<a${html` hidden`} href="#${'a"b'}">x</a>`)).toBe('<a hidden href="#a&quot;b">x</a>');
  });

  test('an object that only looks like markup is none', () => {
    const forged = JSON.parse('{"written":"<script>","Symbol(written)":"<script>"}') as Markup;
    expect(() => text(html`<p>${forged}</p>`)).not.toThrow();
    expect(text(html`<p>${forged}</p>`)).not.toContain('<script>');
  });
});

test('a style or script that would end itself is refused', () => {
  expect(() => ownElement('script', 'x = "</script>"')).toThrow();
  expect(() => ownElement('style', '<!-- a')).toThrow();
});

test('names between backticks become code; odd backticks stay', () => {
  expect(text(prose('drop `a<b` and ` c'))).toBe('drop <code>a&lt;b</code> and &#96; c');
});

test('a huge name is cut, and says so', () => {
  expect(shortened('x'.repeat(5000))).toMatch(/^x{199}… \(5000 characters\)$/);
  expect(shortened(`${'x'.repeat(198)}😀😀${'y'.repeat(99)}`)).not.toMatch(/\p{Surrogate}/u);
});
