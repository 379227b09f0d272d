import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runProgram } from './run-program.mjs';

/** A shared library, as opposed to a plugin, whose name does not begin with `lib`. Some have no version. */
const LIBRARY = /^(?:usr\/)?lib\/.*\/lib[^/]+\.so(?:\.\d+)?$/;

/**
 * Names the shared libraries that the loader does not find for some files.
 *
 * @param {readonly string[]} files Executables or shared objects.
 * @param {Record<string, string>} env Environment added to that of this process, e.g. LD_LIBRARY_PATH.
 * @returns {Promise<string[]>} Names such as `libjemalloc.so.2`, each once.
 */
export async function missingLibraries(files, env) {
  const { stdout } = await runProgram('ldd', files, { env: { ...env, LC_ALL: 'C' } });
  return [...new Set([...stdout.matchAll(/^\s*(\S+) => not found/gm)].map(([, name = '']) => name))];
}

/**
 * A search path for the libraries that a tree of unpacked packages brings.
 *
 * @param {string} tree
 * @returns {Record<string, string>} LD_LIBRARY_PATH, or nothing when the tree holds no libraries.
 */
export function libraryPath(tree) {
  const folders = new Set();
  for (const entry of readdirSync(tree, { recursive: true, encoding: 'utf8' })) {
    if (LIBRARY.test(entry)) folders.add(dirname(join(tree, entry)));
  }
  return folders.size > 0 ? { LD_LIBRARY_PATH: [...folders].join(':') } : {};
}
