import type { IncomingMessage, ServerResponse } from 'node:http';

/** What Node sends by itself for `Expect: 100-continue`. */
const CONTINUE_BYTES = 'HTTP/1.1 100 Continue\r\n\r\n'.length;

/** Value of a `Content-Length` header; `undefined` unless it is a size. */
export function declaredLength(header: string | number | readonly string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const length = Number(header);
  return Number.isSafeInteger(length) && length >= 0 ? length : undefined;
}

/** Size of the head of a request, as clients write it: one blank after each colon. */
export function requestHeadBytes({ method = '', url = '', rawHeaders }: IncomingMessage): number {
  let bytes = `${method} ${url} HTTP/1.1\r\n\r\n`.length;
  // Names and values alternate, and each is followed by two characters.
  for (const text of rawHeaders) bytes += text.length + 2;
  return bytes;
}

/** Whether a response has no body whatever its headers say. */
export function isBodiless({ statusCode, req }: ServerResponse): boolean {
  return statusCode === 204 || statusCode === 304 || req.method === 'HEAD';
}

/** Size of what Node sends before the body; `undefined` when it does not tell. */
export function responseHeadBytes(response: ServerResponse): number | undefined {
  const { _header: head } = response as WithInternals;
  return typeof head === 'string' ? head.length + continueBytes(response) : undefined;
}

/** Size of the interim response that Node sent, if it did. */
export function continueBytes(response: ServerResponse): number {
  const { _sent100: isSent } = response as WithInternals;
  return isSent === true ? CONTINUE_BYTES : 0;
}

/** Internals of Node that have been there since its beginnings; the first is what access logs read. */
type WithInternals = ServerResponse & { readonly _header?: unknown; readonly _sent100?: unknown };
