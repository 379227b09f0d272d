import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorMessage } from '../error-message.mjs';
import { requireBackends } from '../policy/require-backends.mjs';
import { pollUntil } from './poll-until.mjs';
import { RunningProcess, temporaryFolder } from './running-process.mjs';

/**
 * @typedef {import('../provisioning/catalog.mjs').BackendName} BackendName
 * @typedef {import('../index.d.ts').Backend} Backend
 */

/**
 * How one server is started: with fresh ports, so a second start differs from the first.
 *
 * @template {object} Facts
 * @typedef {object} LaunchPlan
 * @property {readonly string[]} arguments Those of the program.
 * @property {Record<string, string>} [files] Relative path → text, written before the start.
 * @property {Record<string, string>} [env] Added to the environment.
 * @property {() => boolean | Promise<boolean>} ready True once the server answers.
 * @property {Facts} facts What the starter wants back, such as the ports.
 */

/** Measured starts take 30 to 700 ms; a busy machine may need a hundred times as long. */
const START_LIMIT_MS = 30_000;

/** Another process can take a free port before the server binds it. */
const PORT_ATTEMPTS = 3;

const PORT_TAKEN = /address already in use|EADDRINUSE|bind: /i;

/**
 * Starts the server of a backend and waits until it is ready.
 *
 * @template {object} Facts
 * @param {BackendName} name
 * @param {(folder: string, backend: Backend) => Promise<LaunchPlan<Facts>>} prepare Called for each attempt.
 * @returns {Promise<Facts & { running: RunningProcess, backend: Backend, startMs: number }>}
 */
export async function launch(name, prepare) {
  const { [name]: backend } = await requireBackends([name]);
  return launchProgram(backend, prepare);
}

/**
 * As {@link launch}, for a program that is there.
 *
 * @template {{ name: string, path: string, env: Readonly<Record<string, string>> }} Program
 * @template {object} Facts
 * @param {Program} backend
 * @param {(folder: string, backend: Program) => Promise<LaunchPlan<Facts>>} prepare Called for each attempt.
 * @returns {Promise<Facts & { running: RunningProcess, backend: Program, startMs: number }>}
 */
export async function launchProgram(backend, prepare) {
  const { name } = backend;
  for (let attempt = 1; ; attempt += 1) {
    const folder = temporaryFolder(name);
    const plan = await prepare(folder, backend).catch((error) => {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    });
    for (const [path, text] of Object.entries(plan.files ?? {})) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const startedMs = performance.now();
    const running = new RunningProcess(name, backend.path, plan.arguments, folder, { ...backend.env, ...plan.env });
    try {
      await pollUntil(plan.ready, {
        what: `start of ${name}`,
        deadlineMs: START_LIMIT_MS,
        everyMs: 10,
        signal: running.ended,
      });
      return { ...plan.facts, running, backend, startMs: performance.now() - startedMs };
    } catch (error) {
      const tail = running.logTail();
      await running.stop();
      if (attempt < PORT_ATTEMPTS && PORT_TAKEN.test(tail)) continue;
      throw new Error(`${errorMessage(error)}\n${tail}`, { cause: error });
    }
  }
}
