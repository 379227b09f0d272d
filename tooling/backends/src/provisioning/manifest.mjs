import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { catalogEntry, recipe } from './catalog.mjs';

/**
 * @typedef {import('./catalog.mjs').BackendName} BackendName
 * @typedef {import('../index.d.ts').Backend} Backend
 */

/**
 * A program that has started, with what must still hold for it to be trusted: the file is the same, and the catalog.
 *
 * @typedef {Backend & { stamp: string | undefined, recipe: string }} Acceptance
 */

/**
 * A search in vain, with the programs of the host at that time.
 *
 * @typedef {{ reason: string, atMs: number, hostPrograms: readonly string[] }} Failure
 */

/**
 * @typedef {object} ManifestContent
 * @property {string} system The system that the programs have started on.
 * @property {Partial<Record<BackendName, Acceptance>>} accepted The programs.
 * @property {Partial<Record<BackendName, Failure>>} failed The searches.
 */

/** Long enough that a run of many suites searches once, short enough that a mended network is noticed. */
const FAILURE_KEPT_MS = 10 * 60_000;

const FILE = 'manifest.json';

/**
 * What a cache knows: which programs have started, and which names were searched in vain.
 */
export class Manifest {
  /** @type {ManifestContent} */
  #content;

  /** @param {ManifestContent} content */
  constructor(content) {
    this.#content = content;
  }

  /**
   * Reads the manifest of a cache. That of another system, or an unreadable one, knows nothing.
   *
   * @param {string} cache
   * @returns {Manifest}
   */
  static read(cache) {
    const empty = { system: systemKey(), accepted: {}, failed: {} };
    try {
      const content = JSON.parse(readFileSync(join(cache, FILE), 'utf8'));
      return new Manifest(content.system === empty.system ? content : empty);
    } catch {
      return new Manifest(empty);
    }
  }

  /**
   * Replaces the manifest of a cache in one step: a reader sees the old or the new text, never a part.
   *
   * @param {string} cache
   */
  write(cache) {
    const draft = join(cache, `${FILE}.${process.pid}`);
    writeFileSync(draft, `${JSON.stringify(this.#content, undefined, 2)}\n`);
    renameSync(draft, join(cache, FILE));
  }

  /**
   * @param {BackendName} name
   * @returns {Backend | undefined} The program, if it is still the one that has started.
   */
  backend(name) {
    const acceptance = this.#content.accepted[name];
    if (acceptance === undefined) return undefined;
    const { stamp, recipe: made, ...backend } = acceptance;
    const isCurrent = stamp === fileStamp(backend.path) && made === recipe(catalogEntry(name));
    return isCurrent ? backend : undefined;
  }

  /**
   * @param {BackendName} name
   * @returns {Failure | undefined} The last search in vain, unless it is too old to tell anything.
   */
  failure(name) {
    const failure = this.#content.failed[name];
    return failure !== undefined && Date.now() - failure.atMs < FAILURE_KEPT_MS ? failure : undefined;
  }

  /** @param {Backend} backend A program that has started. */
  recordBackend(backend) {
    const { name, path } = backend;
    this.#content.accepted[name] = { ...backend, stamp: fileStamp(path), recipe: recipe(catalogEntry(name)) };
    delete this.#content.failed[name];
  }

  /**
   * @param {BackendName} name
   * @param {string} reason
   * @param {readonly string[]} hostPrograms Programs of the host that were tried.
   */
  recordFailure(name, reason, hostPrograms) {
    this.#content.failed[name] = { reason, atMs: Date.now(), hostPrograms };
    delete this.#content.accepted[name];
  }
}

/**
 * @param {string} path
 * @returns {string | undefined} A short text that changes when a file is replaced; nothing when there is none.
 */
function fileStamp(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.size}:${Math.trunc(stats.mtimeMs)}`;
}

/** @returns {string} Names the system as far as programs depend on it. */
function systemKey() {
  let release = '';
  try {
    release =
      readFileSync('/etc/os-release', 'utf8')
        .match(/^(ID|VERSION_ID)=.*$/gm)
        ?.join(' ') ?? '';
  } catch {
    // Other systems than Linux have no such file.
  }
  return `${platform()} ${arch()} ${release}`.trim();
}
