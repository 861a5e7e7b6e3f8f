/** The removal report as a page, in a real browser: what it shows, who can use it, and what it never does. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removal } from '../../src/removal.ts';
import { renderRemovalHtml } from '../../src/report/html/page.ts';
import type { RemovalReport } from '../../src/report/removal-model.ts';
import { type Pages, startBrowser, whyNoBrowser } from './browser.ts';
import { hostile } from './example.ts';
import { flagZoo, multiplied, zooNow } from './flag-zoo.ts';
import { anatomy, faintTexts, overflow, shownFlags, stumblingBlocks, unfoldAll } from './page-checks.ts';
import { at, branchAt, flagOf, reportOn, state } from './removal-facts.ts';

let report: RemovalReport;

beforeAll(async () => {
  const box = flagZoo();
  report = await removal({ cwd: box.dir, now: zooNow });
  box.remove();
});

test('the zoo has every kind of flag', () => {
  expect(report.summary).toMatchObject({
    ready: 16,
    stale: 12,
    dead: 4,
    blocked: 3,
    orphaned: 2,
    permanent: 1,
    live: 3,
    unknown: 0,
    objects: 1,
  });
  expect(report.objects.map(({ object }) => object.name)).toEqual(['phone_text']);
  const story = report.flags.find(({ key }) => key === 'new-email-column');
  expect(story?.timeline.map(({ status, from }) => [status, from?.slice(0, 10) ?? null])).toEqual([
    ['done', '2025-10-21'],
    ['done', null],
    ['done', '2025-11-24'],
    ['done', '2025-10-20'],
    ['done', '2026-01-15'],
    ['now', '2026-01-29'],
    ['ahead', null],
  ]);
  expect(story?.contract.map(({ sql }) => sql)).toEqual(['ALTER TABLE users DROP COLUMN email;']);
});

test('the page is as large as what it says', () => {
  expect(Buffer.byteLength(renderRemovalHtml(reportOn([])))).toBeLessThan(40_000);
  expect(Buffer.byteLength(renderRemovalHtml(multiplied(report, 500)))).toBeLessThan(4_000_000);
});

test.skipIf(whyNoBrowser === null)(`the page is not opened: ${whyNoBrowser}`, () => {});

describe.skipIf(whyNoBrowser !== null)('in a browser', () => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await startBrowser();
  });
  afterAll(() => pages.close());

  test('the first screen says how many can go, what goes with them, and what to do first', async () => {
    const { page, misdeeds } = await pages.open(renderRemovalHtml(report));
    const screen = page.viewportSize()?.height ?? 0;
    for (const text of ['16 flags can go today.', '362 lines', 'npx dropgate remove checkout-v2']) {
      const box = await page.getByText(text).first().boundingBox();
      expect((box?.y ?? screen) + (box?.height ?? 0), text).toBeLessThan(screen);
    }
    expect(misdeeds).toEqual([]);
  });

  test('filters by kind, searches, and says how many are left', async () => {
    const { page, misdeeds } = await pages.open(renderRemovalHtml(report));
    const count = page.getByRole('status');
    await page.getByRole('checkbox', { name: /Stale/ }).uncheck();
    await page.getByRole('checkbox', { name: /Dead/ }).uncheck();
    await expect.poll(() => count.textContent()).toBe('6 of 22 shown');
    expect(await shownFlags(page)).toEqual([
      'payments-core',
      'rate-limits',
      'nightly-digest',
      'holiday-theme',
      'spring-banner',
      'users.phone_text',
    ]);
    await page.getByRole('searchbox').fill('PAYMENTS split');
    await expect.poll(() => count.textContent()).toBe('1 of 22 shown');
    expect(await shownFlags(page)).toEqual(['payments-core']);
    await page.getByRole('searchbox').fill('no such thing');
    await page.getByRole('button', { name: 'Show everything' }).click();
    await expect.poll(() => count.textContent()).toBe('22 shown');
    expect(await page.getByRole('checkbox', { checked: false }).count()).toBe(0);
    expect(misdeeds).toEqual([]);
  });

  test('sorts', async () => {
    const { page } = await pages.open(renderRemovalHtml(report));
    const first = async (order: string) => {
      await page.getByRole('combobox').selectOption({ label: order });
      return (await shownFlags(page)).slice(0, 2);
    };
    expect(await first('Longest finished')).toEqual(['holiday-theme', 'checkout-v2']);
    expect(await first('Name')).toEqual(['async-exports', 'audit-log-in-background']);
    expect(await first('Most lines')).toEqual(['checkout-v2', 'invoice-totals-in-cents']);
    expect(await first('What to do first')).toEqual(['checkout-v2', 'invoice-totals-in-cents']);
  });

  test('works from the keyboard alone', async () => {
    const { page, misdeeds } = await pages.open(renderRemovalHtml(report));
    const focused = () => page.evaluate<string>("document.activeElement.id || document.activeElement.textContent.trim().split('\\n')[0]");
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the report');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('main');
    await page.keyboard.press('/');
    expect(await focused()).toBe('search');
    await page.keyboard.type('email');
    await expect.poll(() => page.getByRole('status').textContent()).toMatch(/^\d+ of 22 shown$/);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('status').textContent()).toBe('22 shown');
    await page.locator('#flag-new-email-column summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#flag-new-email-column .stages').isVisible()).toBe(true);
    const outline = await page.evaluate<string>(
      'getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth',
    );
    expect(outline).toBe('solid2px');
    expect(misdeeds).toEqual([]);
  });

  test('a link to a flag unfolds it', async () => {
    const { page } = await pages.open(renderRemovalHtml(report));
    await page.getByRole('link', { name: 'All that is known of it' }).click();
    await page.locator('#flag-checkout-v2 .body').waitFor({ state: 'visible' });
    expect(await page.evaluate<string>('document.activeElement.closest(".flag").id')).toBe('flag-checkout-v2');
  });

  test('copies, and selects where it may not', async () => {
    const allowed = await pages.open(renderRemovalHtml(report), { permissions: ['clipboard-read', 'clipboard-write'] });
    await allowed.page.locator('#flag-new-email-column summary').first().click();
    const button = allowed.page.getByRole('button', { name: 'Copy the contract of new-email-column' });
    await button.click();
    expect(await allowed.page.evaluate<string>('navigator.clipboard.readText()')).toBe('ALTER TABLE users DROP COLUMN email;');
    const denied = await pages.open(renderRemovalHtml(report));
    await denied.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.execCommand = () => false;");
    await denied.page.getByRole('button', { name: 'Copy the command that removes checkout-v2' }).first().click();
    await denied.page.getByText('Selected: press Ctrl+C').waitFor();
    expect(await denied.page.evaluate<string>('String(getSelection())')).toBe('npx dropgate remove checkout-v2');
  });

  test('is light or dark as the system says, or as one chooses', async () => {
    const { page, misdeeds } = await pages.open(renderRemovalHtml(report), { colorScheme: 'dark' });
    const ground = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    const dark = await ground();
    await page.getByRole('button', { name: 'Use the light theme' }).click();
    const light = await ground();
    expect(light).not.toBe(dark);
    await page.reload();
    expect(await ground()).toBe(light);
    await page.getByRole('button', { name: 'Use the dark theme' }).click();
    expect(await ground()).toBe(dark);
    expect(misdeeds).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('%s: every text can be read, nothing makes anyone stumble', async (colorScheme) => {
    const { page } = await pages.open(renderRemovalHtml(report), { colorScheme });
    await unfoldAll(page);
    expect(await faintTexts(page)).toEqual([]);
    expect(await stumblingBlocks(page)).toEqual([]);
  });

  test.each([320, 360, 768, 1280, 1920])('fits into %i pixels', async (width) => {
    const { page } = await pages.open(renderRemovalHtml(report), { viewport: { width, height: 800 } });
    expect(await overflow(page)).toBe(0);
    await unfoldAll(page);
    expect(await overflow(page)).toBe(0);
  });

  test('says everything without its script', async () => {
    const { page, misdeeds } = await pages.open(renderRemovalHtml(report), { javaScriptEnabled: false });
    const text = (await page.locator('main').textContent()) ?? '';
    for (const { key, evaluations, contract, releases, branches } of report.flags) {
      const places = [...evaluations, ...branches].map(({ file, line }) => `${file}:${line}`);
      for (const part of [key, ...places, ...contract.map(({ sql }) => sql)]) expect(text).toContain(part);
      for (const step of releases) expect(text).toContain(step.text.split('`')[0]);
    }
    expect(await page.locator('#tools').isVisible()).toBe(false);
    expect(await page.getByRole('button').count()).toBe(0);
    await page.locator('#flag-new-email-column summary').first().click();
    expect(await page.locator('#flag-new-email-column .stages').isVisible()).toBe(true);
    expect(misdeeds).toEqual([]);
  });

  test('prints all of it, dark on light', async () => {
    const { page } = await pages.open(renderRemovalHtml(report), { colorScheme: 'dark' });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#flag-new-email-column .stages').isVisible()).toBe(true);
    expect(await page.locator('#tools').isVisible()).toBe(false);
    expect(await page.evaluate<string>('getComputedStyle(document.body).color')).toBe('rgb(27, 29, 32)');
    expect(await faintTexts(page)).toEqual([]);
  });

  test('stands still for those who ask for it', async () => {
    const { page } = await pages.open(renderRemovalHtml(report), { reducedMotion: 'reduce' });
    expect(await page.evaluate<string>('getComputedStyle(document.documentElement).scrollBehavior')).toBe('auto');
  });

  test('says that nothing is due, and lets nobody stumble there', async () => {
    const { page, misdeeds } = await pages.open(renderRemovalHtml(reportOn([flagOf(null)])));
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Nothing to remove.');
    expect(await page.locator('main').textContent()).toContain('1 flag is not due, as no state is known.');
    expect(await stumblingBlocks(page)).toEqual([]);
    expect(misdeeds).toEqual([]);
  });

  test('names from the repository do nothing', async () => {
    const tags = async (one: RemovalReport) => (await anatomy((await pages.open(renderRemovalHtml(one))).page)).tags;
    const known = new Set([...(await tags(report)), 'sub']);
    const names = [
      ...hostile,
      '</script><script>globalThis.pwned = 1</script>',
      '"><img src=x onerror="globalThis.pwned = 1">',
      "'-alert(1)-'",
      '</style><style>*{display:none}',
      '<!--',
      'x'.repeat(20_000),
      '\u202eevil',
      '</code></details></main>',
    ];
    const flags = names.map((key) => {
      const location = { ...at(key, 3), file: key };
      const own = {
        ...state,
        key,
        provider: key,
        by: key,
        location,
        environments: [
          {
            ...state,
            environment: key,
            isProduction: true,
            contexts: new Map([[key, key]]),
            blockers: [{ kind: 'rule' as const, detail: key }],
          },
        ],
        lastEvaluated: new Map([[key, key]]),
      };
      return flagOf(own, {
        branches: [{ ...branchAt(key, false, 3), location }],
        orphans: [{ object: { kind: 'column', table: key, name: key }, writes: [] }],
      });
    });
    const sources = new Map(names.map((key) => [key, Array.from({ length: 5 }, () => key)]));
    const html = renderRemovalHtml(reportOn(flags, { sources }));
    const { page, misdeeds } = await pages.open(html);
    await unfoldAll(page);
    const made = await anatomy(page);
    expect(made).toMatchObject({ scripts: 1, active: [] });
    expect(made.tags.filter((tag) => !known.has(tag))).toEqual([]);
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(await page.locator('.flag').count()).toBe(names.length);
    expect(await page.locator('main').textContent()).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(await overflow(page)).toBe(0);
    expect(misdeeds).toEqual([]);
    const narrow = await pages.open(html, { viewport: { width: 360, height: 800 } });
    await unfoldAll(narrow.page);
    expect(await overflow(narrow.page)).toBe(0);
  });

  test('a script that gets in all the same is not run', async () => {
    const html = renderRemovalHtml(report).replace(
      '</main>',
      '<script>globalThis.pwned = 1</script><img src="https://example.com/x.png"><p style="color: red" onclick="x()">x</p></main>',
    );
    const { page, misdeeds } = await pages.open(html);
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(misdeeds.filter((one) => one.startsWith('error:')).length).toBeGreaterThanOrEqual(3);
  });

  test('500 flags are as quick as 20', async () => {
    const { page, misdeeds } = await pages.open(renderRemovalHtml(multiplied(report, 500)));
    const ready = await page.evaluate<number>("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd");
    const search = await page.evaluate<number>(`(() => {
      const box = document.getElementById('search');
      const started = performance.now();
      for (const text of ['p', 'pa', 'pay', 'payments']) { box.value = text; box.dispatchEvent(new Event('input')); document.body.offsetHeight; }
      return (performance.now() - started) / 4;
    })()`);
    expect(await page.locator('.flag:not([hidden])').count()).toBeGreaterThan(10);
    expect(ready).toBeLessThan(5_000);
    expect(search).toBeLessThan(500);
    expect(misdeeds).toEqual([]);
  });
});
