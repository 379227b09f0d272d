import { basename, dirname, join } from 'node:path';
import { errorMessage } from '../error-message.mjs';
import { catalogEntry } from './catalog.mjs';
import { findOnPath } from './find-on-path.mjs';
import { probeVersion } from './probe.mjs';

/**
 * @typedef {import('./catalog.mjs').BackendName} BackendName
 * @typedef {import('./catalog.mjs').CatalogEntry} CatalogEntry
 * @typedef {import('./package-trees.mjs').PackageTrees} PackageTrees
 * @typedef {import('../index.d.ts').Backend} Backend
 */

/**
 * What is known of a program before it has started.
 *
 * @typedef {Pick<Backend, 'origin' | 'root' | 'env'> & { path: string, packageVersion?: string | undefined }} Candidate
 */

/** As much of a reason as a person reads; apt repeats itself for each file. */
const REASON_LENGTH = 300;

/**
 * Tries the sources of a backend in the order of the catalog, then the programs of the host.
 *
 * @param {BackendName} name
 * @param {PackageTrees} trees
 * @param {(line: string) => void} log
 * @returns {Promise<Backend | { reason: string }>} The first program that starts, or why there is none.
 */
export async function findBackend(name, trees, log) {
  const entry = catalogEntry(name);
  /** @type {string[]} */
  const reasons = [];
  const note = (/** @type {string} */ place, /** @type {unknown} */ error) => {
    const reason = `${place}: ${errorMessage(error)}`.slice(0, REASON_LENGTH);
    reasons.push(reason);
    log(`${name} is not to be had from ${reason}`);
  };
  for (const source of entry.sources) {
    try {
      const { root, env, packages } = await trees.unpack(entry, source);
      const packageVersion = packages[source.packages[0]];
      const programs = entry.modules === undefined ? [join(root, entry.program)] : hostPrograms(entry);
      const candidates = programs.map((path) => ({ path, origin: source.suite, root, env, packageVersion }));
      return await firstThatStarts(name, candidates);
    } catch (error) {
      note(source.suite === 'sid' ? 'sid' : "the host's suite", error);
    }
  }
  try {
    return await firstThatStarts(name, hostPrograms(entry).map(hostCandidate));
  } catch (error) {
    note('PATH', error);
  }
  return { reason: reasons.join('; ') };
}

/**
 * Programs of the host that may serve. Debian's own Python comes before those that are only first on PATH.
 *
 * @param {CatalogEntry} entry
 * @returns {string[]}
 */
export function hostPrograms(entry) {
  const found = findOnPath(basename(entry.program));
  const own = `/${entry.program}`;
  return entry.modules !== undefined && found.includes(own) ? [own, ...found.filter((path) => path !== own)] : found;
}

/**
 * @param {string} path Of the form /usr/sbin/x: its data are below /.
 * @returns {Candidate}
 */
const hostCandidate = (path) => ({ path, origin: 'path', root: dirname(dirname(dirname(path))), env: {} });

/**
 * @param {BackendName} name
 * @param {readonly Candidate[]} candidates
 * @returns {Promise<Backend>}
 * @throws {Error} When none starts; it says why the last did not.
 */
async function firstThatStarts(name, candidates) {
  const entry = catalogEntry(name);
  let obstacle = `no program ${basename(entry.program)}`;
  for (const { packageVersion, ...candidate } of candidates) {
    try {
      const version = await probeVersion(entry, candidate.path, candidate.env);
      return { name, ...candidate, version: version ?? packageVersion ?? 'unknown' };
    } catch (error) {
      obstacle = errorMessage(error);
    }
  }
  throw new Error(obstacle);
}
