import type { ServerResponse } from 'node:http';
import type { NodeServerResponseLike } from '@modelcontextprotocol/node';

/**
 * A response whose head is sent at once when an event stream follows. Node keeps it until the first event otherwise, which
 * may be long in coming, and the client does not know whether it is listening.
 */
export function streamingResponse(res: ServerResponse): NodeServerResponseLike {
  return {
    writeHead(status, headers = {}) {
      res.writeHead(status, headers);
      if (headers['content-type']?.startsWith('text/event-stream') === true) res.flushHeaders();
    },
    write: (chunk) => res.write(chunk),
    end: (chunk) => res.end(chunk),
    on: (event, listener) => res.on(event, listener),
    get destroyed() {
      return res.destroyed;
    },
  };
}
