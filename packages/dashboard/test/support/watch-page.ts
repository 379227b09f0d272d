// Keeps a page open for a number of minutes, 10 by default, while 500 series stream, and tells what it and its server hold:
// node --expose-gc --conditions=@bduf/source --import=@bduf/jest-preset/run-sources test/support/watch-page.ts [minutes]
import { Look } from './browser.ts';
import { startDemo } from './demo.ts';
import { memoryOf } from './page-load.ts';

const minutes = Number(process.argv[2] ?? 10);
const demo = await startDemo({ series: 500, options: { intervalMs: 500 } });
const look = await Look.open();
await look.page.goto(demo.url);
await look.page.locator('.legend b').first().waitFor();
for (let minute = 0; minute <= minutes; minute += 1) {
  await look.page.waitForTimeout(minute === 0 ? 10_000 : 60_000);
  globalThis.gc?.();
  const { heapBytes, nodes, listeners } = await memoryOf(look.page);
  const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
  // The server's own includes the samples of the demo, which grow by design.
  process.stdout.write(
    `${minute} min: page ${mib(heapBytes)}, ${nodes} nodes, ${listeners} listeners; server ${mib(process.memoryUsage().heapUsed)}\n`,
  );
}
process.stdout.write(`problems: ${JSON.stringify(look.problems)}\n`);
await look.close();
await demo.stop();
