import express, { Router } from 'express';
import type { Clock } from '@bduf/metrics-core/interfaces';
import { escapeHtml, sendPage } from '../http/page.ts';
import type { Inbox } from './inbox.ts';

const REFRESH_SECONDS = 5;

/** What the real receivers answer to a notification that they take. */
const RECEIVERS: Readonly<Record<string, { readonly status: number; readonly body: string | object }>> = {
  slack: { status: 200, body: 'ok' },
  pagerduty: { status: 202, body: { status: 'success', message: 'Event processed' } },
  webhook: { status: 200, body: {} },
};

/** The receivers of all notifications, and the page that shows what they got; to be mounted at `/inbox`. */
export function createInboxRouter(inbox: Inbox, clock: Clock): Router {
  const router = Router();
  router.get('/', (req, res) => {
    if (req.accepts('html', 'json') === 'json') res.json({ messages: inbox.messages });
    else
      sendPage(res, {
        title: 'Notification inbox',
        refreshSeconds: REFRESH_SECONDS,
        body: bodyOf(inbox),
      });
  });
  for (const [channel, answer] of Object.entries(RECEIVERS)) {
    router.post([`/${channel}`, `/${channel}/*path`], express.json({ limit: '1mb' }), (req, res) => {
      inbox.receive(channel, req.body, new Date(clock.now()));
      const { status, body } = answer;
      res.status(status).send(body);
    });
  }
  return router;
}

function bodyOf({ messages }: Inbox): string {
  if (messages.length === 0) {
    return '<p>Nothing yet. <a href="chaos">Break something</a>, and wait for the alert.</p>';
  }
  return messages
    .map(
      ({ at, channel, payload }) =>
        `<h2>${escapeHtml(channel)}, ${escapeHtml(at)}</h2>\n<pre>${escapeHtml(JSON.stringify(payload, undefined, 2))}</pre>`,
    )
    .join('\n');
}
