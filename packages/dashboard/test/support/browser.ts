import { existsSync } from 'node:fs';
import { type Browser, type Page, chromium } from 'playwright-core';

/** Where Chromium is, or `undefined`. */
export const chromiumPath: string | undefined = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/lib/chromium/chromium',
].find((path) => path !== undefined && existsSync(path));

/** A browser with one page that counts what must not happen. */
export class Look {
  /** Violations of the content security policy, uncaught errors, and errors on the console. */
  readonly problems: string[] = [];
  readonly page: Page;
  readonly #browser: Browser;

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.page = page;
    page.on('pageerror', (error) => this.problems.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' || /content security policy/i.test(message.text()))
        this.problems.push(message.text());
    });
    page.on('dialog', (dialog) => {
      this.problems.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  static async open(): Promise<Look> {
    const browser = await chromium.launch({
      ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
      args: ['--no-sandbox'],
    });
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      locale: 'en-GB',
    });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    // Text, since it runs in the page, whose types are not those of the tests.
    await page.addInitScript(
      'addEventListener("securitypolicyviolation", (event) => console.error("content security policy: " + event.violatedDirective + " " + event.blockedURI))',
    );
    return new Look(browser, page);
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}
