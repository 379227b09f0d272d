import http from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parsePrometheusText } from '@bduf/metrics-testkit';
import { type Orchestrator, startOrchestrator } from '../src/orchestrator.ts';
import { samplesOf } from '../src/self-check/exposition.ts';
import { SeededRandom } from '../src/traffic/seeded-random.ts';

const SEED = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 1_000_000);
const REQUESTS = 1500;
const AT_ONCE = 20;
const CONNECTIONS = 300;
/** An answer that takes so long on a busy machine never comes. */
const PATIENCE_MS = 20_000;

let orchestrator: Orchestrator;
const errors: unknown[] = [];
const random = new SeededRandom(SEED);

beforeAll(async () => {
  process.stdout.write(`hostile clients: HOSTILE_SEED=${SEED}\n`);
  orchestrator = await startOrchestrator({
    host: '127.0.0.1',
    port: 0,
    mayMove: false,
    traffic: undefined,
    onError: (error) => errors.push(error),
  });
});
afterAll(() => orchestrator.stop());

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'] as const;
/** Every kind of page and endpoint that there is. */
const PATHS = `
  / /live /nowhere /metrics /metrics.json /livez /readyz /startupz /healthz /chaos /inbox /mcp
  /dashboard /dashboard/ /dashboard/api/config /dashboard/api/catalogue /dashboard/api/alerts /dashboard/api/alerts/history
  /dashboard/api/health /dashboard/api/query /dashboard/api/live
  /alerts /alerts/history /alerts/silence /alerts/acknowledge /alerts/nothing
  /api/projects /api/projects/1 /api/projects/1/requirements /api/projects/1/analysis /api/projects/1/architecture
  /api/projects/1/tasks/plan /api/projects/1/tasks/1/complete /api/projects/1/approvals /api/projects/1/approvals/1/decision
  /api/projects/1/report /api/events /api/context`
  .trim()
  .split(/\s+/);
const WORDS = '0 -1 1e309 NaN null % %00 %ff %2e%2e%2f .. // __proto__ constructor <script> 😀 [object'.split(' ');
const TEXTS = [...WORDS, '', ' ', 'a'.repeat(5000), '{{ $value }}', "'; drop table projects; --", '"\\\n'];
const TYPES = ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data', 'a/b', ''];
const HEADERS = ['accept', 'accept-encoding', 'if-none-match', 'range', 'origin', 'mcp-session-id', 'traceparent'];

function body(): string {
  const values = [
    () => JSON.stringify({ name: random.pick(TEXTS), stakeholders: [random.pick(TEXTS), 7], text: random.pick(TEXTS) }),
    () => `{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}`,
    () => '['.repeat(20_000),
    () =>
      JSON.stringify({
        jsonrpc: '2.0',
        id: random.pick(TEXTS),
        method: 'tools/call',
        params: { name: random.pick(TEXTS) },
      }),
    () => JSON.stringify({ jsonrpc: '2.0', method: 'initialize', params: null }),
    () => JSON.stringify([{ metric: random.pick(TEXTS), matchers: [{ name: 'x', op: '=~', value: '(a+)+$' }] }]),
    () => random.pick(TEXTS).repeat(random.between(1, 50)),
    () => '{"seconds":',
    () => '',
  ];
  return random.pick(values)();
}

/** Sends one request that nobody in their right mind would send. Resolves with the status, or what went wrong. */
function attack(agent: http.Agent): Promise<{ readonly what: string; readonly status: number | string }> {
  const method = random.pick(METHODS);
  const suffix = random.chance(0.4) ? `/${random.pick(TEXTS)}` : '';
  const query = random.chance(0.4)
    ? `?${random.pick(['name[]', 'limit', 'query', 'start', 'x'])}=${random.pick(TEXTS)}`
    : '';
  // What no client can send is left to the test with raw bytes.
  const path = encodeURI(`${random.pick(PATHS)}${suffix}${query}`).replaceAll('%25', '%');
  const content = ['GET', 'HEAD'].includes(method) ? '' : body();
  const headers: Record<string, string> = {
    'content-type': random.pick(TYPES),
    // Otherwise the body of a DELETE would be taken for the next request.
    'content-length': String(Buffer.byteLength(content)),
  };
  if (random.chance(0.4)) headers[random.pick(HEADERS)] = encodeURIComponent(random.pick(TEXTS)).slice(0, 3000);
  const { port } = new URL(orchestrator.origin);
  return new Promise((resolve) => {
    const request = http.request({ port, method, path, headers, agent }, (response) => {
      const { statusCode = NaN } = response;
      resolve({ what: `${method} ${path.slice(0, 100)}`, status: statusCode });
      // Some are streams that never end, and some clients do not read on.
      if (response.headers['content-type']?.startsWith('text/event-stream') === true || random.chance(0.1))
        request.destroy();
      else response.resume();
    });
    request.setTimeout(PATIENCE_MS, () => request.destroy(new Error('no answer')));
    request.on('error', (error) => resolve({ what: `${method} ${path.slice(0, 100)}`, status: error.message }));
    request.end(content);
  });
}

/** Connects and keeps the connection, whatever becomes of it. */
function connect(): net.Socket {
  const socket = net.connect(Number(new URL(orchestrator.origin).port), '127.0.0.1');
  return socket.on('error', () => undefined);
}

/** The status line that a connection is answered with. */
async function statusOf(socket: net.Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.once('close', () => resolve(text.split('\r\n')[0] ?? ''));
  });
}

async function expectHealthy(): Promise<void> {
  const answers = await Promise.all(
    ['/readyz', '/api/projects', '/dashboard/'].map((path) => fetch(orchestrator.origin + path)),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
}

describe('hostile clients', () => {
  it('get an answer to any request, and none that blames the service', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
    const surprises: string[] = [];
    const client = async (): Promise<void> => {
      for (let sent = 0; sent < REQUESTS / AT_ONCE; sent++) {
        const { what, status } = await attack(agent);
        // 501: what HTTP has and nobody offers. 503: somebody asked for more than there is.
        const isFine = typeof status === 'number' && (status < 500 || status === 501 || status === 503);
        if (!isFine) surprises.push(`${what}: ${status}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    agent.destroy();
    expect(surprises).toEqual([]);
    expect(errors).toEqual([]);
    await expectHealthy();
  }, 120_000);

  it('that send bytes at random are refused and forgotten', async () => {
    const statuses = await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        const socket = connect();
        const status = statusOf(socket);
        socket.end(Buffer.from(Array.from({ length: random.between(1, 300) }, () => random.between(0, 255))));
        return status;
      }),
    );
    expect(statuses.filter((status) => status !== '' && !status.startsWith('HTTP/1.1 400'))).toEqual([]);
    await expectHealthy();
  }, 60_000);

  it.each([
    ['a giant header', `GET /metrics HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(100_000)}\r\n\r\n`, '431'],
    ['a giant URL', `GET /${'b'.repeat(100_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, '431'],
    [
      'two lengths',
      'POST /api/projects HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
      '400',
    ],
    [
      'a length and chunks',
      'POST /api/projects HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
  ])('that send %s are refused', async (_what, text, status) => {
    const socket = connect();
    const answer = statusOf(socket);
    socket.end(text);
    expect(await answer).toMatch(`HTTP/1.1 ${status}`);
  });

  it.each(['/api/projects', '/mcp', '/dashboard/api/query', '/alerts/silence'])(
    'cannot fill the memory through %s',
    async (path) => {
      const response = await fetch(orchestrator.origin + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: JSON.stringify({ name: 'x'.repeat(8_000_000) }),
      });
      // Some refuse it for another reason, before they have read it.
      expect([400, 403, 413]).toContain(response.status);
      await response.arrayBuffer();
      // The rest of the body is out of the way of what the connection is used for next.
      await expectHealthy();
    },
  );

  it('that send slowly keep nobody else waiting', async () => {
    const slow = Array.from({ length: CONNECTIONS }, connect);
    for (const socket of slow) socket.write('POST /api/projects HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\nx');
    for (let round = 0; round < 10; round++) {
      for (const socket of slow) socket.write('y');
      await expectHealthy();
    }
    for (const socket of slow) socket.destroy();
    expect(errors).toEqual([]);
  }, 60_000);

  it('leave no more behind than a bounded number of series, and nothing in flight', async () => {
    const inFlight = async (): Promise<number> => {
      const families = parsePrometheusText(await (await fetch(`${orchestrator.origin}/metrics`)).text());
      return samplesOf(families, 'http_requests_in_flight').reduce((sum, { value }) => sum + value, 0);
    };
    while ((await inFlight()) > 0);
    const families = parsePrometheusText(await (await fetch(`${orchestrator.origin}/metrics`)).text());
    const requests = samplesOf(families, 'http_requests_total');
    const routes = new Set(requests.map(({ labels }) => labels['route']));
    // The routes that there are, and one for all others.
    expect(routes.size).toBeLessThan(40);
    expect(requests.length).toBeLessThan(300);
    expect(errors).toEqual([]);
  });
});
