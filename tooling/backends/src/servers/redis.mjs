import { askSocket } from '../running/ask-socket.mjs';
import { freePort } from '../running/free-port.mjs';
import { launch } from '../running/launch.mjs';
import { serverHandle } from '../running/server-handle.mjs';

/** Status, error and integer replies of the Redis protocol are one line. */
const isLineReply = (/** @type {string} */ answer) => answer.endsWith('\r\n');

/** @type {typeof import('../index.d.ts').start.redis} */
export async function startRedis({ flags = [] } = {}) {
  const launched = await launch('redis', async (folder) => {
    const port = await freePort();
    const storage = ['--dir', folder, '--save', '', '--appendonly', 'no'];
    return {
      arguments: ['--port', String(port), '--bind', '127.0.0.1', ...storage, ...flags],
      ready: async () => (await askSocket({ port }, 'PING\r\n', isLineReply)) === '+PONG\r\n',
      facts: { port, url: `redis://127.0.0.1:${port}` },
    };
  });
  const { url, port } = launched;
  return {
    ...serverHandle(launched),
    url,
    port,
    command: async (line) => (await askSocket({ port }, `${line}\r\n`, isLineReply)).trimEnd(),
  };
}
