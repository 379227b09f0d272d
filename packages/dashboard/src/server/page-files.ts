import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import { negotiateEncoding } from '@bduf/metrics-core/primitives';
import { pageAssets } from './page-assets.ts';

interface PageFile {
  readonly contentType: string;
  readonly brotli: Uint8Array;
  readonly isHashed: boolean;
  plain?: Uint8Array;
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

let files: ReadonlyMap<string, PageFile> | undefined;

/** Sends a file of the page; what is no file is the page itself, so that a mount path needs no trailing slash handling. */
export function sendPage(path: string, req: IncomingMessage, res: ServerResponse): void {
  if (path === '' && needsSlash(req)) return redirect(req, res);
  const file = pageFiles().get(path === '' ? 'index.html' : path);
  if (file === undefined) {
    res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
    res.end('There is no such file.\n');
    return;
  }
  const isBrotli = negotiateEncoding(req.headers['accept-encoding'], ['br', 'identity']) === 'br';
  const bytes = isBrotli ? file.brotli : (file.plain ??= brotliDecompressSync(file.brotli));
  res.writeHead(200, {
    'content-type': file.contentType,
    'content-length': bytes.length,
    'cache-control': file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    vary: 'accept-encoding',
    ...(isBrotli ? { 'content-encoding': 'br' } : {}),
  });
  res.end(req.method === 'HEAD' ? undefined : bytes);
}

/** Relative addresses of the page need a path that ends with a slash; frameworks tell the whole path in `originalUrl`. */
function needsSlash(req: IncomingMessage & { readonly originalUrl?: string }): boolean {
  const whole = (req.originalUrl ?? req.url ?? '/').split('?')[0] ?? '/';
  return !whole.endsWith('/');
}

function redirect(req: IncomingMessage & { readonly originalUrl?: string }, res: ServerResponse): void {
  const [path = '', query] = (req.originalUrl ?? '').split('?');
  // Relative, so that it is right behind a proxy that cuts a prefix off.
  const last = path.slice(path.lastIndexOf('/') + 1);
  res.writeHead(302, { location: `./${last}/${query === undefined ? '' : `?${query}`}` });
  res.end();
}

function pageFiles(): ReadonlyMap<string, PageFile> {
  files ??= new Map(
    pageAssets.map(({ path, contentType, brotliBase64 }) => [
      path,
      { contentType, brotli: Buffer.from(brotliBase64, 'base64'), isHashed: path !== 'index.html' },
    ]),
  );
  return files;
}
