import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const PROVISION_SCRIPT = 'tooling/backends/provision.mjs';
const REQUIREMENTS_SCRIPT = 'tooling/requirements/check.mjs';

/**
 * Runs the tests of all packages, or of those that the given turbo arguments select, and prints the closing line
 * "N passed, N failed, N skipped". A run of all tests fails when it leaves a requirement unproven.
 *
 * @param {string[]} turboArguments For example `--filter=@bduf/metrics-core`.
 * @param {string[]} earlierFailures What has already gone wrong; each counts as one failure in the closing line.
 * @returns {boolean} Whether everything passed.
 */
export function runTests(turboArguments, earlierFailures = []) {
  const failures = [...earlierFailures];
  // Neither the Node version nor the servers that tests talk to are part of turbo's hash by themselves. Without them a
  // result from another Node, or a "skipped" from before a server was installed, would be replayed from the cache.
  const env = { ...process.env, BDUF_NODE: process.version, BDUF_BACKENDS: provisionBackends(failures) };
  const turbo = (extra, options) =>
    spawnSync('turbo', ['run', 'test', ...extra, ...turboArguments], { env, encoding: 'utf8', ...options });

  const packages = packagesWithTests(turbo(['--dry=json']));
  for (const { report } of packages) rmSync(report, { force: true });
  const { status } = turbo(['--continue=always'], { stdio: 'inherit' });

  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, report } of packages) {
    if (existsSync(report)) add(total, JSON.parse(readFileSync(report, 'utf8')));
    else failures.push(`${name} ended without a test report`);
  }
  // For example a README that cannot be read, or a package that left handles open after its last test.
  if (status !== 0 && total.failed + failures.length === 0) failures.push('a task failed although no test did');
  if (!isSelection(turboArguments) && !areRequirementsProven()) failures.push('a requirement is not proven');

  for (const failure of failures) console.error(`FAILED: ${failure}`);
  total.failed += failures.length;
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0;
}

/** Whether turbo is told to run some packages only, which cannot prove what all of them promise. */
function isSelection(turboArguments) {
  return turboArguments.some((argument) => /^(?:-F|--filter|--affected)/.test(argument));
}

function areRequirementsProven() {
  return spawnSync(process.execPath, [REQUIREMENTS_SCRIPT], { stdio: 'inherit' }).status === 0;
}

function packagesWithTests({ status, stdout, stderr }) {
  if (status !== 0) throw new Error(`turbo could not plan the tests:\n${stderr}${stdout}`);
  return JSON.parse(stdout)
    .tasks.filter(({ task, command }) => task === 'test' && command !== '<NONEXISTENT>')
    .map(({ package: name, directory }) => ({ name, report: path.join(directory, 'reports/tests.json') }));
}

/** Makes the servers available and returns their identity, e.g. "prometheus@2.53.3 promtool@none". */
function provisionBackends(failures) {
  if (!existsSync(PROVISION_SCRIPT)) return 'none';
  const { status, stdout } = spawnSync(process.execPath, [PROVISION_SCRIPT], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) {
    failures.push(`${PROVISION_SCRIPT} exited with ${status}`);
    return 'failed';
  }
  return Object.entries(JSON.parse(stdout))
    .map(([name, server]) => `${name}@${server?.version ?? 'none'}`)
    .toSorted()
    .join(' ');
}

function add(total, { passed, failed, skipped }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}
