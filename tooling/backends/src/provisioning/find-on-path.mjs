import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian installs daemons here, and only root has it on PATH. */
const DAEMON_FOLDERS = ['/usr/local/sbin', '/usr/sbin'];

/**
 * Finds executables by name, on PATH first and then in the folders of daemons.
 *
 * @param {string} name
 * @returns {string[]} Absolute paths, best first.
 */
export function findOnPath(name) {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  return [...new Set([...folders, ...DAEMON_FOLDERS].map((folder) => join(folder, name)))].filter(isExecutableFile);
}

/**
 * @param {string} path
 * @returns {boolean}
 */
function isExecutableFile(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
