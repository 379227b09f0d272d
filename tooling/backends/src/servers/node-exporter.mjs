import { freePort } from '../running/free-port.mjs';
import { answersOk, fetchText } from '../running/http-client.mjs';
import { launch } from '../running/launch.mjs';
import { serverHandle } from '../running/server-handle.mjs';

/** @type {typeof import('../index.d.ts').start.nodeExporter} */
export async function startNodeExporter({ flags = [] } = {}) {
  const launched = await launch('node-exporter', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    return {
      arguments: [`--web.listen-address=127.0.0.1:${port}`, ...flags],
      ready: answersOk(`${url}/`),
      facts: { url, port },
    };
  });
  const { url, port } = launched;
  return { ...serverHandle(launched), url, port, metrics: () => fetchText(`${url}/metrics`) };
}
