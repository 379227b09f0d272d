// The script behind `pnpm test`, on a workspace of one package with a turbo that leaves the given report.
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const root = path.resolve(process.cwd(), '../..');
const workspace = mkdtempSync(path.join(tmpdir(), 'bduf-whole-run-'));
const proof = { file: 'packages/a/test/a.test.ts', test: 'counts' };

afterAll(() => {
  rmSync(workspace, { recursive: true });
});

function write(file: string, content: unknown): void {
  const target = path.join(workspace, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
}

write('tooling/requirements/requirements.json', [{ id: 'A', promise: 'It counts.', proofs: [proof] }]);
for (const file of ['tooling/scripts/test.mjs', 'tooling/scripts/run-tests.mjs', 'tooling/requirements/check.mjs'])
  cpSync(path.join(root, file), path.join(workspace, file));
cpSync(path.join(root, 'tooling/requirements/src'), path.join(workspace, 'tooling/requirements/src'), {
  recursive: true,
});
mkdirSync(path.join(workspace, 'apps'));
write('packages/a/package.json', {});
write(
  'bin/turbo',
  `#!${process.execPath}
const fs = require('node:fs');
if (process.argv.includes('--dry=json'))
  console.log(JSON.stringify({ tasks: [{ task: 'test', command: 'jest', package: 'a', directory: 'packages/a' }] }));
else {
  fs.mkdirSync('packages/a/reports', { recursive: true });
  fs.writeFileSync('packages/a/reports/tests.json', process.env.REPORT);
}
`,
);
chmodSync(path.join(workspace, 'bin/turbo'), 0o755);

interface Ending {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Runs the script where the one test of the package ended with the given status, or was never there. */
async function endingOf(status: string | undefined, parameters: readonly string[], ci = ''): Promise<Ending> {
  const tests = status === undefined ? [] : [{ file: 'test/a.test.ts', title: 'counts', status }];
  const counts = { passed: 1, failed: 0, skipped: status === 'pending' ? 1 : 0 };
  const env = {
    ...process.env,
    PATH: `${path.join(workspace, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
    REPORT: JSON.stringify({ ...counts, tests }),
    CI: ci,
  };
  const script = run(process.execPath, ['tooling/scripts/test.mjs', ...parameters], { cwd: workspace, env });
  const { code, stdout } = await script.then(
    (output) => ({ code: 0, stdout: output.stdout }),
    (error: unknown) => error as { code: number; stdout: string },
  );
  return { code, lines: stdout.trim().split('\n') };
}

describe('a run of all tests', () => {
  it('passes when it proves every requirement', async () => {
    expect(await endingOf('passed', [])).toEqual({ code: 0, lines: ['1 passed, 0 failed, 0 skipped'] });
  });

  it('fails when it leaves a requirement unproven, although no test failed', async () => {
    expect(await endingOf(undefined, [])).toEqual({
      code: 1,
      lines: ['FAILED: A: "counts" of packages/a/test/a.test.ts did not run', '1 passed, 1 failed, 0 skipped'],
    });
    expect((await endingOf(undefined, ['--force'])).code).toBe(1);
  });

  it('forgives what is skipped where servers are missing, but not in CI', async () => {
    const skipped = 'A: "counts" of packages/a/test/a.test.ts is skipped';
    expect(await endingOf('pending', [])).toEqual({
      code: 0,
      lines: [`skipped: ${skipped}`, '1 passed, 0 failed, 1 skipped'],
    });
    expect(await endingOf('pending', [], 'true')).toEqual({
      code: 1,
      lines: [`FAILED: ${skipped}`, '1 passed, 1 failed, 1 skipped'],
    });
  });

  it.each(['--filter=a', '--filter', '-F', '--affected'])(
    'asks nothing of a part of the packages: %s',
    async (flag) => {
      expect(await endingOf(undefined, [flag])).toEqual({ code: 0, lines: ['1 passed, 0 failed, 0 skipped'] });
    },
  );
});
