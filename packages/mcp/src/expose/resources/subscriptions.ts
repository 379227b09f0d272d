import { MetricsError } from '@bduf/metrics-core/interfaces';
import { z } from 'zod/v4';
import type { LowLevelServer, UriRequest } from '../exposable-server.ts';
import { METRICS_URI } from './metric-resources.ts';
import { invalidParams } from './invalid-params.ts';
import type { ResourceWatch } from './resource-watch.ts';

const MOST_SUBSCRIPTIONS = 32;

/**
 * Lets the client of a server subscribe to the resources of `metrics://`. High-level servers have no call for that.
 *
 * @throws MetricsError `METRICS_ERR_MCP_SUBSCRIPTIONS_TAKEN` when the server handles subscriptions already.
 */
export function acceptSubscriptions(server: LowLevelServer, watch: ResourceWatch): void {
  try {
    server.assertCanSetRequestHandler('resources/subscribe');
  } catch (cause) {
    throw new MetricsError(
      'METRICS_ERR_MCP_SUBSCRIPTIONS_TAKEN',
      'The server handles resources/subscribe already; expose metrics first, or with `subscriptions: false`.',
      { cause },
    );
  }
  server.registerCapabilities({ resources: { subscribe: true } });
  setHandler(server, 'resources/subscribe', async ({ params: { uri } }) => {
    if (!uri.startsWith(METRICS_URI)) throw invalidParams(`${uri} cannot be subscribed to.`);
    if (watch.size >= MOST_SUBSCRIPTIONS && !watch.has(uri)) {
      throw invalidParams(`There are ${MOST_SUBSCRIPTIONS} subscriptions already, the most a session may have.`);
    }
    await watch.add(uri);
    return {};
  });
  setHandler(server, 'resources/unsubscribe', ({ params: { uri } }) => {
    watch.remove(uri);
    return Promise.resolve({});
  });
}

function setHandler(server: LowLevelServer, method: string, handler: (request: UriRequest) => Promise<object>): void {
  const isVersion2 = server.projectCallToolResult !== undefined;
  const schema = z.object({ method: z.literal(method), params: z.object({ uri: z.string() }) });
  server.setRequestHandler(isVersion2 ? method : schema, handler);
}
