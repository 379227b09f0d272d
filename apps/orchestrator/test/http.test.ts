import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { ServiceError } from '../src/errors/service-error.ts';
import { createErrorResponder } from '../src/http/error-response.ts';
import { type Orchestrator, startOrchestrator } from '../src/orchestrator.ts';

let orchestrator: Orchestrator;
const errors: unknown[] = [];

beforeAll(async () => {
  orchestrator = await startOrchestrator({
    host: '127.0.0.1',
    port: 0,
    mayMove: false,
    traffic: undefined,
    onError: (error) => errors.push(error),
  });
});
afterAll(() => orchestrator.stop());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(orchestrator.origin + path, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

async function createProject(...texts: readonly string[]): Promise<string> {
  const { headers } = await call('POST', '/api/projects', { name: 'Test', stakeholders: ['Ada', 'Bruno'] });
  const path = headers.get('location') ?? '';
  for (const text of texts) expect((await call('POST', `${path}/requirements`, { text })).status).toBe(201);
  return path;
}

describe('invalid input', () => {
  it.each([
    ['POST', '/api/projects', { name: ' ', stakeholders: ['Ada', 'Ada'] }, ['body.name', 'body.stakeholders']],
    ['POST', '/api/projects', { name: 'X', stakeholders: ['Ada', 7] }, ['body.stakeholders.1']],
    ['POST', '/api/projects', { name: 'X', stakeholders: ['Ada'], colour: 'red' }, ['body']],
    ['GET', '/api/projects?limit=1000', undefined, ['query.limit']],
    ['GET', '/api/projects/first/tasks/2', undefined, ['params.projectId']],
    ['GET', '/api/projects/1/tasks/-2', undefined, ['params.taskId']],
    ['POST', '/api/projects/1/tasks/2/complete', { actualHours: 0 }, ['body.actualHours']],
  ])('%s %s %j is answered with 400 and the paths %j', async (method, path, body, paths) => {
    const answer = await call(method, path, body);
    const issues = paths.map((issue) => expect.objectContaining({ path: issue, message: expect.any(String) }));
    expect(answer).toMatchObject({ status: 400, body: { error: { kind: 'invalid', issues } } });
  });

  it('is a body that is no JSON or too large', async () => {
    const url = `${orchestrator.origin}/api/projects`;
    const post = (body: string): Promise<Response> =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect((await post('{"name": ')).status).toBe(400);
    expect((await post(JSON.stringify({ name: 'x'.repeat(100_000) }))).status).toBe(413);
  });
});

describe('the rules of the workflow', () => {
  it('answer 404 for what belongs to another project', async () => {
    const [mine, other] = [await createProject('The clerk must sort letters.'), await createProject()];
    const { body } = await call('GET', `${mine}/requirements`);
    const [requirement] = (body as { requirements: { id: number }[] }).requirements;
    expect((await call('GET', `${mine}/requirements/${requirement?.id}`)).status).toBe(200);
    expect((await call('GET', `${other}/requirements/${requirement?.id}`)).status).toBe(404);
  });

  it('want each step after the one before it, in the current state of the requirements', async () => {
    const path = await createProject();
    expect((await call('POST', `${path}/analysis`)).status).toBe(409);
    await call('POST', `${path}/requirements`, { text: 'The clerk must sort letters.' });
    expect((await call('POST', `${path}/tasks/plan`)).status).toBe(409);
    expect((await call('POST', `${path}/analysis`)).status).toBe(200);
    expect((await call('POST', `${path}/architecture`)).status).toBe(200);
    await call('POST', `${path}/requirements`, { text: 'The clerk must count letters.' });
    expect((await call('POST', `${path}/tasks/plan`)).status).toBe(409);
    expect((await call('POST', `${path}/architecture`)).status).toBe(409);
    expect((await call('POST', `${path}/analysis`)).status).toBe(200);
    expect((await call('POST', `${path}/architecture`)).status).toBe(200);
    expect((await call('POST', `${path}/tasks/plan`)).status).toBe(200);
  });

  it('make an approval void when the tasks are planned anew', async () => {
    const path = await createProject('The clerk must sort letters.');
    for (const step of ['analysis', 'architecture', 'tasks/plan']) await call('POST', `${path}/${step}`);
    const first = await call('POST', `${path}/approvals`, { subject: 'plan', requestedBy: 'Ada' });
    const { id } = first.body as { id: number };
    const decide = (decidedBy: string): Promise<Answer> =>
      call('POST', `${path}/approvals/${id}/decision`, { decision: 'approved', decidedBy });
    expect((await decide('Ada')).status).toBe(409);
    expect((await decide('Chidi')).status).toBe(409);
    await call('POST', `${path}/tasks/plan`);
    expect(await decide('Bruno')).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('void') } },
    });
  });

  it('take a held project up again in the stage that it has reached, and refuse a cancelled one', async () => {
    const path = await createProject('The clerk must sort letters.');
    await call('POST', `${path}/analysis`);
    const setStatus = (status: string): Promise<Answer> => call('PATCH', path, { status });
    expect((await setStatus('on_hold')).body).toMatchObject({ status: 'on_hold' });
    expect((await call('POST', `${path}/architecture`)).status).toBe(409);
    expect((await setStatus('active')).body).toMatchObject({ status: 'analysis' });
    expect((await setStatus('cancelled')).body).toMatchObject({ status: 'cancelled' });
    expect((await setStatus('active')).status).toBe(409);
  });

  it('keep a requirement that another one depends on', async () => {
    const path = await createProject('The clerk must sort letters.');
    const { body } = await call('GET', `${path}/requirements`);
    const [first] = (body as { requirements: { id: number }[] }).requirements;
    await call('POST', `${path}/requirements`, { text: 'The clerk must count letters.', dependsOn: [first?.id] });
    expect((await call('DELETE', `${path}/requirements/${first?.id}`)).status).toBe(409);
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).status).toBe(404);
  });
});

describe('reports and documents', () => {
  it('are never older than the last change, although they are cached', async () => {
    const path = await createProject('The clerk must sort letters.');
    const report = async (): Promise<unknown> => (await call('GET', `${path}/report`)).body;
    expect(await report()).toMatchObject({ requirements: 1, complexity: null });
    expect(await report()).toMatchObject({ requirements: 1, complexity: null });
    await call('POST', `${path}/analysis`);
    expect(await report()).toMatchObject({ project: { status: 'analysis' }, complexity: 'low' });
    await call('POST', `${path}/requirements`, { text: 'The clerk must count letters.' });
    expect(await report()).toMatchObject({ project: { status: 'planning' }, requirements: 2, complexity: null });
  });

  it('write the whole design up, in parts', async () => {
    const path = await createProject('The clerk must store letters quickly.');
    for (const step of ['analysis', 'architecture', 'tasks/plan']) await call('POST', `${path}/${step}`);
    const { headers, body } = await call('GET', `${path}/design-document`);
    expect(headers.get('content-type')).toContain('text/markdown');
    expect(headers.get('transfer-encoding')).toBe('chunked');
    expect(body).toMatch(/^# Test\n[^]*## Requirements[^]*"quickly" is vague[^]*\| Storage \|[^]*Design Storage/);
  });
});

describe('the event stream', () => {
  it('tells what happens as it happens', async () => {
    const req = http.get(`${orchestrator.origin}/api/events`, { agent: false });
    const [response] = (await once(req, 'response')) as [IncomingMessage];
    let text = '';
    const told = new Promise<void>((resolve) => {
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.includes('requirement_added')) resolve();
      });
    });
    const path = await createProject('The clerk must sort letters.');
    await told;
    response.on('error', () => undefined);
    req.destroy();
    expect(response.headers['content-type']).toBe('text/event-stream');
    expect(text).toContain('event: project_created\ndata: {');
    expect(text).toContain(`"projectId":${path.split('/').at(-1)}`);
  });
});

describe('the pages for people and programs', () => {
  it('are all there, and the landing page leads to each of them and shows each route', async () => {
    const { headers, body } = await call('GET', '/');
    for (const { path } of orchestrator.links) {
      expect(body).toContain(`<a href="${path}">`);
      const response = await fetch(orchestrator.origin + path);
      expect(`${path} ${response.status}`).toBe(`${path} 200`);
      await response.body?.cancel();
    }
    expect(body).toMatch(/POST +\/api\/projects\/:projectId\/tasks\/:taskId\/complete/);
    expect(body).toContain('There is no simulated traffic');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(body).not.toContain('<script');
  });

  it('are no traffic of the service', async () => {
    await Promise.all(['/metrics', '/livez', '/readyz', '/live', '/'].map((path) => call('GET', path)));
    const { body } = await call('GET', '/metrics?name[]=http_requests_total');
    expect(body).toContain('route="/api/projects"');
    expect(body).not.toMatch(/route="\/(metrics|livez|readyz|live)?"/);
  });
});

describe('errors that nobody expects', () => {
  it('are answered without details, told to the service, and cut a response that has begun', async () => {
    const told: unknown[] = [];
    const app = express();
    app.get('/busy', () => {
      throw new ServiceError('busy', 'All handles are in use.');
    });
    app.get('/broken', () => {
      throw new Error('secret');
    });
    app.get('/half', (_req, res) => {
      res.write('half a ');
      throw new Error('second secret');
    });
    app.use(createErrorResponder((error) => told.push(error)));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const busy = await fetch(`${origin}/busy`);
      expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '1']);
      const broken = await fetch(`${origin}/broken`);
      expect([broken.status, await broken.text()]).toEqual([500, expect.not.stringContaining('secret')]);
      await expect(fetch(`${origin}/half`).then((response) => response.text())).rejects.toThrow(
        /terminated|fetch failed/,
      );
      expect(told.map(String)).toEqual(['Error: secret', 'Error: second secret']);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});

describe('all requests of this file', () => {
  it('caused no error that only the service knows of', () => {
    expect(errors).toEqual([]);
  });
});
