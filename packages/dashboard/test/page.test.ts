import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliDecompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildPage, moduleText } from '../scripts/build-page.mjs';
import { pageAssets } from '../src/server/page-assets.ts';
import { Look, chromiumPath } from './support/browser.ts';
import { type Demo, startDemo } from './support/demo.ts';

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

const HOSTILE = '<img src=x onerror=alert(1)>';
const SCREENS = [
  ['overview', 'o', 'Overview'],
  ['http', 'h', 'HTTP'],
  ['mcp', 'm', 'MCP'],
  ['data', 'd', 'Data'],
  ['business', 'b', 'Business'],
  ['system', 's', 'System & health'],
  ['alerts', 'a', 'Alerts'],
  ['explorer', 'e', 'Explorer'],
] as const;
/** What a screen shows beside its first view, and what is there when it has come. */
const FURTHER_VIEWS = [
  ['http?open=%2Fapi%2Forders', '.heat canvas'],
  ['mcp?open=analyze_requirements', '.chart'],
  ['alerts?tab=rules', 'td'],
  ['alerts?tab=history', '.timeline li'],
  ['alerts?tab=deliveries', 'td'],
  ['explorer?metric=http_request_duration_seconds&fn=p95&by=route', '.chart'],
  ['explorer?tab=cost', 'td'],
] as const;
const axeSource = readFileSync(
  createRequire(join(process.cwd(), 'package.json')).resolve('axe-core/axe.min.js'),
  'utf8',
);
const shots = 'reports/screenshots';

const isCi = process.env['CI'] !== undefined;
if (chromiumPath === undefined && !isCi) {
  process.stderr.write('The page is not tested: there is no Chromium. Install it, or set CHROMIUM_PATH.\n');
}
const withBrowser = chromiumPath === undefined && !isCi ? describe.skip : describe;

describe('the files of the page', () => {
  it('are what page/ builds to', async () => {
    const built = moduleText(await buildPage());
    expect(readFileSync('src/server/page-assets.ts', 'utf8').replaceAll(/\s/g, '')).toBe(built.replaceAll(/\s/g, ''));
  });

  it('are at most 120 kB together, 45 kB gzipped', () => {
    const sizes = pageAssets.map(({ brotliBase64 }) => {
      const bytes = brotliDecompressSync(Buffer.from(brotliBase64, 'base64'));
      return { plain: bytes.length, gzip: gzipSync(bytes).length };
    });
    const total = (of: 'plain' | 'gzip'): number => sizes.reduce((sum, size) => sum + size[of], 0);
    expect(sizes).toHaveLength(3);
    expect(total('plain')).toBeGreaterThan(50_000);
    expect(total('plain')).toBeLessThanOrEqual(120_000);
    expect(total('gzip')).toBeLessThanOrEqual(45_000);
  });

  it('load nothing from elsewhere', () => {
    const text = pageAssets
      .map(({ brotliBase64 }) => brotliDecompressSync(Buffer.from(brotliBase64, 'base64')).toString())
      .join('\n');
    expect(text.match(/https?:\/\/(?!www\.w3\.org\/|dashboard)[a-z0-9.-]+\.[a-z]{2,}/g) ?? []).toStrictEqual([]);
    expect(text).not.toMatch(/\beval\(|new Function|innerHTML\s*=\s*[^=]*location/);
  });
});

withBrowser('the page', () => {
  let demo: Demo;
  let look: Look;

  beforeAll(async () => {
    mkdirSync(shots, { recursive: true });
    demo = await startDemo({ hostile: HOSTILE, minutes: 16 });
    look = await Look.open();
  }, 60_000);

  afterAll(async () => {
    await look.close();
    await demo.stop();
  });

  const open = async (address: string): Promise<void> => {
    await look.page.goto('about:blank');
    await look.page.goto(`${demo.url}#/${address}`);
    await look.page
      .getByRole('status')
      .filter({ hasText: /^(Live|Paused)/ })
      .waitFor();
  };

  const seriousFindings = async (within: 'document' | '"main"' = 'document'): Promise<string[]> => {
    // The policy of the page forbids script tags; the debugger may evaluate.
    await look.page.evaluate(axeSource);
    const { violations } = await look.page.evaluate<AxeResult>(`axe.run(${within})`);
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`)
            .join(' | ')}`,
      );
  };

  it.each(['light', 'dark'] as const)(
    'shows every screen in %s, without a serious finding of axe',
    async (theme) => {
      await look.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      const findings: string[] = [];
      for (const [id, , name] of SCREENS) {
        await open(id);
        await look.page.getByRole('heading', { level: 1, name }).waitFor();
        if (id !== 'alerts' && id !== 'explorer') await look.page.locator('.chart canvas').first().waitFor();
        if (id === 'explorer') await look.page.getByRole('button', { name: 'http_requests_total' }).first().waitFor();
        expect(await look.page.evaluate('document.documentElement.dataset.theme')).toBe(theme);
        await look.page.screenshot({ path: `${shots}/${id}-${theme}.png`, fullPage: true });
        findings.push(...(await seriousFindings()).map((finding) => `${id}: ${finding}`));
      }
      for (const [address, sign] of FURTHER_VIEWS) {
        await open(address);
        await look.page.locator(sign).first().waitFor();
        findings.push(...(await seriousFindings('"main"')).map((finding) => `${address}: ${finding}`));
      }
      expect(findings).toStrictEqual([]);
      expect(look.problems).toStrictEqual([]);
    },
    300_000,
  );

  it('would be told of a finding and of a violation', async () => {
    await open('overview');
    await look.page.evaluate('void document.querySelector("main").append(document.createElement("button"))');
    expect((await seriousFindings()).join('\n')).toContain('button-name');
    await look.page.evaluate(
      'void document.body.append(Object.assign(document.createElement("script"), { textContent: "globalThis.inline = true" }))',
    );
    expect(await look.page.evaluate('globalThis.inline')).toBeUndefined();
    expect(look.problems.join('\n')).toContain('script-src');
    look.problems.length = 0;
  }, 60_000);

  it('shows hostile labels as text', async () => {
    for (const id of ['http', 'overview', 'alerts', 'explorer?metric=http_requests_total&by=route']) {
      await open(id);
      await look.page.getByText(HOSTILE).first().waitFor({ state: 'attached' });
      expect(await look.page.locator('img').count()).toBe(0);
    }
    expect(look.problems).toStrictEqual([]);
  }, 60_000);

  it('answers where it hurts: the failing route is red on the overview, and one click shows it', async () => {
    await open('overview');
    await look.page.getByText('In trouble').waitFor();
    const tile = look.page.getByRole('button', { name: /Errors high/ });
    await tile.waitFor();
    await tile.click();
    const row = look.page
      .getByRole('row')
      .filter({ has: look.page.getByRole('button', { name: '/api/orders', exact: true }) });
    await row.locator('.bad').waitFor();
    await row.getByRole('button').first().click();
    await look.page.locator('.heat canvas').waitFor();
    expect(look.page.url()).toContain('open=%2Fapi%2Forders');
    await look.page.screenshot({ path: `${shots}/fault-route.png`, fullPage: true });
  }, 60_000);

  it('is reached by keys alone', async () => {
    await open('overview');
    for (const [, key, name] of SCREENS) {
      await look.page.keyboard.press('g');
      await look.page.keyboard.press(key);
      await look.page.getByRole('heading', { level: 1, name }).waitFor();
      expect(await look.page.evaluate('document.activeElement?.tagName')).toBe('H1');
    }
    await look.page.keyboard.press('/');
    await look.page.locator('#search:focus').waitFor();
    await look.page.keyboard.type('cache_ev');
    await look.page.getByText('1 of').waitFor();
    await look.page.keyboard.press('Tab');
    await look.page.keyboard.press('Enter');
    await look.page.getByRole('heading', { level: 2, name: 'cache_evictions_total' }).waitFor();
    await look.page.keyboard.press('?');
    await look.page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await look.page.keyboard.press('Escape');
    await look.page.getByRole('dialog').waitFor({ state: 'detached' });
    await look.page.keyboard.press('p');
    await look.page.getByText('Paused').waitFor();
    await look.page.keyboard.press('p');
    await look.page.getByText('Live', { exact: true }).waitFor();
    await look.page.keyboard.press('t');
    expect(await look.page.evaluate('document.documentElement.dataset.theme')).toBe('light');
    await look.page.keyboard.press(']');
    await look.page.getByRole('button', { name: '1 h', pressed: true }).waitFor();
    // The choice of a theme is remembered, but should not be for the tests after this.
    await look.page.evaluate('localStorage.clear()');
  }, 60_000);

  it('pauses, zooms by a drag, and keeps all of it in the address', async () => {
    await open('http?range=900');
    const canvas = look.page.locator('.chart canvas').first();
    await canvas.waitFor();
    await look.page.keyboard.press('p');
    expect(look.page.url()).toContain('at=');
    const box = await canvas.boundingBox();
    if (box === null) throw new Error('The chart has no place on the page.');
    await look.page.mouse.move(box.x + box.width * 0.3, box.y + 60);
    await look.page.mouse.down();
    await look.page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 5 });
    await look.page.mouse.up();
    await look.page.getByRole('button', { name: 'Whole range' }).waitFor();
    const address = look.page.url();
    await look.page.goto('about:blank');
    await look.page.goto(address);
    await look.page.getByText('Paused').waitFor();
    await look.page.getByRole('button', { name: 'Whole range' }).click();
    expect(look.page.url()).not.toContain('from=');
  }, 60_000);

  it('has one crosshair for all charts, whose values the legends tell', async () => {
    await open(`overview?at=${Date.now()}`);
    await look.page.locator('.chart').nth(2).waitFor();
    const shares = look.page.getByRole('region', { name: 'Error share', exact: true });
    const newest = await shares.locator('.legend b').textContent();
    const requests = look.page.getByRole('region', { name: 'Requests', exact: true }).locator('.chart canvas').last();
    const box = await requests.boundingBox();
    if (box === null) throw new Error('The chart has no place on the page.');
    // Before the fault: the share of errors is small there, and large now.
    await look.page.mouse.move(box.x + box.width * 0.5, box.y + 60);
    await shares
      .locator('.legend b')
      .filter({ hasText: /^0(\.\d+)? %$/ })
      .waitFor();
    expect(parseFloat(newest ?? '')).toBeGreaterThan(5);
    await look.page.mouse.move(5, 5);
    await shares
      .locator('.legend b')
      .filter({ hasText: newest ?? '' })
      .waitFor();
  }, 60_000);

  it('shows each chart as a table, and copies its question as PromQL', async () => {
    await open('overview');
    const panel = look.page.getByRole('region', { name: 'Error share', exact: true });
    await panel.locator('.chart').waitFor();
    await panel.getByRole('button', { name: 'Error share: copy as PromQL' }).click();
    await look.page.getByText('Copied as PromQL').waitFor();
    expect(await look.page.evaluate('navigator.clipboard.readText()')).toContain(
      'sum(rate(http_requests_total{status_code=~"5.."}',
    );
    await panel.getByRole('button', { name: 'Error share: show as table' }).click();
    const cells = await panel.getByRole('cell').allTextContents();
    expect(cells.length).toBeGreaterThan(10);
    expect(cells.every((text) => /^(–|[\d.]+ %)$/.test(text))).toBe(true);
  }, 60_000);

  it('explores: function, group, filter, cardinality', async () => {
    await open('explorer?metric=http_requests_total');
    await look.page.getByRole('button', { name: /^route \d/ }).click();
    await look.page.getByPlaceholder('label="value", then Enter').fill('status_code=~"5.."');
    await look.page.keyboard.press('Enter');
    await look.page.getByText('topk(8, sum by (route) (rate(http_requests_total{status_code=~"5.."}').waitFor();
    // A crosshair that was there must not leave its numbers in the legend.
    await look.page.locator('.chart canvas').last().hover();
    await look.page.mouse.move(5, 5);
    await look.page.getByLabel('Function').selectOption('increase');
    await look.page.getByText('increase(http_requests_total{').waitFor();
    await look.page.getByRole('button', { name: /^Remove filter/ }).click();
    // Some 20 requests a second, counted for half a minute.
    const busiest = look.page.locator('.legend li').filter({ hasText: '/api/orders' }).first().locator('b');
    await busiest.filter({ hasText: /^\d{3,}$/ }).waitFor();
    expect(look.page.url()).toContain('fn=increase');
    await look.page.getByRole('button', { name: 'Copy as curl' }).click();
    await look.page.getByText('Copied as curl').waitFor();
    await look.page.screenshot({ path: `${shots}/explorer-metric.png`, fullPage: true });
    await look.page.getByRole('button', { name: 'Cardinality' }).click();
    await look.page.getByRole('columnheader', { name: /series/ }).waitFor();
  }, 60_000);

  it.each(['light', 'dark'] as const)(
    'acts on alerts in %s',
    async (colorScheme) => {
      const { deadLetters, actions } = demo.alerts;
      await look.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await open('alerts');
      await look.page.getByLabel('You are').fill('ann');
      const card = look.page.getByRole('listitem').filter({ hasText: 'high_error_rate' });
      await card.getByRole('button', { name: 'Acknowledge' }).click();
      await card.getByText('ann takes care').waitFor();
      await card.getByRole('button', { name: 'Take back' }).click();
      await card.getByRole('button', { name: 'Silence…' }).click();
      const form = look.page.getByRole('form', { name: 'New silence' });
      await form.getByLabel(/Matchers/).fill('alertname="high_error_rate"\nteam=~"plat.*"');
      await form.getByText('Mutes 1 of 2 active alerts.').waitFor();
      await look.page.screenshot({ path: `${shots}/silence.png`, fullPage: true });
      await form.getByLabel('Why').fill('deploying');
      await form.getByRole('button', { name: 'Silence' }).click();
      await look.page.getByRole('button', { name: 'Silences 1' }).click();
      await look.page.getByRole('button', { name: 'End now' }).click();
      await look.page.getByText('Nothing is silenced.').waitFor();
      await look.page.getByRole('button', { name: /^Deliveries/ }).click();
      await look.page
        .getByRole('row')
        .filter({ hasText: 'slack' })
        .getByRole('button', { name: 'Send a test' })
        .click();
      await look.page.getByText('A test went to slack.').waitFor();
      const mail = look.page.getByRole('region', { name: 'Channels' }).getByRole('row').filter({ hasText: 'email' });
      await mail.getByRole('button', { name: 'Send a test' }).click();
      await look.page.getByText('email did not take it: connect ECONNREFUSED').waitFor();
      await look.page.getByRole('button', { name: 'Try again' }).click();
      await look.page.getByRole('button', { name: 'Try again' }).waitFor({ state: 'detached' });
      await look.page.getByRole('button', { name: 'History' }).click();
      await look.page.locator('.timeline li').first().waitFor();
      demo.alerts.deadLetters = deadLetters;
      expect(actions.splice(0)).toStrictEqual([
        'acknowledge a1 ann',
        'unacknowledge a1',
        'silence alertname=high_error_rate,team=~plat.* by ann: deploying',
        'expire s1',
        'test slack',
        'test email',
        'redeliver d1',
      ]);
      expect(look.problems).toStrictEqual([]);
    },
    60_000,
  );

  it('says that it is stale when the server goes, keeps what it has, and comes back with it', async () => {
    await open('overview');
    await look.page.locator('.chart canvas').first().waitFor();
    const { port } = demo;
    await demo.stop();
    await look.page.getByText(/^Stale: no data since/).waitFor();
    await look.page.screenshot({ path: `${shots}/stale.png` });
    expect(await look.page.locator('.chart canvas').count()).toBeGreaterThan(0);
    demo = await startDemo({ port, hostile: HOSTILE, minutes: 2 });
    await look.page.getByText('Live', { exact: true }).waitFor();
    // A browser tells of the lost connection on its console; nothing else may be there.
    expect(
      look.problems.filter((text) => !/ERR_(CONNECTION|INCOMPLETE|EMPTY)|Failed to load resource/.test(text)),
    ).toStrictEqual([]);
  }, 60_000);
});
