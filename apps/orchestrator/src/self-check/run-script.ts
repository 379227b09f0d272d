import { textTable } from '../reports/text-table.ts';
import type { Check } from './check.ts';
import { checkFaults } from './check-faults.ts';
import { runSelfCheck } from './self-check.ts';

/** Enough for every simulated user to act several times. */
const TRAFFIC_MS = 8000;
const REQUESTS_PER_SECOND = 80;
/** Not so many that external services refuse some of them anyway. */
const FAULTY_REQUESTS_PER_SECOND = 30;
/** How long an alert may take to fire, and to resolve. */
const ALERT_MS = 15_000;

/**
 * Runs the self-check and prints its result.
 *
 * @returns Whether all checks hold.
 */
export async function runScript(seed: number, print: (text: string) => void): Promise<boolean> {
  print(`Simulated users use a service of their own for ${TRAFFIC_MS / 1000} s …\n`);
  const start = performance.now();
  const work = await runSelfCheck({ trafficMs: TRAFFIC_MS, requestsPerSecond: REQUESTS_PER_SECOND, seed });
  print(tableOf(work));
  print('\nNow every fault of the chaos panel, one after the other or at once …\n');
  const faults = await checkFaults({ requestsPerSecond: FAULTY_REQUESTS_PER_SECOND, seed, withinMs: ALERT_MS });
  print(tableOf(faults));
  const checks = [...work, ...faults];
  const failed = checks.filter(({ problems }) => problems.length > 0);
  for (const { name, problems } of failed) print(`\n${name}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  print(`\n${checks.length - failed.length} of ${checks.length} checks hold (${seconds} s).`);
  return failed.length === 0;
}

function tableOf(checks: readonly Check[]): string {
  return textTable<Check>(
    [
      { title: 'result', value: ({ problems }) => (problems.length === 0 ? 'ok' : 'FAILED') },
      { title: 'check', value: ({ name }) => name },
      { title: 'detail', value: ({ detail }) => detail },
    ],
    checks,
  );
}
