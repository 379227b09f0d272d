import { execFile } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.resolve(process.cwd(), '../..');

/**
 * Runs a program of the repository against the sources, as a user would run it against the packages, and gives what it
 * prints. Rejects when it exits with another code than 0.
 */
export async function runProgram(file: string, ...args: readonly string[]): Promise<string> {
  const sources = ['--conditions=@bduf/source', `--import=${path.join(root, 'tooling/jest-preset/run-sources.js')}`];
  const parameters = ['--expose-gc', ...sources, path.join(root, file), ...args];
  const { stdout } = await run(process.execPath, parameters, { cwd: root });
  return stdout;
}
