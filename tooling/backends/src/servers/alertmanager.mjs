import { join } from 'node:path';
import { linkDataFolder } from '../provisioning/relocate.mjs';
import { freePort } from '../running/free-port.mjs';
import { answersOk, fetchJson } from '../running/http-client.mjs';
import { launch } from '../running/launch.mjs';
import { serverHandle } from '../running/server-handle.mjs';

const CONFIG_FILE = 'alertmanager.json';

/** @type {typeof import('../index.d.ts').start.alertmanager} */
export async function startAlertmanager({ webhook, config, flags = [] } = {}) {
  const launched = await launch('alertmanager', async (folder, backend) => {
    linkDataFolder(backend, folder);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    return {
      arguments: [
        `--config.file=${join(folder, CONFIG_FILE)}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        // Empty: no gossip port.
        '--cluster.listen-address=',
        ...flags,
      ],
      files: { [CONFIG_FILE]: JSON.stringify(config ?? webhookConfig(webhook)) },
      ready: answersOk(`${url}/-/ready`),
      facts: { url, port },
    };
  });
  const { url, port } = launched;
  return {
    ...serverHandle(launched),
    url,
    port,
    alerts: () => fetchJson(`${url}/api/v2/alerts`),
  };
}

/**
 * Notifies one webhook as fast as Alertmanager can: at once, then each second.
 *
 * @param {string | undefined} webhook
 */
const webhookConfig = (webhook) => ({
  route: { receiver: 'tests', group_by: ['alertname'], group_wait: '0s', group_interval: '1s', repeat_interval: '1h' },
  receivers: [{ name: 'tests', webhook_configs: webhook === undefined ? [] : [{ url: webhook, send_resolved: true }] }],
});
