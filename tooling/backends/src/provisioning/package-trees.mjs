import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { recipe } from './catalog.mjs';
import { libraryPath, missingLibraries } from './library-path.mjs';
import { relocateDataFolder } from './relocate.mjs';
import { runProgram } from './run-program.mjs';

/**
 * @typedef {import('./apt-archive.mjs').AptArchive} AptArchive
 * @typedef {import('./catalog.mjs').CatalogEntry} CatalogEntry
 * @typedef {import('./catalog.mjs').Source} Source
 * @typedef {import('./host-archives.mjs').HostArchives} HostArchives
 */

/**
 * An unpacked set of packages.
 *
 * @typedef {object} PackageTree
 * @property {string} root The folder that stands for `/`.
 * @property {Record<string, string>} packages Name → version of each package inside.
 * @property {Record<string, string>} env What its programs need in their environment.
 */

/** What a tree tells of itself. @typedef {{ recipe: string, packages: PackageTree['packages'] }} TreeRecord */

/** Parts of packages that no program reads at run time. */
const DISCARDED = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/lintian', 'etc/init.d'];

/** Written last, so a tree that has it is complete. */
const RECORD = 'tree.json';

/**
 * The unpacked packages of a cache.
 */
export class PackageTrees {
  #folder;
  #archives;
  #log;

  /**
   * @param {string} cache
   * @param {HostArchives} archives
   * @param {(line: string) => void} log
   */
  constructor(cache, archives, log) {
    this.#folder = join(cache, 'trees');
    this.#archives = archives;
    this.#log = log;
  }

  /**
   * Unpacks the packages of a source, with the libraries that the host lacks, unless they are there already.
   *
   * @param {CatalogEntry} entry
   * @param {Source} source
   * @returns {Promise<PackageTree>}
   */
  async unpack(entry, source) {
    const root = join(this.#folder, `${basename(entry.program)}-${source.suite}-${source.packages[0]}`);
    let record = readRecord(root);
    if (record?.recipe !== recipe(entry)) {
      const archive = await this.#archives.archive(source.suite);
      mkdirSync(this.#folder, { recursive: true });
      // Made beside its final place: a process that dies half-way leaves no tree that looks complete.
      const draft = mkdtempSync(`${root}.`);
      try {
        record = await this.#make(draft, entry, source, archive);
        rmSync(root, { recursive: true, force: true });
        renameSync(draft, root);
      } finally {
        rmSync(draft, { recursive: true, force: true });
      }
    }
    const env = entry.modules === undefined ? libraryPath(root) : { PYTHONPATH: join(root, entry.modules) };
    return { root, packages: record.packages, env };
  }

  /**
   * @param {string} root
   * @param {CatalogEntry} entry
   * @param {Source} source
   * @param {AptArchive} archive
   * @returns {Promise<TreeRecord>}
   */
  async #make(root, entry, source, archive) {
    this.#log(`unpacking ${source.packages.join(', ')} from ${source.suite === 'sid' ? 'sid' : "the host's suite"}`);
    const packages = await downloadInto(root, archive, source.packages);
    if (source.hostPackages !== undefined) {
      const host = await this.#archives.archive('host');
      Object.assign(packages, await downloadInto(root, host, source.hostPackages));
    }
    if (await lacksLibraries(entry, root)) {
      const libraries = await archive.missingLibraryPackages(source.packages);
      this.#log(`unpacking libraries that the host lacks: ${libraries.join(', ') || 'none known'}`);
      if (libraries.length > 0) Object.assign(packages, await downloadInto(root, archive, libraries));
    }
    if (entry.dataFolder !== undefined) relocateDataFolder(join(root, entry.program), entry.dataFolder);
    for (const path of [...DISCARDED, ...(entry.discard ?? [])])
      rmSync(join(root, path), { recursive: true, force: true });
    const record = { recipe: recipe(entry), packages };
    writeFileSync(join(root, RECORD), `${JSON.stringify(record)}\n`);
    return record;
  }
}

/**
 * Downloads packages and unpacks them into a folder.
 *
 * @param {string} root
 * @param {AptArchive} archive
 * @param {readonly string[]} names
 * @returns {Promise<Record<string, string>>} Name → version.
 */
async function downloadInto(root, archive, names) {
  const downloads = join(root, 'downloads');
  /** @type {Record<string, string>} */
  const packages = {};
  for (const file of await archive.download(names, downloads)) {
    const { code, stderr } = await runProgram('dpkg', ['-x', file, root]);
    if (code !== 0) throw new Error(`dpkg -x ${basename(file)}: ${stderr.trim()}`);
    const [name = '', version = ''] = basename(file, '.deb').split('_');
    packages[name] = decodeURIComponent(version);
  }
  rmSync(downloads, { recursive: true });
  return packages;
}

/**
 * @param {CatalogEntry} entry
 * @param {string} root
 */
async function lacksLibraries(entry, root) {
  if (entry.modules !== undefined) return false;
  const files = [entry.program, ...(entry.plugins ?? [])].map((path) => join(root, path));
  return (await missingLibraries(files, libraryPath(root))).length > 0;
}

/**
 * @param {string} root
 * @returns {TreeRecord | undefined}
 */
function readRecord(root) {
  const file = join(root, RECORD);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
