import type { IncomingMessage } from 'node:http';

/**
 * Path and query of a request, below a host that means nothing. Never throws: a path that begins with two slashes is no
 * address of another host.
 */
export function requestUrl({ url = '/' }: IncomingMessage): URL {
  const below = url.startsWith('/') ? url : `/${url}`;
  return new URL(`http://host${below}`);
}
