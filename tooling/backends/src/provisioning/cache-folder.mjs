import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder that holds the unpacked programs: `BDUF_BACKENDS_DIR`, else `bduf-metrics/backends` in the user's cache.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string}
 */
export function cacheFolder(env = process.env) {
  if (env['BDUF_BACKENDS_DIR']) return env['BDUF_BACKENDS_DIR'];
  const userCache = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(userCache, 'bduf-metrics', 'backends');
}
