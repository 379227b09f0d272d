import { Router } from 'express';
import { escapeHtml, sendPage } from '../http/page.ts';
import type { Inbox } from './inbox.ts';

const REFRESH_SECONDS = 5;

/** The page that shows what the receivers of notifications got; to be mounted at `/inbox`. */
export function createInboxRouter(inbox: Inbox): Router {
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
