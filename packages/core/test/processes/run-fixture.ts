import { execFile, type ExecFileOptions } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const packageFolder = path.resolve(import.meta.dirname, '../..');

/**
 * The programs in `fixtures`, compiled together with the sources they import. Threads and processes of plain JavaScript start ten
 * times faster than with a loader, and a test starts dozens.
 */
export class Fixtures {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'bduf-workers-'));

  async compile(): Promise<void> {
    writeFileSync(path.join(this.#folder, 'package.json'), '{ "type": "module" }');
    const config = path.join(import.meta.dirname, 'fixtures');
    await run(path.join(packageFolder, 'node_modules/.bin/tsc'), ['-p', config, '--outDir', this.#folder]);
  }

  /** Runs a program and returns the last line it printed, as JSON. */
  async run(program: string, args: readonly string[], options: ExecFileOptions = {}): Promise<unknown> {
    const file = path.join(this.#folder, 'test/processes/fixtures', `${program}.js`);
    const { stdout } = await run(process.execPath, ['--expose-gc', file, ...args], {
      ...options,
      encoding: 'utf8',
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
