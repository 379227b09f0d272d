// Everything that must hold for a change, cheapest first. A failed step does not hide what later steps find; each
// counts as one failure in the closing line.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { runTests } from './run-tests.mjs';

const STEPS = [
  ['lint', 'pnpm', ['run', 'lint']],
  [
    'types, build and API reports',
    'turbo',
    ['run', 'typecheck', 'build', 'api', '--continue=dependencies-successful', '--output-logs=new-only'],
  ],
  ['packed packages', process.execPath, ['tooling/scripts/smoke.mjs']],
];

const failures = [];
for (const [title, command, parameters] of STEPS) {
  const startedAt = performance.now();
  const { status, error } = spawnSync(command, parameters, { stdio: 'inherit' });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const isOk = status === 0;
  if (!isOk) failures.push(error ? `${title}: ${error.message}` : title);
  console.log(`\n== ${title}: ${isOk ? 'ok' : 'FAILED'} in ${seconds} s ==\n`);
}
process.exitCode = runTests([], failures) ? 0 : 1;
