import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One source of packages as apt knows it: the fields of a deb822 stanza. Multi-line values keep their line breaks.
 *
 * @typedef {Record<string, string>} SourceStanza
 */

/** Names of options in one-line sources that are called differently in deb822 stanzas. */
const OPTION_FIELDS = /** @type {Record<string, string>} */ ({
  arch: 'architectures',
  lang: 'languages',
  target: 'targets',
});

/** Parts of a release that a base suite is completed by; all others (backports, other vendors) are left out. */
const RELEASE_PARTS = ['', '-updates', '-security', '/updates'];

/** Names of releases that move on with time. */
const RELEASE_ALIASES = ['stable', 'testing', 'unstable', 'sid', 'oldstable'];

/**
 * Reads all sources of packages that the host's apt is configured with.
 *
 * @param {string} etc Folder of apt's configuration, usually /etc/apt.
 * @returns {SourceStanza[]} Enabled sources of binary packages.
 */
export function readHostSources(etc) {
  const parts = join(etc, 'sources.list.d');
  const stanzas = readLines(join(etc, 'sources.list')).flatMap(parseOneLineSource);
  for (const file of listFiles(parts)) {
    if (file.endsWith('.list')) stanzas.push(...readLines(join(parts, file)).flatMap(parseOneLineSource));
    if (file.endsWith('.sources')) stanzas.push(...parseStanzas(readLines(join(parts, file))));
  }
  return stanzas.filter((stanza) => stanza['enabled'] !== 'no' && words(stanza['types']).includes('deb'));
}

/**
 * What the sources call the host's release: its code name, or the alias that it is followed by.
 *
 * @param {readonly SourceStanza[]} stanzas
 * @param {string | undefined} codename Code name of the release, e.g. `bookworm`.
 * @returns {string}
 * @throws {Error} When no source is of the host's release.
 */
export function hostSuite(stanzas, codename) {
  const listed = new Set(stanzas.flatMap((stanza) => words(stanza['suites'])));
  const suite = [codename ?? '', ...RELEASE_ALIASES].find((name) => listed.has(name));
  if (suite === undefined) throw new Error(`the host has no apt source of its own release (${codename ?? 'unknown'})`);
  return suite;
}

/**
 * The sources of the host's own release, its updates and its security fixes.
 *
 * @param {readonly SourceStanza[]} stanzas
 * @param {string} suite Name of the release in the sources.
 * @returns {SourceStanza[]}
 */
export function hostReleaseSources(stanzas, suite) {
  const wanted = new Set(RELEASE_PARTS.map((part) => suite + part));
  return stanzas.flatMap((stanza) => {
    const suites = words(stanza['suites']).filter((name) => wanted.has(name));
    return suites.length > 0 ? [{ ...stanza, suites: suites.join(' ') }] : [];
  });
}

/**
 * The suite `sid` on the mirror that serves the host's own release, trusted by the same keys.
 *
 * @param {readonly SourceStanza[]} stanzas
 * @param {string} suite Name of the host's release in the sources.
 * @returns {SourceStanza[]} One source, or none when no mirror serves the release.
 */
export function sidSources(stanzas, suite) {
  const base = stanzas.find((stanza) => {
    return words(stanza['suites']).includes(suite) && words(stanza['components']).includes('main');
  });
  return base === undefined ? [] : [{ ...base, suites: 'sid', components: 'main' }];
}

/**
 * Writes sources the way apt reads them from a file whose name ends in `.sources`.
 *
 * @param {readonly SourceStanza[]} stanzas
 * @returns {string}
 */
export function formatStanzas(stanzas) {
  const formatted = stanzas.map((stanza) => {
    const fields = Object.entries(stanza).filter(([field]) => field !== 'types' && field !== 'enabled');
    return ['types: deb', ...fields.map(([field, value]) => `${field}:${value.startsWith('\n') ? '' : ' '}${value}`)];
  });
  return formatted.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

/**
 * @param {readonly string[]} lines
 * @returns {SourceStanza[]}
 */
function parseStanzas(lines) {
  /** @type {SourceStanza[]} */
  const stanzas = [];
  /** @type {SourceStanza} */
  let stanza = {};
  let field = '';
  for (const line of [...lines, '']) {
    if (line.startsWith('#')) continue;
    const continued = /^[ \t]/.test(line);
    const colon = line.indexOf(':');
    if (line.trim() === '') {
      if (Object.keys(stanza).length > 0) stanzas.push(stanza);
      stanza = {};
    } else if (continued) {
      stanza[field] += `\n${line}`;
    } else if (colon > 0) {
      field = line.slice(0, colon).trim().toLowerCase();
      stanza[field] = line.slice(colon + 1).trim();
    }
  }
  return stanzas;
}

/**
 * @param {string} line For example `deb [signed-by=/usr/share/keyrings/a.gpg] https://mirror/debian bookworm main`.
 * @returns {SourceStanza[]} None for comments and for repositories without components.
 */
function parseOneLineSource(line) {
  const match = /^\s*(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]*\S)/.exec(line);
  if (match === null) return [];
  const [, types = '', options = '', uris = '', suites = '', components = ''] = match;
  /** @type {SourceStanza} */
  const stanza = { types, uris, suites, components };
  for (const option of words(options)) {
    const [name = '', value = ''] = option.split('=');
    stanza[OPTION_FIELDS[name] ?? name] = value.replaceAll(',', ' ');
  }
  return [stanza];
}

/** @type {(text: string | undefined) => string[]} */
const words = (text) => (text ?? '').split(/\s+/).filter((word) => word !== '');

/** @type {(file: string) => string[]} */
function readLines(file) {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** @type {(folder: string) => string[]} */
function listFiles(folder) {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
