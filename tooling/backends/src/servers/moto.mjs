import { freePort } from '../running/free-port.mjs';
import { answersOk, fetchText } from '../running/http-client.mjs';
import { launch } from '../running/launch.mjs';
import { serverHandle } from '../running/server-handle.mjs';

/** @type {typeof import('../index.d.ts').start.moto} */
export async function startMoto() {
  const launched = await launch('moto', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    return {
      arguments: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
      ready: answersOk(`${url}/moto-api/`),
      facts: { url, port },
    };
  });
  const { url, port } = launched;
  return {
    ...serverHandle(launched),
    url,
    port,
    reset: async () => {
      await fetchText(`${url}/moto-api/reset`, { method: 'POST' });
    },
  };
}
