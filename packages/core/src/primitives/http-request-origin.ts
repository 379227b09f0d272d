import type { IncomingMessage } from 'node:http';

const LOOPBACK_PEER = /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/;
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;
/** Headers by which proxies say for whom they ask. */
const FORWARDED = ['x-forwarded-for', 'forwarded', 'x-real-ip'];

/** Whether a proxy says that it passes a request on. */
export function isForwardedRequest({ headers }: IncomingMessage): boolean {
  return FORWARDED.some((name) => headers[name] !== undefined);
}

/**
 * Whether a request comes from this machine: its peer is on the loopback interface, no proxy has passed it on (behind one
 * every peer looks local), and it asks for a loopback host (so that a foreign name which resolves to 127.0.0.1 reads
 * nothing).
 */
export function isLocalRequest(req: IncomingMessage): boolean {
  const isLoopback = LOOPBACK_PEER.test(req.socket.remoteAddress ?? '') && LOOPBACK_HOST.test(req.headers.host ?? '');
  return isLoopback && !isForwardedRequest(req);
}

/**
 * Whether nothing says that a page of another site makes a browser send a request. Programs that are no browsers say nothing
 * about pages. Where a proxy has changed the host, browsers vouch for the page by `Sec-Fetch-Site`.
 */
export function isOwnPageRequest({ headers }: IncomingMessage): boolean {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return origin === undefined || site === 'same-origin' || (URL.canParse(origin) && new URL(origin).host === host);
}
