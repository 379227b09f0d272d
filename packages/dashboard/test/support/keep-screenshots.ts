// Takes the screenshots that the README shows, during a fault that each screen answers for:
// node --conditions=@bduf/source --import=@bduf/jest-preset/run-sources test/support/keep-screenshots.ts
import { mkdirSync } from 'node:fs';
import { Look } from './browser.ts';
import { startDemo } from './demo.ts';

const FOLDER = '../../apps/docs/images/dashboard';
const SHOTS = [
  ['overview', 'light', 'overview'],
  ['http', 'dark', 'http?open=%2Fapi%2Forders'],
  ['mcp', 'light', 'mcp?open=analyze_requirements'],
  ['data', 'dark', 'data'],
  ['business', 'light', 'business'],
  ['system', 'dark', 'system'],
  ['alerts', 'light', 'alerts'],
  ['explorer', 'dark', 'explorer?metric=http_request_duration_seconds&fn=p95&by=route'],
] as const;

mkdirSync(FOLDER, { recursive: true });
const demo = await startDemo();
const look = await Look.open();
await look.page.setViewportSize({ width: 1200, height: 760 });
for (const [name, colorScheme, address] of SHOTS) {
  await look.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await look.page.goto('about:blank');
  await look.page.goto(`${demo.url}#/${address}`);
  await look.page.getByText('Live', { exact: true }).waitFor();
  await look.page
    .locator(name === 'alerts' ? '.card' : '.legend b')
    .first()
    .waitFor();
  // All panels have their answers within a few frames of the first.
  await look.page.waitForTimeout(1000);
  await look.page.screenshot({ path: `${FOLDER}/${name}.png` });
}
await look.close();
await demo.stop();
