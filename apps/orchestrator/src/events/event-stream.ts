import type { ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { ServiceError } from '../errors/service-error.ts';
import type { SessionListener } from '../sessions/session-listener.ts';
import type { PlanningEvents } from './planning-events.ts';

/** Most clients that listen at once. */
const MOST_CLIENTS = 50;
/** Bytes that may wait for a client before it is given up as too slow. */
const MOST_PENDING_BYTES = 64 * 1024;
/** Pause between signs of life, so that proxies keep the connection. */
const PING_MS = 15_000;

/** Makes the handler that streams events to each of its clients (server-sent events). */
export function createEventStream(events: PlanningEvents, onSession: SessionListener): RequestHandler {
  const clients = new Set<ServerResponse>();
  return (req, res) => {
    if (clients.size >= MOST_CLIENTS) throw new ServiceError('busy', `${MOST_CLIENTS} clients listen already.`);
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    // Who asks for the head of it gets an end.
    if (req.method === 'HEAD') {
      res.end();
      return;
    }
    clients.add(res);
    const ended = onSession('collaboration');
    send(res, ': The events of all projects, as they happen.\n\n');
    const unsubscribe = events.subscribe((event) =>
      send(res, `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
    );
    const ping = setInterval(() => send(res, ': ping\n\n'), PING_MS).unref();
    res.once('close', () => {
      clients.delete(res);
      clearInterval(ping);
      unsubscribe();
      ended();
    });
  };
}

function send(res: ServerResponse, text: string): void {
  if (res.writableLength > MOST_PENDING_BYTES) res.destroy();
  else res.write(text);
}
