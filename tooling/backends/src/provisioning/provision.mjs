import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBackend, hostPrograms } from './backend-search.mjs';
import { cacheFolder } from './cache-folder.mjs';
import { withCacheLock } from './cache-lock.mjs';
import { catalogEntry } from './catalog.mjs';
import { HostArchives } from './host-archives.mjs';
import { Manifest } from './manifest.mjs';
import { PackageTrees } from './package-trees.mjs';

/**
 * @typedef {import('./catalog.mjs').BackendName} BackendName
 * @typedef {import('../index.d.ts').ProvisionOptions} ProvisionOptions
 */

/** @type {typeof import('../index.d.ts').provision} */
export async function provision(names, options = {}) {
  const { cache = cacheFolder(), retry = false } = options;
  let manifest = Manifest.read(cache);
  if (unsettled(names, manifest, retry).length > 0) {
    manifest = await withCacheLock(cache, () => search(names, cache, options));
  }
  const found = names.map((name) => [name, manifest.backend(name) ?? null]);
  return Object.fromEntries(found);
}

/**
 * Why a backend is not there, as the last search for it found.
 *
 * @param {BackendName} name
 * @returns {string}
 */
export const failureReason = (name) => Manifest.read(cacheFolder()).failure(name)?.reason ?? 'none';

/**
 * The names that a search could answer better than the manifest does.
 *
 * @param {readonly BackendName[]} names
 * @param {Manifest} manifest
 * @param {boolean} retry
 */
function unsettled(names, manifest, retry) {
  return names.filter((name) => {
    const backend = manifest.backend(name);
    if (backend !== undefined) return retry && backend.origin === 'path';
    const failure = manifest.failure(name);
    // Somebody may have followed the advice to install the program.
    const isUnchanged = failure?.hostPrograms.join() === hostPrograms(catalogEntry(name)).join();
    return retry || !isUnchanged;
  });
}

/**
 * Searches for backends and records what was found. The caller holds the lock of the cache.
 *
 * @param {readonly BackendName[]} names
 * @param {string} cache
 * @param {ProvisionOptions} options
 * @returns {Promise<Manifest>}
 */
async function search(names, cache, { log = () => {}, retry = false, aptFolder }) {
  const manifest = Manifest.read(cache);
  const lists = mkdtempSync(join(cache, 'lists-'));
  const trees = new PackageTrees(cache, new HostArchives(lists, log, aptFolder), log);
  try {
    // Another process may have found some while this one waited for the lock.
    for (const name of unsettled(names, manifest, retry)) {
      const outcome = await findBackend(name, trees, log);
      if ('reason' in outcome) {
        manifest.recordFailure(name, outcome.reason, hostPrograms(catalogEntry(name)));
      } else {
        log(`${name}: ${outcome.version} from ${outcome.origin}`);
        manifest.recordBackend(outcome);
      }
      manifest.write(cache);
    }
  } finally {
    rmSync(lists, { recursive: true, force: true });
  }
  return manifest;
}
