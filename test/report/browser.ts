/** A real browser for tests of the HTML report: Chromium where one is installed, found by its name on the PATH. */
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const executable = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => folder !== '')
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find(isExecutable);

/** Why pages cannot be opened here; null where they can. */
export const whyNoBrowser = executable === undefined ? `none of ${names.join(', ')} is on the PATH` : null;

/** What a page did that it must not: errors, messages, requests, dialogs. */
export interface Opened {
  readonly page: Page;
  readonly misdeeds: string[];
}

export interface Pages {
  /** Opens a page from a file, as people do. */
  open(html: string, options?: BrowserContextOptions): Promise<Opened>;
  close(): Promise<void>;
}

export async function startBrowser(): Promise<Pages> {
  const folder = mkdtempSync(join(tmpdir(), 'dropgate-pages-'));
  const browser: Browser = await chromium.launch({ executablePath: executable ?? '', args: ['--no-sandbox', '--disable-gpu'] });
  let count = 0;
  return {
    open: async (html, options = {}) => {
      const file = join(folder, `${count++}.html`);
      writeFileSync(file, html);
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      const misdeeds: string[] = [];
      const address = pathToFileURL(file).href;
      page.on('console', (message) => misdeeds.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => misdeeds.push(error.message));
      page.on('dialog', (dialog) => misdeeds.push(`dialog: ${dialog.message()}`));
      page.on('request', (request) => {
        if (request.url().split('#')[0] !== address) misdeeds.push(`request: ${request.url()}`);
      });
      await page.goto(address);
      return { page, misdeeds };
    },
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
