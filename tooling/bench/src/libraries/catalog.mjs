import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * @typedef {object} LibraryEntry
 * @property {string} id
 * @property {string} title As shown in tables.
 * @property {string | undefined} packageName Whose version is reported.
 * @property {(options: LoadOptions) => Promise<import('./library.mjs').Library>} load
 *   Imports the library and opens a fresh, empty set of metrics.
 */

/**
 * @typedef {object} LoadOptions
 * @property {string} [candidate] Path of another build of core (its `dist/index.js`), for the entry of that name.
 * @property {boolean} [scrapes] Whether the metrics will be scraped.
 */

/**
 * The libraries that are compared. `raw` is no library but the limit: the conventional design in as little code as
 * possible.
 *
 * @type {readonly LibraryEntry[]}
 */
export const LIBRARIES = [
  {
    id: 'bduf',
    title: '@bduf/metrics-core',
    packageName: '@bduf/metrics-core',
    load: async (options) => openBduf(await import('@bduf/metrics-core'), options),
  },
  {
    id: 'raw',
    title: 'raw limit',
    packageName: undefined,
    load: async () => (await import('./raw.mjs')).createRaw(),
  },
  {
    id: 'prom-client',
    title: 'prom-client',
    packageName: 'prom-client',
    load: async () => openPromClient(await import('prom-client')),
  },
  {
    id: 'prometheus-io',
    title: '@prometheus-io/client',
    packageName: '@prometheus-io/client',
    load: async () => openPromClient(await import('@prometheus-io/client')),
  },
  {
    id: 'platformatic',
    title: '@platformatic/prom-client',
    packageName: '@platformatic/prom-client',
    load: async () => openPromClient(await import('@platformatic/prom-client')),
  },
  {
    id: 'opentelemetry',
    title: 'OpenTelemetry SDK',
    packageName: '@opentelemetry/sdk-metrics',
    load: async () => (await import('./opentelemetry.mjs')).createOpenTelemetry(),
  },
];

/** Another build of core beside the current one, to see what a change does. @type {LibraryEntry} */
export const CANDIDATE = {
  id: 'candidate',
  title: 'candidate build',
  packageName: undefined,
  load: async (options) => openBduf(await import(pathToFileURL(options.candidate).href), options),
};

/** Versions of the libraries, for the report. */
export function libraryVersions() {
  const require = createRequire(import.meta.url);
  const named = LIBRARIES.filter(({ packageName }) => packageName !== undefined);
  return Object.fromEntries(named.map(({ id, packageName }) => [id, require(`${packageName}/package.json`).version]));
}

async function openBduf(core, { scrapes = false }) {
  const { createBduf } = await import('./bduf.mjs');
  return createBduf({ core, exporters: scrapes ? await import('@bduf/metrics-exporters') : undefined });
}

async function openPromClient(module) {
  const { createPromClient } = await import('./prom-client.mjs');
  return createPromClient(module.default ?? module);
}
