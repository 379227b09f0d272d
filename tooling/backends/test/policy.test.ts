import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MissingBackendError, pollUntil, requireBackends, start, stopAll } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';

const SECONDS = 1000;
const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

let empty: string;

beforeEach(() => {
  empty = mkdtempSync(join(tmpdir(), 'bduf-policy-'));
});

afterEach(() => {
  rmSync(empty, { recursive: true });
});

describe('requireBackends', () => {
  it('throws an error that names the server and says what to install', async () => {
    const { PATH, BDUF_BACKENDS_DIR } = process.env;
    Object.assign(process.env, { PATH: empty, BDUF_BACKENDS_DIR: empty });
    try {
      const error = await requireBackends(['influxdb']).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(MissingBackendError);
      expect(error).toMatchObject({ code: 'BDUF_ERR_BACKEND_MISSING', names: ['influxdb'] });
      expect(String(error)).toMatch(
        /backend influxdb is missing: install the Debian package influxdb, or put influxd on PATH/,
      );
      await expect(start.influxdb()).rejects.toThrow(MissingBackendError);
    } finally {
      Object.assign(process.env, { PATH, BDUF_BACKENDS_DIR });
      if (BDUF_BACKENDS_DIR === undefined) delete process.env['BDUF_BACKENDS_DIR'];
    }
  });
});

describe('describeWithBackends', () => {
  it(
    'fails in CI when a server is missing',
    async () => {
      const { code, output } = await runFixture({ PATH: empty, BDUF_BACKENDS_DIR: empty, CI: 'true' });
      expect(output).toMatch(
        /MissingBackendError: The backend redis is missing: install the Debian package redis-server/,
      );
      expect(output).toMatch(/^Tests: +1 failed, 1 total$/m);
      expect(code).toBe(1);
    },
    60 * SECONDS,
  );

  it(
    'skips elsewhere and says what to install',
    async () => {
      const { code, output } = await runFixture({ PATH: empty, BDUF_BACKENDS_DIR: empty, CI: '' });
      expect(output).toMatch(
        /^Skipped "visits"\. The backend redis is missing: install the Debian package redis-server/m,
      );
      expect(output).toMatch(/^Tests: +2 skipped, 2 total$/m);
      expect(code).toBe(0);
    },
    60 * SECONDS,
  );
});

await describeWithBackends(['redis'], 'a server', () => {
  it('is stopped by stopAll when its test forgot it', async () => {
    const [one, two] = [await start.redis(), await start.redis()];
    await stopAll();
    for (const { pid, folder } of [one, two]) {
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
      expect(existsSync(folder)).toBe(false);
    }
    await one.stop();
  });

  it.each(['SIGKILL', 'SIGTERM', 'end'] as const)('does not outlive its parent (%s)', async (how) => {
    const index = new URL('../src/index.mjs', import.meta.url).href;
    const code = `
      const { start } = await import(${JSON.stringify(index)});
      const { pid, folder } = await start.redis();
      console.log(JSON.stringify({ pid, folder }));
      if (${how !== 'end'}) setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const { pid, folder } = JSON.parse(line) as { pid: number; folder: string };
    expect(folder).not.toBe('');
    if (how !== 'end') parent.kill(how);
    if (parent.exitCode === null && parent.signalCode === null) await once(parent, 'exit');
    await pollUntil(() => !isRunning(pid) && !existsSync(folder), {
      what: 'the end of the server',
      deadlineMs: 5 * SECONDS,
    });
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Runs the fixture in a jest of its own. */
async function runFixture(env: Record<string, string>) {
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const options = [
    '--testMatch',
    '<rootDir>/test/fixtures/needs-redis.fixture.ts',
    '--reporters',
    'default',
    '--verbose',
  ];
  const child = spawn(process.execPath, [...jest, ...options], { cwd: PACKAGE, env: { HOME: empty, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, output };
}
