import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * A request handler in the shape that `node:http`, Express 4 and 5 and Connect accept. Without `next` the handler
 * answers every request itself.
 */
export type HttpHandler = (req: IncomingMessage, res: ServerResponse, next?: (error?: unknown) => void) => void;
