import { createHash } from 'node:crypto';
import type { Response } from 'express';

/** A page for people that works without scripts. */
export interface Page {
  readonly title: string;
  /** Seconds after which it loads itself anew; undefined for never. */
  readonly refreshSeconds?: number;
  /** HTML, with everything that is not markup escaped. */
  readonly body: string;
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}' +
  'pre{overflow-x:auto;background:#f3f4f6;padding:1rem;border-radius:6px}' +
  'table{border-collapse:collapse}td,th{text-align:left;padding:.4rem 1rem .4rem 0;vertical-align:top}form{display:inline}' +
  'button{font:inherit;padding:.2rem .8rem}.active{color:#b42318;font-weight:600}' +
  '@media(prefers-color-scheme:dark){body{color:#e6e8eb;background:#14171a}pre{background:#20252b}a{color:#8ab4f8}.active{color:#ff8a80}}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Sends a page. Nothing in it is loaded from elsewhere, no script runs, and its forms lead nowhere else. */
export function sendPage(res: Response, { title, refreshSeconds, body }: Page): void {
  res.set(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'`,
  );
  const refresh = refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${refreshSeconds}">\n`;
  res.set('Cache-Control', 'no-store').type('html').send(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
${refresh}<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`);
}

/** A text as it stands in HTML, also within quotes. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
