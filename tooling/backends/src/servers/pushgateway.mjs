import { freePort } from '../running/free-port.mjs';
import { answersOk, fetchJson, fetchText } from '../running/http-client.mjs';
import { launch } from '../running/launch.mjs';
import { serverHandle } from '../running/server-handle.mjs';

/** @type {typeof import('../index.d.ts').start.pushgateway} */
export async function startPushgateway({ flags = [] } = {}) {
  const launched = await launch('pushgateway', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const listen = `--web.listen-address=127.0.0.1:${port}`;
    return {
      arguments: [listen, '--web.enable-admin-api', '--web.enable-lifecycle', ...flags],
      ready: answersOk(`${url}/-/ready`),
      facts: { url, port },
    };
  });
  const { url, port } = launched;
  return {
    ...serverHandle(launched),
    url,
    port,
    metrics: () => fetchText(`${url}/metrics`),
    groups: async () => (await fetchJson(`${url}/api/v1/metrics`)).data,
    wipe: async () => {
      await fetchText(`${url}/api/v1/admin/wipe`, { method: 'PUT' });
    },
  };
}
