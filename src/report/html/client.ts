/**
 * The script of the page. It changes nothing but the page, stores nothing but the theme, and asks nothing of the network.
 * Plain text, because its hash stands in the page's content security policy.
 */
export const clientScript = String.raw`
(() => {
'use strict';
const byId = (id) => document.getElementById(id);
const root = document.documentElement;

const theme = byId('theme');
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const stored = (() => { try { return localStorage.getItem('dropgate-theme'); } catch { return null; } })();
if (stored === 'dark' || stored === 'light') root.dataset.theme = stored;
const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : prefersDark.matches);
const nameTheme = () => { theme.textContent = isDark() ? 'Light' : 'Dark'; theme.setAttribute('aria-label', 'Use the ' + (isDark() ? 'light' : 'dark') + ' theme'); };
theme.hidden = false;
nameTheme();
prefersDark.addEventListener('change', nameTheme);
theme.addEventListener('click', () => {
  root.dataset.theme = isDark() ? 'light' : 'dark';
  try { localStorage.setItem('dropgate-theme', root.dataset.theme); } catch { }
  nameTheme();
});

const hashTarget = () => { try { return byId(decodeURIComponent(location.hash.slice(1))); } catch { return null; } };
const unfoldTarget = () => {
  const target = hashTarget();
  const details = target && target.classList.contains('flag') ? target.querySelector('details') : null;
  if (!details) return;
  target.hidden = false;
  details.open = true;
  target.scrollIntoView();
  details.querySelector('summary').focus({ preventScroll: true });
};
addEventListener('hashchange', unfoldTarget);

const say = (button, text) => {
  button.textContent = text;
  setTimeout(() => { button.textContent = 'Copy'; }, 2500);
};
const select = (element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
};
const copy = async (button, code) => {
  try {
    await navigator.clipboard.writeText(code.textContent);
    say(button, 'Copied');
  } catch {
    select(code);
    let done = false;
    try { done = document.execCommand('copy'); } catch { }
    say(button, done ? 'Copied' : 'Selected: press Ctrl+C');
  }
};
const addCopyButtons = (within) => {
  for (const block of within.querySelectorAll('.copy')) {
    if (block.querySelector('button')) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', 'Copy ' + block.dataset.copy);
    button.setAttribute('aria-live', 'polite');
    button.addEventListener('click', () => { button.removeAttribute('aria-label'); copy(button, block.querySelector('code')); });
    block.append(button);
  }
};
for (const begin of document.querySelectorAll('.begin')) addCopyButtons(begin);

let folded = [];
addEventListener('beforeprint', () => {
  folded = [...document.querySelectorAll('details:not([open])')];
  for (const one of folded) one.open = true;
});
addEventListener('afterprint', () => { for (const one of folded) one.open = false; });

const list = byId('list');
if (!list) return;
const cards = [...list.children];
const order = new Map(cards.map((card, index) => [card, index]));
const texts = new Map();
const textOf = (card) => {
  if (!texts.has(card)) texts.set(card, card.textContent.toLowerCase());
  return texts.get(card);
};
const nameOf = (card) => card.querySelector('h3').textContent;
list.addEventListener('toggle', (event) => { if (event.target.open) addCopyButtons(event.target); }, true);
for (const open of list.querySelectorAll('details[open]')) addCopyButtons(open);

const tools = byId('tools');
const search = byId('search');
const sort = byId('sort');
const unfold = byId('unfold');
const boxes = [...tools.querySelectorAll('input[name=kind]')];
tools.hidden = false;
tools.addEventListener('submit', (event) => event.preventDefault());

let saying = 0;
const filter = () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const kinds = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  let shown = 0;
  for (const card of cards) {
    const fits = kinds.has(card.dataset.kind) && words.every((word) => textOf(card).includes(word));
    if (card.hidden === fits) card.hidden = !fits;
    if (fits) shown++;
  }
  byId('nothing').hidden = shown > 0;
  clearTimeout(saying);
  saying = setTimeout(() => { byId('count').textContent = shown === cards.length ? shown + ' shown' : shown + ' of ' + cards.length + ' shown'; }, 120);
};
search.addEventListener('input', filter);
for (const box of boxes) box.addEventListener('change', filter);
byId('reset').addEventListener('click', () => {
  search.value = '';
  for (const box of boxes) box.checked = true;
  filter();
  search.focus();
});

const number = (name) => (a, b) => Number(b.dataset[name]) - Number(a.dataset[name]) || order.get(a) - order.get(b);
const sorts = {
  order: (a, b) => order.get(a) - order.get(b),
  held: number('held'),
  lines: number('lines'),
  name: (a, b) => (nameOf(a) < nameOf(b) ? -1 : 1),
};
sort.addEventListener('change', () => list.append(...[...cards].sort(sorts[sort.value] || sorts.order)));

unfold.addEventListener('click', () => {
  const open = unfold.getAttribute('aria-expanded') !== 'true';
  for (const card of cards) card.querySelector('details').open = open;
  unfold.setAttribute('aria-expanded', String(open));
  unfold.textContent = open ? 'Fold all' : 'Unfold all';
});

addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof Element && event.target.closest('input, select, textarea');
  if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
  } else if (event.key === 'Escape' && event.target === search && search.value !== '') {
    search.value = '';
    filter();
  }
});
unfoldTarget();
})();
`;
