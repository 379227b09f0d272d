import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Finds a TCP port of the loopback address that nobody listens on. Another process can take it before the caller
 * does, so a server that fails to bind must be started again with another port.
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address with a port');
  return address.port;
}
