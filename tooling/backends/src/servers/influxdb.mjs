import { join } from 'node:path';
import { freePort } from '../running/free-port.mjs';
import { answersOk, fetchJson } from '../running/http-client.mjs';
import { launch } from '../running/launch.mjs';
import { serverHandle } from '../running/server-handle.mjs';

const CONFIG_FILE = 'influxdb.conf';

/** @type {typeof import('../index.d.ts').start.influxdb} */
export async function startInfluxdb({ database = 'tests', udp = false } = {}) {
  const launched = await launch('influxdb', async (folder) => {
    const ports = { http: await freePort(), rpc: await freePort(), udp: await freePort() };
    const url = `http://127.0.0.1:${ports.http}`;
    return {
      arguments: ['run', '-config', join(folder, CONFIG_FILE)],
      files: { [CONFIG_FILE]: configText(folder, ports, udp ? database : undefined) },
      ready: answersOk(`${url}/ping`),
      facts: { url, port: ports.http, udpPort: ports.udp },
    };
  });
  const { url, port, udpPort } = launched;
  /** @type {import('../index.d.ts').InfluxdbServer['query']} */
  const query = async (statement) => {
    const search = new URLSearchParams({ db: database, epoch: 'ns', q: statement });
    const { results } = await fetchJson(`${url}/query?${search}`, { method: 'POST' });
    const failure = results.find((/** @type {{ error?: string }} */ result) => result.error !== undefined);
    if (failure !== undefined) throw new Error(`InfluxDB refused ${statement}: ${failure.error}`);
    return results[0].series ?? [];
  };
  await query(`CREATE DATABASE "${database}"`);
  return { ...serverHandle(launched), url, port, udpPort, database, query };
}

/**
 * @param {string} folder
 * @param {{ http: number, rpc: number, udp: number }} ports
 * @param {string | undefined} udpDatabase Where points that come over UDP go; none are taken without it.
 */
const configText = (folder, ports, udpDatabase) => `
reporting-disabled = true
bind-address = "127.0.0.1:${ports.rpc}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  index-version = "inmem"
[http]
  bind-address = "127.0.0.1:${ports.http}"
  log-enabled = false
[monitor]
  store-enabled = false
[[udp]]
  enabled = ${udpDatabase !== undefined}
  bind-address = "127.0.0.1:${ports.udp}"
  database = "${udpDatabase ?? ''}"
  batch-size = 1
`;
