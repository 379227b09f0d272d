import { runProgram } from './run-program.mjs';

/** A first start from a cold disk under load takes seconds, never this long. */
const PROBE_LIMIT_MS = 30_000;

/**
 * Starts a program once.
 *
 * @param {import('./catalog.mjs').CatalogEntry} entry
 * @param {string} path The program.
 * @param {Record<string, string>} env
 * @returns {Promise<string | undefined>} The version that the program printed, if it printed one.
 * @throws {Error} When the program does not start or ends with a failure.
 */
export async function probeVersion(entry, path, env) {
  const { code, stdout, stderr } = await runProgram(path, entry.probe, { env, timeoutMs: PROBE_LIMIT_MS });
  if (code !== 0) {
    const lastLine = stderr.trim().split('\n').at(-1) ?? '';
    throw new Error(`${path} ${entry.probe[0]} failed (exit code ${code}): ${lastLine}`);
  }
  return entry.version.exec(stdout + stderr)?.[1];
}
