import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatStanzas } from './host-sources.mjs';
import { runProgram } from './run-program.mjs';

/** @typedef {import('./host-sources.mjs').SourceStanza} SourceStanza */

/** Settings of the host that also hold for a private archive: proxies, time-outs, validity rules, keys, passwords. */
const INHERITED_SETTINGS = /^(Acquire(?!::IndexTargets)|Dir::Bin|Dir::Etc(::(trusted|netrc)(parts)?)? ")/;

/** What is installed on the host says which libraries it lacks. */
const INSTALLED = '/var/lib/dpkg/status';

/** Downloads must not prefer a version that is installed on the host and is not in the archive. */
const NOTHING_INSTALLED = '/dev/null';

/** The package list of a suite is about 11 MB, the largest package 57 MB: slow lines need minutes. */
const DOWNLOAD_LIMIT_MS = 15 * 60_000;

/**
 * A view of an archive of packages with lists of its own: it needs no root and changes nothing on the host.
 */
export class AptArchive {
  /** @type {string} */
  #configuration;

  /** @param {string} configuration Path of the private apt configuration. */
  constructor(configuration) {
    this.#configuration = configuration;
  }

  /**
   * Writes a private configuration into a folder and fetches the signed package lists.
   *
   * @param {string} folder An existing folder that the caller removes in the end.
   * @param {readonly SourceStanza[]} sources
   * @returns {Promise<AptArchive>}
   * @throws {Error} When the lists cannot be fetched or their signature cannot be verified.
   */
  static async open(folder, sources) {
    if (sources.length === 0) throw new Error('the host has no apt source of this suite');
    const lists = join(folder, 'lists');
    const sourceFile = join(folder, 'archive.sources');
    for (const needed of [join(lists, 'partial'), join(folder, 'archives', 'partial')]) {
      mkdirSync(needed, { recursive: true });
    }
    writeFileSync(sourceFile, formatStanzas(sources));

    const inherited = await hostSettings();
    const own = {
      'Dir::State': folder,
      'Dir::State::Lists': lists,
      'Dir::State::status': NOTHING_INSTALLED,
      'Dir::Cache': folder,
      'Dir::Etc::sourcelist': sourceFile,
      'Dir::Etc::sourceparts': '/dev/null',
      'Dir::Etc::preferences': '/dev/null',
      'Dir::Etc::preferencesparts': '/dev/null',
      // The host's own parts would bring its hooks, and those act on the host's caches.
      'Dir::Etc::main': '/dev/null',
      'Dir::Etc::parts': '/dev/null',
      'Acquire::Languages': 'none',
      'Acquire::GzipIndexes': 'true',
      'APT::Update::Error-Mode': 'any',
      // As root, apt would drop to a user who cannot write here.
      'APT::Sandbox::User': '',
      'Debug::NoLocking': 'true',
    };
    const settings = Object.entries(own).map(([key, value]) => `${key} "${value}";`);
    const configuration = join(folder, 'apt.conf');
    writeFileSync(configuration, `${[...inherited, ...settings].join('\n')}\n`);

    const archive = new AptArchive(configuration);
    await archive.#apt(['update'], folder);
    return archive;
  }

  /**
   * Downloads packages; apt checks each against the signed lists.
   *
   * @param {readonly string[]} packages
   * @param {string} folder
   * @returns {Promise<string[]>} Paths of the package files.
   */
  async download(packages, folder) {
    mkdirSync(folder, { recursive: true });
    await this.#apt(['download', ...packages], folder);
    return readdirSync(folder)
      .filter((file) => file.endsWith('.deb'))
      .map((file) => join(folder, file));
  }

  /**
   * Names the shared libraries that an installation of some packages would add to those which the host has.
   *
   * @param {readonly string[]} packages
   * @returns {Promise<string[]>} Names of packages.
   */
  async missingLibraryPackages(packages) {
    const question = [
      '-o',
      `Dir::State::status=${INSTALLED}`,
      '--print-uris',
      '--yes',
      '--no-install-recommends',
      'install',
      ...packages,
    ];
    const answer = await this.#apt(question, '/');
    const names = [...answer.matchAll(/^'[^']+' ([^_ ]+)_/gm)].map(([, name = '']) => name);
    return names.filter((name) => name.startsWith('lib') && !packages.includes(name));
  }

  /**
   * @param {readonly string[]} aptArguments
   * @param {string} cwd
   * @returns {Promise<string>} What apt-get printed.
   */
  async #apt(aptArguments, cwd) {
    const env = { APT_CONFIG: this.#configuration, LC_ALL: 'C' };
    const result = await runProgram('apt-get', ['-qq', ...aptArguments], { cwd, env, timeoutMs: DOWNLOAD_LIMIT_MS });
    if (result.code === 0) return result.stdout;
    const complaints = result.stderr.split('\n').filter((line) => /^[EW]:/.test(line));
    const reason = complaints.join(' ') || result.stderr.trim() || `exit code ${result.code}`;
    throw new Error(`apt-get ${aptArguments.join(' ')}: ${reason}`);
  }
}

/** @returns {Promise<string[]>} Lines of the host's effective apt configuration that a private one takes over. */
async function hostSettings() {
  const { code, stdout, stderr } = await runProgram('apt-config', ['dump'], { env: { LC_ALL: 'C' } });
  if (code !== 0) throw new Error(`apt-config dump: ${stderr.trim()}`);
  return stdout.split('\n').filter((line) => INHERITED_SETTINGS.test(line));
}
