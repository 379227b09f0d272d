import { join } from 'node:path';
import { freePort } from '../running/free-port.mjs';
import { answersOk, fetchJson, fetchText } from '../running/http-client.mjs';
import { launch } from '../running/launch.mjs';
import { serverHandle } from '../running/server-handle.mjs';

const DAY_SECONDS = 86_400;

/** @type {typeof import('../index.d.ts').start.victoriametrics} */
export async function startVictoriametrics({ flags = [] } = {}) {
  const launched = await launch('victoriametrics', async (folder) => {
    const port = await freePort();
    const graphitePort = await freePort();
    const url = `http://127.0.0.1:${port}`;
    return {
      arguments: [
        `-storageDataPath=${join(folder, 'data')}`,
        `-httpListenAddr=127.0.0.1:${port}`,
        `-graphiteListenAddr=127.0.0.1:${graphitePort}`,
        '-retentionPeriod=100y',
        // Points are shown at once instead of after 30 s.
        '-search.latencyOffset=0s',
        '-search.disableCache',
        '-memory.allowedBytes=256MB',
        '-loggerLevel=WARN',
        ...flags,
      ],
      ready: answersOk(`${url}/health`),
      facts: { url, port, graphitePort },
    };
  });
  const { url, port, graphitePort } = launched;
  // Written points are not visible before they are flushed.
  const flush = () => fetchText(`${url}/internal/force_flush`);
  return {
    ...serverHandle(launched),
    url,
    port,
    graphitePort,
    query: async (expression, timeSeconds) => {
      await flush();
      // Its clock ticks once a second, so "now" would miss fresh points.
      const time = timeSeconds ?? Date.now() / 1000 + 1;
      const search = new URLSearchParams({ query: expression, time: String(time) });
      return (await fetchJson(`${url}/api/v1/query?${search}`)).data.result;
    },
    exportSeries: async (selector = '{__name__!=""}') => {
      await flush();
      const search = new URLSearchParams({ 'match[]': selector, end: String(Date.now() / 1000 + DAY_SECONDS) });
      const lines = (await fetchText(`${url}/api/v1/export?${search}`)).split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
    },
  };
}
