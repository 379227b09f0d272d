import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../running/free-port.mjs';
import { answersOk, fetchJson, fetchText } from '../running/http-client.mjs';
import { launch } from '../running/launch.mjs';
import { pollUntil } from '../running/poll-until.mjs';
import { serverHandle } from '../running/server-handle.mjs';

/** @typedef {import('../index.d.ts').PrometheusConfig} PrometheusConfig */

/** The job that `scrape` lists the targets of. */
const JOB = 'bduf';

/**
 * Prometheus may move the time of a scrape by up to 2 ms to keep its samples evenly spaced, so a sample this close
 * after an instant may have been taken before it.
 */
const ALIGNMENT_TOLERANCE_SECONDS = 0.005;

const CONFIG_FILE = 'prometheus.json';
const RULES_FILE = 'rules.yml';

/** @type {typeof import('../index.d.ts').start.prometheus} */
export async function startPrometheus({ flags = [], ...initial } = {}) {
  let config = initial;
  const launched = await launch('prometheus', async (folder) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    return {
      arguments: [
        `--config.file=${join(folder, CONFIG_FILE)}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-remote-write-receiver',
        '--web.enable-lifecycle',
        '--web.enable-admin-api',
        '--enable-feature=exemplar-storage,native-histograms',
        // Both this throttle and a fixed tick of discovery take 5 s by default; one is enough.
        '--scrape.discovery-reload-interval=100ms',
        '--log.level=warn',
        ...flags,
      ],
      files: configFiles(config, folder),
      ready: answersOk(`${url}/-/ready`),
      facts: { url, port, folder },
    };
  });
  const { url, port, folder } = launched;

  /**
   * @param {string} path
   * @param {Readonly<Record<string, string | number | undefined>>} [parameters]
   * @returns {Promise<any>} The documented answer of the path.
   */
  const api = async (path, parameters = {}) => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) search.set(name, String(value));
    return (await fetchJson(`${url}/api/v1/${path}?${search}`)).data;
  };
  /** @type {import('../index.d.ts').PrometheusServer['query']} */
  const query = async (expression, timeSeconds) =>
    (await api('query', { query: expression, time: timeSeconds })).result;

  return {
    ...serverHandle(launched),
    url,
    port,
    api,
    query,
    queryRange: async (expression, { start, end, step }) =>
      (await api('query_range', { query: expression, start, end, step })).result,
    exemplars: (expression, { start, end }) => api('query_exemplars', { query: expression, start, end }),
    targets: async () => (await api('targets')).activeTargets,
    reload: async (changes) => {
      config = { ...config, ...changes };
      for (const [path, text] of Object.entries(configFiles(config, folder))) writeFileSync(join(folder, path), text);
      await fetchText(`${url}/-/reload`, { method: 'POST' });
    },
    afterNextScrape: async ({ deadlineMs = 20_000 } = {}) => {
      const sinceSeconds = Date.now() / 1000 + ALIGNMENT_TOLERANCE_SECONDS;
      const targets = config.scrape ?? [];
      if (targets.length === 0) throw new Error('afterNextScrape needs targets in `scrape`');
      return pollUntil(
        async () => {
          // `up` is stored in one step with the samples of its scrape, so a query that sees it sees them too.
          const fresh = await query(`up{job="${JOB}"} and timestamp(up{job="${JOB}"}) > ${sinceSeconds}`);
          const up = new Map(fresh.map(({ metric, value }) => [metric['instance'], value[1] === '1']));
          return (
            targets.every((target) => up.has(target)) &&
            targets.map((target) => ({ target, up: up.get(target) === true }))
          );
        },
        { what: `a scrape of ${targets.join(', ')}`, deadlineMs },
      );
    },
  };
}

/**
 * The configuration as JSON, which every YAML parser reads.
 *
 * @param {PrometheusConfig} config
 * @param {string} folder
 * @returns {Record<string, string>} File name → text.
 */
function configFiles(
  { scrape = [], interval = '250ms', job = {}, scrapeConfigs = [], rules, alertmanagers = [] },
  folder,
) {
  const scraped = { ...job, job_name: JOB, static_configs: [{ targets: scrape }] };
  const config = {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    scrape_configs: [...(scrape.length > 0 ? [scraped] : []), ...scrapeConfigs],
    rule_files: rules === undefined ? [] : [join(folder, RULES_FILE)],
    alerting: { alertmanagers: alertmanagers.length > 0 ? [{ static_configs: [{ targets: alertmanagers }] }] : [] },
  };
  return { [CONFIG_FILE]: JSON.stringify(config), ...(rules === undefined ? {} : { [RULES_FILE]: rules }) };
}
