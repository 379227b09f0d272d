import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { ChannelSender } from '../../src/channels/channel-sender.ts';
import { createEmailChannel, emailMessage } from '../../src/channels/email-channel.ts';
import { emailHtml } from '../../src/channels/email-html.ts';
import { HOSTILE, RESOLVED, aNotification, anAlert } from './a-notification.ts';

const { signal } = new AbortController();
const FROM = 'Alerts <alerts@example.org>';
const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map(async (stop) => stop()));
});

interface Mail {
  readonly isSecure: boolean;
  readonly user: unknown;
  readonly recipients: readonly string[];
  readonly text: string;
}

/** A real server that wants a password, which only `ann` with `s3cret` has. */
async function startServer(options: SMTPServerOptions = {}): Promise<{ port: number; mails: Mail[] }> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      username === 'ann' && password === 's3cret' ? done(null, { user: username }) : done(new Error('wrong password')),
    onData: (stream, session, done) => {
      const chunks: Uint8Array[] = [];
      stream.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push({
          isSecure: session.secure,
          user: session.user,
          recipients: session.envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString('utf8'),
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => new Promise((resolve) => server.close(() => resolve(undefined))));
  // A server that listens on TCP has an address with a port.
  return { port: (server.server.address() as AddressInfo).port, mails };
}

function channelTo(port: number, transport: Readonly<Record<string, unknown>> = {}): ChannelSender {
  const channel = createEmailChannel({
    from: FROM,
    to: ['ops@example.org', 'boss@example.org'],
    transport: {
      host: '127.0.0.1',
      port,
      auth: { user: 'ann', pass: 's3cret' },
      // The server's certificate is its own.
      tls: { rejectUnauthorized: false },
      ...transport,
    },
  });
  stops.push(async () => channel.close?.());
  return channel;
}

/** An answer of the server in the middle of a dialogue. */
function refusal(code: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode: code });
}

describe('mail through a real server', () => {
  it.each([
    ['STARTTLS', { secure: false }, { secure: false, requireTLS: true }],
    ['TLS from the start', { secure: true }, { secure: true }],
  ])('arrives over %s with a password', async (_, server, transport) => {
    const { port, mails } = await startServer(server);
    expect(await channelTo(port, transport).send(aNotification(), { signal })).toEqual({ status: 'delivered' });
    expect(mails).toMatchObject([{ isSecure: true, user: 'ann', recipients: ['ops@example.org', 'boss@example.org'] }]);
    const [mail] = mails;
    expect(mail?.text).toMatch(/^Subject: \[FIRING:1\] Down\r$/m);
    expect(mail?.text).toMatch(/^Message-ID: <key-1@alerts\.invalid>\r$/m);
    expect(mail?.text).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(mail?.text).toContain('It has not answered for five minutes.');
    expect(mail?.text).toContain('Content-Type: text/html');
  });

  type Callback = (error: Error) => void;

  it.each<[string, { server?: SMTPServerOptions; pass?: string; status: string; error: RegExp }]>([
    ['a wrong password', { pass: 'other-s3cret', status: 'permanent', error: /535/ }],
    [
      'an unknown recipient',
      {
        server: { onRcptTo: (_address, _session, done: Callback) => done(refusal(550, 'No such user')) },
        status: 'permanent',
        error: /550 No such user/,
      },
    ],
    [
      'a mailbox that is busy',
      {
        server: { onRcptTo: (_address, _session, done: Callback) => done(refusal(451, 'Try later')) },
        status: 'retry',
        error: /451 Try later/,
      },
    ],
    [
      'a sender that is refused',
      {
        server: { onMailFrom: (_address, _session, done: Callback) => done(refusal(552, 'Go away')) },
        status: 'permanent',
        error: /552 Go away/,
      },
    ],
  ])('is judged by the answer: %s', async (_, { server, pass = 's3cret', status, error }) => {
    const { port, mails } = await startServer(server);
    const result = await channelTo(port, { auth: { user: 'ann', pass } }).send(aNotification(), { signal });
    expect(result).toEqual({ status, error: expect.stringMatching(error) });
    expect(result.error).not.toContain('s3cret');
    expect(mails).toEqual([]);
  });

  it('goes to an address with user and password', async () => {
    const { port, mails } = await startServer();
    const to = (password: string) =>
      createEmailChannel({
        from: FROM,
        to: 'ops@example.org',
        transport: `smtp://ann:${password}@127.0.0.1:${port}/?tls.rejectUnauthorized=false`,
      });
    expect(await to('s3cret').send(aNotification(), { signal })).toEqual({ status: 'delivered' });
    expect(await to('wr%6Fng').send(aNotification(), { signal })).toMatchObject({ status: 'permanent' });
    expect(mails).toMatchObject([{ user: 'ann', isSecure: true }]);
  });

  it('is tried again when nobody is there, or nobody greets', async () => {
    const { port } = await startServer();
    await Promise.all(stops.splice(0).map(async (stop) => stop()));
    expect(await channelTo(port).send(aNotification(), { signal })).toMatchObject({
      status: 'retry',
      error: expect.stringContaining('ECONNREFUSED'),
    });
    const silent = await startServer({ onConnect: () => undefined });
    expect(await channelTo(silent.port, { greetingTimeout: 50 }).send(aNotification(), { signal })).toMatchObject({
      status: 'retry',
      error: expect.stringMatching(/greeting/i),
    });
  });

  it('does not let anybody write headers by a label', async () => {
    const { port, mails } = await startServer();
    const labels = { alertname: HOSTILE };
    await channelTo(port).send(aNotification({ groupLabels: labels, alerts: [anAlert({ labels })] }), { signal });
    const [head = ''] = mails[0]?.text.split('\r\n\r\n') ?? [];
    expect(head).not.toMatch(/^Bcc:/im);
    expect(mails[0]?.recipients).toEqual(['ops@example.org', 'boss@example.org']);
  });
});

describe('mail', () => {
  it("goes through a transport of one's own, which is freed", async () => {
    const sent: unknown[] = [];
    let isClosed = false;
    const channel = createEmailChannel({
      from: FROM,
      to: 'ops@example.org',
      transport: {
        sendMail: (message) => Promise.resolve(void sent.push(message.subject)),
        close: () => {
          isClosed = true;
        },
      },
    });
    await channel.send(aNotification({ alerts: [RESOLVED], status: 'resolved' }), { signal });
    await channel.close?.();
    expect({ sent, isClosed }).toEqual({ sent: ['[RESOLVED:1] Down'], isClosed: true });
  });

  it('keeps the mails of a group together', () => {
    const options = { from: FROM, to: 'ops@example.org' };
    const first = emailMessage(aNotification(), options);
    const second = emailMessage(aNotification({ idempotencyKey: 'key-2' }), options);
    const other = emailMessage(aNotification({ groupKey: '{}:{alertname="Up"}' }), options);
    expect(second.references).toBe(first.references);
    expect(second.messageId).not.toBe(first.messageId);
    expect(other.references).not.toBe(first.references);
  });

  it('says the same in text and in HTML', () => {
    const alerts = [anAlert({ runbookUrl: 'https://wiki.example/down' }), RESOLVED];
    const { text, html } = emailMessage(aNotification({ alerts, truncatedAlerts: 2 }), {
      from: FROM,
      to: 'x@example.org',
    });
    for (const words of [
      '[FIRING:1, RESOLVED:1, 2 MORE] Down',
      'a:80 is down',
      'It has not answered for five minutes.',
      'firing since 2026-01-01T00:05:00.000Z',
      'was firing from 2026-01-01T00:05:00.000Z to 2026-01-01T00:09:00.000Z (4 min 0 s)',
      'https://wiki.example/down',
      'And 2 more.',
      'https://metrics.example/dashboard',
    ]) {
      expect(text).toContain(words);
      expect(html).toContain(words);
    }
  });

  it('shows what stands in labels as text and runs none of it', () => {
    const alert = anAlert({
      ruleName: HOSTILE,
      labels: { alertname: HOSTILE, instance: `"><img src=x onerror=alert(1)>` },
      annotations: { summary: HOSTILE, description: HOSTILE },
      runbookUrl: 'javascript:alert(1)',
    });
    const html = emailHtml(
      aNotification({ alerts: [alert], groupLabels: alert.labels, externalUrl: 'https://x.example/"onclick="' }),
    );
    expect(html).not.toMatch(/<script|<img|href="javascript/);
    expect(html).not.toMatch(/"onclick="/);
    const own = ['<div', '</div', '<h2', '</h2', '<b', '</b', '<br', '<p', '</p', '<a', '</a'];
    expect(own).toEqual(expect.arrayContaining([...new Set(html.match(/<\/?\w+/g))]));
  });

  it('keeps a password to itself, whatever an error says', async () => {
    const sendMail = () =>
      Promise.reject(new Error('535 AUTH PLAIN s3cret refused, smtps://ann:s3cret@mail.example/x'));
    const transport = { auth: { user: 'ann', pass: 's3cret' }, sendMail };
    const channel = createEmailChannel({ from: FROM, to: 'x@example.org', transport });
    expect(await channel.send(aNotification(), { signal })).toEqual({
      status: 'retry',
      error: '535 AUTH PLAIN *** refused, smtps://mail.example/…',
    });
  });

  it('needs a recipient', () => {
    expect(() => createEmailChannel({ from: FROM, to: [], transport: {} })).toThrow(
      expect.objectContaining({ code: 'METRICS_ERR_ARGUMENT_INVALID' }),
    );
  });
});
