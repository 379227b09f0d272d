import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage } from '../error-message.mjs';
import { AptArchive } from './apt-archive.mjs';
import { hostReleaseSources, hostSuite, readHostSources, sidSources } from './host-sources.mjs';
import { runProgram } from './run-program.mjs';

/**
 * @typedef {import('./host-sources.mjs').SourceStanza} SourceStanza
 * @typedef {import('./catalog.mjs').Source['suite']} Suite
 */

/** Debian's package of archive keys, and the file in it that apt should trust. */
const KEYRING = { package: 'debian-archive-keyring', file: 'usr/share/keyrings/debian-archive-keyring.gpg' };

/** What apt says when it holds no key, or no key that is still good, for the signature of a suite. */
const UNVERIFIABLE = /NO_PUBKEY|not signed|EXPKEYSIG|couldn't be verified/i;

/**
 * The archives of the host's own suite and of `sid`, each opened at its first use.
 */
export class HostArchives {
  #folder;
  #log;
  #etc;
  /** @type {Map<Suite, Promise<AptArchive>>} */
  #open = new Map();

  /**
   * @param {string} folder A folder for lists, which the caller removes in the end.
   * @param {(line: string) => void} log
   * @param {string} [etc] Folder of apt's configuration; the host's by default.
   */
  constructor(folder, log, etc) {
    this.#folder = folder;
    this.#log = log;
    this.#etc = etc;
  }

  /**
   * @param {Suite} suite
   * @returns {Promise<AptArchive>} The same archive at each call.
   * @throws {Error} When the suite cannot be had; the same error at each call.
   */
  archive(suite) {
    let archive = this.#open.get(suite);
    if (archive === undefined) {
      archive = suite === 'sid' ? this.#openSid() : this.#openHost();
      this.#open.set(suite, archive);
    }
    return archive;
  }

  async #openHost() {
    const { stanzas, suite } = await this.#sources();
    this.#log(`fetching the package lists of ${suite}`);
    return AptArchive.open(this.#subfolder('host'), hostReleaseSources(stanzas, suite));
  }

  async #openSid() {
    const { stanzas, suite } = await this.#sources();
    const sources = sidSources(stanzas, suite);
    this.#log('fetching the package lists of sid');
    try {
      return await AptArchive.open(this.#subfolder('sid'), sources);
    } catch (error) {
      if (!UNVERIFIABLE.test(errorMessage(error))) throw error;
      this.#log(`the host's keys do not verify sid; taking newer keys from ${suite}, which they do verify`);
    }
    const keyring = await this.#newerKeyring();
    return AptArchive.open(
      this.#subfolder('sid-newer-keys'),
      sources.map((source) => ({ ...source, 'signed-by': keyring })),
    );
  }

  /** @returns {Promise<string>} Path of the key file in the keyring package of the host's suite. */
  async #newerKeyring() {
    const host = await this.archive('host');
    const folder = this.#subfolder('keyring');
    const [file = ''] = await host.download([KEYRING.package], folder);
    const { code, stderr } = await runProgram('dpkg', ['-x', file, folder]);
    if (code !== 0) throw new Error(`dpkg -x ${file}: ${stderr.trim()}`);
    return join(folder, KEYRING.file);
  }

  async #sources() {
    const stanzas = readHostSources(this.#etc ?? (await aptFolder()));
    return { stanzas, suite: hostSuite(stanzas, releaseCodename()) };
  }

  /** @param {string} name */
  #subfolder(name) {
    const folder = join(this.#folder, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }
}

/** @returns {Promise<string>} The folder of the host's apt configuration. */
async function aptFolder() {
  const { code, stdout } = await runProgram('apt-config', ['shell', 'folder', 'Dir::Etc/d']);
  const folder = /folder='(.+)'/.exec(stdout)?.[1];
  if (code !== 0 || folder === undefined) throw new Error('the host has no apt');
  return folder;
}

/** @returns {string | undefined} Code name of the host's release. */
function releaseCodename() {
  const file = '/etc/os-release';
  return existsSync(file) ? /^VERSION_CODENAME="?([^"\n]+)"?$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
}
