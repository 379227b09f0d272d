import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));
const NODE_OPTIONS = ['--expose-gc', '--max-old-space-size=8192'];

/**
 * @typedef {object} RoundsOptions
 * @property {number} rounds
 * @property {readonly import('../scenarios/memory.mjs').Job[]} jobs
 * @property {readonly import('../libraries/catalog.mjs').LibraryEntry[]} libraries
 * @property {object} settings For each job: samples, their length, chosen rows.
 * @property {(message: string) => void} log
 */

/**
 * @typedef {Map<string, Map<string, number[][]>>} Samples By row and library, the samples of each round.
 */

/**
 * Runs every job with every library, each in a process of its own. The libraries take turns within a round, so that a
 * machine that gets slower meanwhile slows all of them, and each round begins with another one.
 *
 * @param {RoundsOptions} options
 * @returns {Promise<Samples>}
 */
export async function runRounds({ rounds, jobs, libraries, settings, log }) {
  /** @type {Samples} */
  const samples = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const job of jobs) {
      const startMs = performance.now();
      for (let turn = 0; turn < libraries.length; turn++) {
        const library = libraries[(round + turn) % libraries.length];
        addSamples(samples, library.id, await runChild({ ...settings, job: job.id, library: library.id }));
      }
      log(`round ${round + 1} of ${rounds}: ${job.id} (${((performance.now() - startMs) / 1000).toFixed(1)} s)`);
    }
  }
  return samples;
}

/** @returns {Promise<Record<string, number[]>>} */
async function runChild(order) {
  const { stdout } = await promisify(execFile)(process.execPath, [...NODE_OPTIONS, CHILD, JSON.stringify(order)]).catch(
    (error) => {
      throw new Error(`${order.job} failed with ${order.library}: ${error.stderr || error.message}`, { cause: error });
    },
  );
  return JSON.parse(stdout);
}

function addSamples(samples, libraryId, rows) {
  for (const [row, values] of Object.entries(rows)) {
    const byLibrary = samples.get(row) ?? new Map();
    samples.set(row, byLibrary);
    byLibrary.set(libraryId, [...(byLibrary.get(libraryId) ?? []), values]);
  }
}
