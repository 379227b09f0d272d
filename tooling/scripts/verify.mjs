// Everything that must hold for a change, cheapest first. A failed step does not hide what the others find; each counts
// as one failure in the closing line.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { runTests } from './run-tests.mjs';

const failures = [];

step('lint', 'pnpm', ['run', 'lint']);
const build = ['run', 'typecheck', 'build', 'api', '--continue=dependencies-successful', '--output-logs=new-only'];
const isBuilt = step('types, build and API reports', 'turbo', build);
// Without a build nearly everything about the tarballs fails, which hides the cause.
if (isBuilt) step('packed packages', process.execPath, ['tooling/scripts/smoke.mjs']);

process.exitCode = runTests([], failures) ? 0 : 1;

function step(title, command, parameters) {
  const startedAt = performance.now();
  const { status, error } = spawnSync(command, parameters, { stdio: 'inherit' });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const isOk = status === 0;
  if (!isOk) failures.push(error ? `${title}: ${error.message}` : title);
  console.log(`\n== ${title}: ${isOk ? 'ok' : 'FAILED'} in ${seconds} s ==\n`);
  return isOk;
}
