// Runs the tests of all packages (or of those that the given turbo arguments select, e.g. --filter=@bduf/metrics-core)
// and ends with the line "N passed, N failed, N skipped".
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const PROVISION_SCRIPT = 'tooling/backends/provision.mjs';

const turboArguments = process.argv.slice(2);
const problems = [];

// Neither the Node version nor the servers that tests talk to are part of turbo's hash by themselves. Without them a
// result from another Node, or a "skipped" from before a server was installed, would be replayed from the cache.
const environment = { ...process.env, BDUF_NODE: process.version, BDUF_BACKENDS: provisionBackends() };

const packages = packagesWithTests();
const reports = packages.map(({ name, directory }) => ({ name, file: path.join(directory, 'reports/tests.json') }));
for (const { file } of reports) rmSync(file, { force: true });

const { status } = turbo(['--continue=always'], { stdio: 'inherit' });

const total = { passed: 0, failed: 0, skipped: 0 };
for (const { name, file } of reports) {
  if (existsSync(file)) add(JSON.parse(readFileSync(file, 'utf8')));
  else problems.push(`${name} ended without a test report`);
}
total.failed += problems.length;
// For example a failed type generation before the tests, or a package that left handles open after its last test.
if (status !== 0 && total.failed === 0) {
  problems.push('a task failed although no test did');
  total.failed = 1;
}

for (const problem of problems) console.error(`FAILED: ${problem}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = status === 0 && total.failed === 0 ? 0 : 1;

function turbo(extraArguments, options) {
  return spawnSync('turbo', ['run', 'test', ...extraArguments, ...turboArguments], { env: environment, ...options });
}

function packagesWithTests() {
  const { stdout, stderr, status: exitStatus } = turbo(['--dry=json'], { encoding: 'utf8' });
  if (exitStatus !== 0) throw new Error(`turbo could not plan the tests:\n${stderr}${stdout}`);
  const { tasks } = JSON.parse(stdout);
  return tasks
    .filter(({ task, command }) => task === 'test' && command !== '<NONEXISTENT>')
    .map(({ package: name, directory }) => ({ name, directory }));
}

/** Makes the servers available and returns their identity, e.g. "prometheus@2.53.3 promtool@none". */
function provisionBackends() {
  if (!existsSync(PROVISION_SCRIPT)) return 'none';
  const { stdout, status: exitStatus } = spawnSync(process.execPath, [PROVISION_SCRIPT], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (exitStatus !== 0) {
    problems.push(`${PROVISION_SCRIPT} exited with ${exitStatus}`);
    return 'failed';
  }
  return Object.entries(JSON.parse(stdout))
    .map(([name, server]) => `${name}@${server?.version ?? 'none'}`)
    .toSorted()
    .join(' ');
}

function add({ passed, failed, skipped }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}
