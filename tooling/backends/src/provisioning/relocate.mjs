import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogEntry } from './catalog.mjs';

/** Name of the link to the data in the working directory of a relocated program. */
const LINK = 'data-files';

/**
 * Lets an unpacked program find data that it expects at an absolute path, where only root could put them. The path
 * in the executable is replaced by one of the same length that is relative to the working directory, so that no
 * offset changes.
 *
 * @param {string} program An executable of a tree, changed in place.
 * @param {string} dataFolder The absolute path that was compiled in.
 * @throws {Error} When the path is not in the executable.
 */
export function relocateDataFolder(program, dataFolder) {
  const padding = '/'.repeat(dataFolder.length - LINK.length - 1);
  const replacement = `.${padding}${LINK}`;
  const bytes = readFileSync(program);
  let at = bytes.indexOf(dataFolder);
  if (at < 0) throw new Error(`${program} does not hold the path ${dataFolder}`);
  for (; at >= 0; at = bytes.indexOf(dataFolder, at + dataFolder.length)) bytes.write(replacement, at, 'latin1');
  writeFileSync(program, bytes);
}

/**
 * Links the data of a relocated program into the folder that it will run in. Does no harm to a program of the host.
 *
 * @param {import('../index.d.ts').Backend} backend
 * @param {string} workingFolder
 */
export function linkDataFolder(backend, workingFolder) {
  const { dataFolder } = catalogEntry(backend.name);
  if (dataFolder !== undefined) symlinkSync(join(backend.root, dataFolder), join(workingFolder, LINK));
}
