import { createHash } from 'node:crypto';
import type { Response } from 'express';
import type { ListedRoute } from './listed-routes.ts';

/** A page that people open. */
export interface PageLink {
  readonly path: string;
  readonly description: string;
}

/** What the landing page shows. */
export interface LandingPageContent {
  readonly links: readonly PageLink[];
  readonly routes: readonly ListedRoute[];
  /** Configuration of MCP clients, as JSON. */
  readonly mcpConfig: string;
  /** One sentence about simulated requests. */
  readonly traffic: string;
  /** Requests by route, as text. */
  readonly table: string;
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}' +
  'pre{overflow-x:auto;background:#f3f4f6;padding:1rem;border-radius:6px}' +
  '@media(prefers-color-scheme:dark){body{color:#e6e8eb;background:#14171a}pre{background:#20252b}a{color:#8ab4f8}}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const REFRESH_SECONDS = 5;

/** Sends the page that leads to all others. It works without scripts, and loads itself anew. */
export function sendLandingPage(res: Response, content: LandingPageContent): void {
  res.set('Content-Security-Policy', `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'`);
  res.set('Cache-Control', 'no-store').type('html').send(pageOf(content));
}

function pageOf({ links, routes, mcpConfig, traffic, table }: LandingPageContent): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>BDUF Orchestrator</title>
<style>${STYLE}</style>
</head>
<body>
<h1>BDUF Orchestrator</h1>
<p>${escapeHtml(traffic)}</p>
<ul>
${links.map(({ path, description }) => `<li><a href="${escapeHtml(path)}">${escapeHtml(path)}</a>: ${escapeHtml(description)}</li>`).join('\n')}
</ul>
<h2>Requests so far</h2>
<pre>${escapeHtml(table)}</pre>
<h2>REST API</h2>
<pre>${routes.map(({ methods, template }) => escapeHtml(`${methods.join(', ').padEnd(20)} ${template}`)).join('\n')}</pre>
<h2>MCP</h2>
<p>Paste this into the configuration of an MCP client:</p>
<pre>${escapeHtml(mcpConfig)}</pre>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
