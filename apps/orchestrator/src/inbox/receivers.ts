import type { Clock } from '@bduf/metrics-core/interfaces';
import express from 'express';
import { HttpServer } from '../http/http-server.ts';
import type { Inbox } from './inbox.ts';

/** Local servers and mailboxes that stand for those who are told of alerts. */
export interface Receivers {
  /** Where each of them is posted to. */
  readonly urls: Readonly<Record<'slack' | 'pagerduty' | 'webhook', string>>;
  /** Takes mails. */
  readonly mailbox: { readonly sendMail: (mail: unknown) => Promise<void> };
  /** Ends them at once. */
  stop(): Promise<void>;
}

/** What the real receivers answer to a notification that they take. */
const ANSWERS = {
  slack: { status: 200, body: 'ok' },
  pagerduty: { status: 202, body: { status: 'success', message: 'Event processed' } },
  webhook: { status: 200, body: {} },
} as const;

/** Starts receivers of notifications on this machine, which put what they get into an inbox. */
export async function startReceivers(inbox: Inbox, clock: Clock): Promise<Receivers> {
  const receive = (channel: string, payload: unknown): void => inbox.receive(channel, payload, new Date(clock.now()));
  const app = express()
    .disable('x-powered-by')
    .use(express.json({ limit: '1mb' }));
  for (const [channel, { status, body }] of Object.entries(ANSWERS)) {
    app.post([`/${channel}`, `/${channel}/*path`], (req, res) => {
      receive(channel, req.body);
      res.status(status).send(body);
    });
  }
  const server = await HttpServer.start(app, { host: '127.0.0.1', port: 0, mayMove: false });
  const url = (channel: keyof typeof ANSWERS): string => `${server.origin}/${channel}`;
  return {
    urls: { slack: url('slack'), pagerduty: url('pagerduty'), webhook: url('webhook') },
    mailbox: {
      sendMail: (mail) => {
        receive('email', mail);
        return Promise.resolve();
      },
    },
    stop: () => server.stop(0),
  };
}
