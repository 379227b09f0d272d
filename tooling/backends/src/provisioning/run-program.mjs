import { spawn } from 'node:child_process';

/**
 * What a finished program did.
 *
 * @typedef {{ code: number | null, stdout: string, stderr: string }} ProgramResult
 */

/**
 * Runs a program to its end. Never rejects: a program that cannot be started has code null and the reason in stderr.
 *
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @param {{ cwd?: string, env?: Record<string, string>, input?: string | Uint8Array, timeoutMs?: number }} [options]
 *   `env` is added to the environment of this process.
 * @returns {Promise<ProgramResult>}
 */
export function runProgram(program, programArguments, { cwd, env = {}, input = '', timeoutMs = 60_000 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, programArguments, {
      cwd,
      env: { ...process.env, ...env },
    });
    // Not the option `timeout` of spawn: its timer outlives a program that could not be started.
    const limit = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const output = { stdout: '', stderr: '' };
    for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
      child[stream].setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        output[stream] += text;
      });
    }
    child.once('error', (error) => {
      clearTimeout(limit);
      resolve({ code: null, stdout: '', stderr: error.message });
    });
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      if (signal !== null) output.stderr += `\nended by ${signal} (limit ${timeoutMs} ms)`;
      resolve({ code, ...output });
    });
    // A program that ends without reading its input closes the pipe: its exit code tells the story, not the pipe.
    child.stdin.once('error', () => {});
    child.stdin.end(input);
  });
}
