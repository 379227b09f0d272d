/**
 * Where a program comes from: packages unpacked together, the first of them naming the version, and those that they
 * need from the host's suite whatever their own suite is.
 *
 * @typedef {{ suite: 'sid' | 'host', packages: readonly [string, ...string[]], hostPackages?: readonly string[] }} Source
 */

/**
 * How a program is found and proved to run.
 *
 * @typedef {object} CatalogEntry
 * @property {readonly Source[]} sources Tried in this order; the search path of the host comes last.
 * @property {string} program Path of the executable inside an unpacked tree; its last part is looked up on PATH.
 * @property {readonly string[]} probe Arguments of the start that must succeed before the program is accepted.
 * @property {RegExp} version Finds the version (group 1) in what the probe prints.
 * @property {string} [modules] Folder of Python modules inside the tree; the program is then the host's own Python.
 * @property {readonly string[]} [plugins] Files inside the tree that are loaded at run time, checked for libraries too.
 * @property {string} [dataFolder] A folder that is compiled into the program; see `relocate.mjs`.
 * @property {readonly string[]} [discard] Files of the packages that no test uses, removed to save space.
 */

/** @type {(...packages: [string, ...string[]]) => Source} */
const sid = (...packages) => ({ suite: 'sid', packages });
/** @type {(...packages: [string, ...string[]]) => Source} */
const host = (...packages) => ({ suite: 'host', packages });

const PROMETHEUS_VERSION = /, version (\S+)/;

/** Debian's build of the Prometheus client imports `decorator`. */
const PYTHON_JUDGE_PACKAGES = /** @type {const} */ (['python3-prometheus-client', 'python3-decorator']);

/** The descriptions of services that moto reads belong to its own version. */
const MOTO_PACKAGES = /** @type {const} */ ([
  'python3-moto',
  'python3-botocore',
  'python3-boto3',
  'python3-s3transfer',
]);

/** What moto imports. Parts of it are compiled, so they must be of the host's own Python. */
const MOTO_HOST_PACKAGES = [
  'python3-blinker',
  'python3-certifi',
  'python3-cffi-backend',
  'python3-chardet',
  'python3-click',
  'python3-cryptography',
  'python3-dateutil',
  'python3-flask',
  'python3-flask-cors',
  'python3-idna',
  'python3-importlib-metadata',
  'python3-itsdangerous',
  'python3-jinja2',
  'python3-jmespath',
  'python3-markupsafe',
  'python3-requests',
  'python3-responses',
  'python3-six',
  'python3-toml',
  'python3-urllib3',
  'python3-werkzeug',
  'python3-xmltodict',
  'python3-yaml',
  'python3-zipp',
];

const MOTO_PROBE = 'import importlib.metadata as m, moto.server, moto.cloudwatch; print("version", m.version("moto"))';

const PYTHON_JUDGE_PROBE = [
  'import importlib.metadata as m, prometheus_client.parser, prometheus_client.openmetrics.parser',
  'print("version", m.version("prometheus_client"))',
].join('\n');

/**
 * Every backend. Go programs need nothing but the C library, so they may be newer than the host (`sid`); programs
 * with shared libraries come from the host's own suite.
 *
 * @satisfies {Record<string, CatalogEntry>}
 */
const CATALOG = {
  prometheus: {
    sources: [sid('prometheus'), host('prometheus')],
    program: 'usr/bin/prometheus',
    probe: ['--version'],
    version: PROMETHEUS_VERSION,
    discard: ['usr/bin/promtool'],
  },
  // Up to Debian 12 promtool was a part of the package prometheus.
  promtool: {
    sources: [sid('promtool'), host('promtool'), host('prometheus')],
    program: 'usr/bin/promtool',
    probe: ['--version'],
    version: PROMETHEUS_VERSION,
    discard: ['usr/bin/prometheus'],
  },
  // The strictness of the judge was measured with the host's version; a newer one accepts more.
  'openmetrics-judge': {
    sources: [host(...PYTHON_JUDGE_PACKAGES), sid(...PYTHON_JUDGE_PACKAGES)],
    program: 'usr/bin/python3',
    probe: ['-c', PYTHON_JUDGE_PROBE],
    version: /^version (\S+)/m,
    modules: 'usr/lib/python3/dist-packages',
  },
  pushgateway: {
    sources: [sid('prometheus-pushgateway'), host('prometheus-pushgateway')],
    program: 'usr/bin/prometheus-pushgateway',
    probe: ['--version'],
    version: PROMETHEUS_VERSION,
  },
  alertmanager: {
    sources: [sid('prometheus-alertmanager'), host('prometheus-alertmanager')],
    program: 'usr/bin/prometheus-alertmanager',
    probe: ['--version'],
    version: PROMETHEUS_VERSION,
    // It does not start without the templates in there.
    dataFolder: '/usr/share/prometheus/alertmanager',
    discard: ['usr/bin/amtool'],
  },
  // Debian's build prints an empty version: the version of the package stands in.
  victoriametrics: {
    sources: [sid('victoria-metrics'), host('victoria-metrics')],
    program: 'usr/bin/victoria-metrics',
    probe: ['-version'],
    version: /victoria-metrics-\S*?-v?(\d\S*)/,
    discard: ['usr/bin/vmctl', 'usr/bin/vmbackup', 'usr/bin/vmrestore', 'usr/bin/vmauth', 'usr/bin/vmagent'],
  },
  influxdb: {
    sources: [host('influxdb'), sid('influxdb')],
    program: 'usr/bin/influxd',
    probe: ['version'],
    version: /InfluxDB v(\S+)/,
  },
  redis: {
    sources: [host('redis-server', 'redis-tools')],
    program: 'usr/bin/redis-server',
    probe: ['--version'],
    version: /v=(\S+)/,
  },
  postgresql: {
    // One for each release of Debian would be a program for each; this is that of Debian 12.
    sources: [host('postgresql-15')],
    program: 'usr/lib/postgresql/15/bin/postgres',
    probe: ['--version'],
    version: /\(PostgreSQL\) (\d\S*)/,
    // Code for a compiler of queries that is not unpacked.
    discard: ['usr/lib/postgresql/15/lib/bitcode', 'usr/lib/postgresql/15/lib/llvmjit.so'],
  },
  mariadb: {
    sources: [host('mariadb-server-core')],
    program: 'usr/sbin/mariadbd',
    probe: ['--no-defaults', '--version'],
    version: /Ver (\d[\d.]*)/,
    discard: ['usr/bin'],
  },
  'node-exporter': {
    sources: [sid('prometheus-node-exporter'), host('prometheus-node-exporter')],
    program: 'usr/bin/prometheus-node-exporter',
    probe: ['--version'],
    version: PROMETHEUS_VERSION,
  },
  collectd: {
    sources: [host('collectd-core')],
    program: 'usr/sbin/collectd',
    probe: ['-h'],
    version: /collectd (\d\S*?),/,
    plugins: ['usr/lib/collectd/statsd.so', 'usr/lib/collectd/unixsock.so', 'usr/lib/collectd/logfile.so'],
  },
  // Stable Debian has no moto.
  moto: {
    sources: [{ ...sid(...MOTO_PACKAGES), hostPackages: MOTO_HOST_PACKAGES }],
    program: 'usr/bin/python3',
    probe: ['-c', MOTO_PROBE],
    version: /^version (\S+)/m,
    modules: 'usr/lib/python3/dist-packages',
  },
};

/** @typedef {keyof typeof CATALOG} BackendName */

/** The names of all backends. */
export const BACKEND_NAMES = /** @type {BackendName[]} */ (Object.keys(CATALOG));

/**
 * Tells whether a word names a backend.
 *
 * @param {string} word
 * @returns {word is BackendName}
 */
export const isBackendName = (word) => Object.hasOwn(CATALOG, word);

/**
 * The entry of a backend, in the general form.
 *
 * @param {BackendName} name
 * @returns {CatalogEntry}
 */
export const catalogEntry = (name) => CATALOG[name];

/**
 * A text that changes with an entry, so that the cache of an older catalog is not taken for that of this one.
 *
 * @param {CatalogEntry} entry
 * @returns {string}
 */
export const recipe = (entry) => JSON.stringify(entry, (_, value) => (value instanceof RegExp ? value.source : value));
