import type { IncomingMessage } from 'node:http';

/** The metric names of the query parameters `name[]`; `undefined` when there are none and all metrics are wanted. */
export function requestedNames(req: IncomingMessage): ReadonlySet<string> | undefined {
  const url = req.url ?? '';
  const queryStart = url.indexOf('?');
  if (queryStart < 0) return undefined;
  const names = new URLSearchParams(url.slice(queryStart + 1)).getAll('name[]');
  return names.length === 0 ? undefined : new Set(names);
}
