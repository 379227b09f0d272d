import type { Response } from 'express';
import type { ListedRoute } from './listed-routes.ts';
import { escapeHtml, sendPage } from './page.ts';

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

const REFRESH_SECONDS = 5;

/** Sends the page that leads to all others. It loads itself anew. */
export function sendLandingPage(res: Response, content: LandingPageContent): void {
  sendPage(res, { title: 'BDUF Orchestrator', refreshSeconds: REFRESH_SECONDS, body: bodyOf(content) });
}

function bodyOf({ links, routes, mcpConfig, traffic, table }: LandingPageContent): string {
  return `<p>${escapeHtml(traffic)}</p>
<ul>
${links.map(({ path, description }) => `<li><a href="${escapeHtml(path)}">${escapeHtml(path)}</a>: ${escapeHtml(description)}</li>`).join('\n')}
</ul>
<h2>Requests so far</h2>
<pre>${escapeHtml(table)}</pre>
<h2>REST API</h2>
<pre>${routes.map(({ methods, template }) => escapeHtml(`${methods.join(', ').padEnd(20)} ${template}`)).join('\n')}</pre>
<h2>MCP</h2>
<p>Paste this into the configuration of an MCP client:</p>
<pre>${escapeHtml(mcpConfig)}</pre>`;
}
