/**
 * What is measured on a page in the browser. The scripts run there, where the types of this project do not reach: they are
 * text, and each gives plain data.
 */
import type { Page } from 'playwright-core';

/** Opens or closes everything that folds. */
export const unfoldAll = (page: Page, open = true): Promise<unknown> =>
  page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = ${open};`);

/** How much wider than the window the page is, in pixels. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** Text with too little contrast against what is behind it: `ratio text`. */
export const faintTexts = (page: Page): Promise<readonly string[]> => page.evaluate<string[]>(faint);

const faint = String.raw`(() => {
  const parse = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const linear = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (element) => {
    for (let one = element; one !== null; one = one.parentElement) {
      const color = parse(getComputedStyle(one).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent.trim();
    if (text === '' || element.closest('script, style, .sr, .skip') || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const [one, other] = [element instanceof SVGElement ? style.fill : style.color].map(parse).concat([behind(element)]).map(luminance);
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (!(ratio >= 4.5)) found.push(ratio.toFixed(2) + ' ' + text.slice(0, 40));
  }
  return found;
})()`;

/** What people who do not see the page, or do not point at it, would stumble over. */
export const stumblingBlocks = (page: Page): Promise<readonly string[]> => page.evaluate<string[]>(stumbling);

const stumbling = `(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const found = [];
  const levels = all('h1, h2, h3, h4, h5, h6').map((heading) => Number(heading.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) found.push('not one h1');
  levels.forEach((level, index) => { if (level > (levels[index - 1] ?? 0) + 1) found.push('h' + level + ' after h' + levels[index - 1]); });
  for (const name of ['header', 'main', 'footer']) if (all('body > ' + name).length !== 1) found.push('not one ' + name);
  const ids = all('[id]').map(({ id }) => id);
  if (new Set(ids).size !== ids.length) found.push('an id twice');
  for (const one of all('[aria-labelledby]')) if (!document.getElementById(one.getAttribute('aria-labelledby'))) found.push('a label that is not there');
  for (const one of all('a[href]')) {
    if (!document.getElementById(decodeURIComponent(one.getAttribute('href').slice(1)))) found.push('a link to nowhere: ' + one.textContent);
  }
  for (const one of all('table')) if (!one.querySelector('thead th[scope=col]') || !one.querySelector('tbody th[scope=row]')) found.push('a table without heads');
  for (const one of all('svg')) if (one.getAttribute('aria-hidden') !== 'true') found.push('a drawing without a name');
  for (const one of all('button, select, input, summary, a')) {
    const name = one.getAttribute('aria-label') || one.textContent || one.closest('label')?.textContent || '';
    if (name.trim() === '') found.push('a ' + one.tagName + ' without a name');
  }
  return found;
})()`;

export interface Anatomy {
  readonly tags: readonly string[];
  readonly scripts: number;
  /** Attributes that could run code, load something or carry style. */
  readonly active: readonly string[];
}

/** What the page is made of, once a browser has parsed it. */
export const anatomy = (page: Page): Promise<Anatomy> =>
  page.evaluate<Anatomy>(`(() => {
  const elements = [...document.querySelectorAll('*')];
  const names = elements.flatMap((element) => element.getAttributeNames());
  return {
    tags: [...new Set(elements.map(({ tagName }) => tagName.toLowerCase()))].sort(),
    scripts: document.scripts.length,
    active: names.filter((name) => /^on|^style$|^src|^action$|^formaction$/.test(name)),
  };
})()`);

/** Names of the flags that are shown, in their order. */
export const shownFlags = (page: Page): Promise<readonly string[]> =>
  page.evaluate<string[]>("[...document.querySelectorAll('.flag:not([hidden]) h3')].map((one) => one.textContent)");
