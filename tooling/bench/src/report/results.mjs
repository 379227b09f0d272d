import { readFileSync } from 'node:fs';
import os from 'node:os';
import { libraryVersions } from '../libraries/catalog.mjs';
import { summarise } from '../harness/statistics.mjs';

/**
 * @typedef {object} Results What one run measured; the content of `results/latest.json`.
 * @property {Environment} environment
 * @property {{ id: string, title: string }[]} libraries
 * @property {ResultRow[]} rows
 */

/**
 * @typedef {object} ResultRow
 * @property {string} id
 * @property {string} title
 * @property {'ns' | 'ms' | 'bytes'} unit
 * @property {Record<string, { median: number, best: number, rounds: number[] }>} libraries By library id; one that has
 *   nothing of the kind is absent.
 */

/**
 * @typedef {object} Environment
 * @property {string} date
 * @property {string} node
 * @property {string} cpu
 * @property {number} cores
 * @property {number} load Average of the last minute when the run began: what else the machine did.
 * @property {number} rounds
 * @property {boolean} quick
 * @property {Record<string, string>} versions
 */

/**
 * Puts the samples of a run together.
 *
 * @param {import('../harness/run-rounds.mjs').Samples} samples
 * @param {{ rows, libraries, environment: Environment }} run
 * @returns {Results}
 */
export function resultsOf(samples, { rows, libraries, environment }) {
  return {
    environment,
    libraries: libraries.map(({ id, title }) => ({ id, title })),
    rows: rows.map(({ id, title, unit }) => ({
      id,
      title,
      unit,
      libraries: Object.fromEntries(
        [...(samples.get(id) ?? [])].map(([library, rounds]) => [library, rounded(summarise(rounds))]),
      ),
    })),
  };
}

/** Describes where and how a run happens. @returns {Environment} */
export function environmentOf({ rounds, isQuick }) {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cpu: os.cpus()[0].model.trim(),
    cores: os.cpus().length,
    load: significant(os.loadavg()[0]),
    rounds,
    quick: isQuick,
    versions: libraryVersions(),
  };
}

/** Reads a file of results. @returns {Results} */
export function readResults(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function rounded({ median, best, rounds }) {
  return { median: significant(median), best: significant(best), rounds: rounds.map(significant) };
}

function significant(value) {
  return Number(value.toPrecision(4));
}
