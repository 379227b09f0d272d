import { catalogEntry } from '../provisioning/catalog.mjs';
import { failureReason, provision } from '../provisioning/provision.mjs';

/** @typedef {import('../provisioning/catalog.mjs').BackendName} BackendName */

/** A backend that is needed and cannot be had. */
export class MissingBackendError extends Error {
  /** Stable name of this kind of error. */
  code = /** @type {const} */ ('BDUF_ERR_BACKEND_MISSING');

  /**
   * @param {readonly BackendName[]} names The missing ones.
   */
  constructor(names) {
    super(names.map(explain).join('\n'));
    this.name = 'MissingBackendError';
    this.names = names;
  }
}

/** @type {typeof import('../index.d.ts').requireBackends} */
export async function requireBackends(names) {
  const found = await provision(names, { log: (line) => process.stderr.write(`${line}\n`) });
  const missing = names.filter((name) => found[name] === null);
  if (missing.length > 0) throw new MissingBackendError(missing);
  return /** @type {any} Checked above: none of them is null. */ (found);
}

/**
 * @param {BackendName} name
 * @returns {string} What is missing, what to install, and why it could not be provided.
 */
function explain(name) {
  const { sources, program } = catalogEntry(name);
  const packages = [...new Set(sources.map((source) => source.packages.join(' ')))].join(' or ');
  return [
    `The backend ${name} is missing: install the Debian package ${packages}, or put ${program.split('/').at(-1)} on PATH,`,
    `then run "node tooling/backends/provision.mjs --retry ${name}". Last attempt: ${failureReason(name)}`,
  ].join(' ');
}
