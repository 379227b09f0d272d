// What measuring a request costs, beside other ways to do it. Build first, then
// `node tooling/bench/express/request-cost.mjs [rounds] [scenario]`.
//
// Two scenarios. `alone`: the middleware with a request and a response without a connection, so that nothing of Express or of
// the network counts. `sockets`: an Express 5 application with nested routers in a process of its own, asked over keep-alive
// connections. Measured is CPU time of the process that measures, which other processes disturb less than the clock. Each
// sample is a process of its own, variants take turns, and what counts is the median of the differences within a round.
import { fork } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import process from 'node:process';
import { MetricsCollector } from '@bduf/metrics-core';
import { createMetricsMiddleware, instrumentHttp } from '@bduf/metrics-express';
import express from 'express';
import promBundle from 'express-prom-bundle';
import prom from 'prom-client';

const REQUESTS = { alone: 40_000, sockets: 12_000 };
const CONNECTIONS = 8;
const ANSWER_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 2\r\n\r\n';

/** Ways to measure: each gives a middleware. */
const VARIANTS = {
  nothing: () => (_req, _res, next) => next(),
  // Clock and listener, nothing recorded: what no middleware can do without.
  floor: () => (_req, res, next) => {
    const start = performance.now();
    res.on('close', () => performance.now() - start);
    next();
  },
  middleware: () => createMetricsMiddleware(new MetricsCollector()),
  'no middleware': () => {
    instrumentHttp(new MetricsCollector());
    return undefined;
  },
  'prom-client by hand': () => {
    const registers = [new prom.Registry()];
    const labelNames = ['method', 'route', 'status_code'];
    const requests = new prom.Counter({ name: 'requests_total', help: 'Requests.', labelNames, registers });
    const duration = new prom.Histogram({ name: 'duration_seconds', help: 'Duration.', labelNames, registers });
    return (req, res, next) => {
      const start = performance.now();
      res.on('finish', () => {
        const labels = { method: req.method, route: req.route?.path ?? 'unmatched', status_code: res.statusCode };
        requests.inc(labels);
        duration.observe(labels, (performance.now() - start) / 1000);
      });
      next();
    };
  },
  'express-prom-bundle': () =>
    promBundle({ includeMethod: true, includePath: true, promRegistry: new prom.Registry(), autoregister: false }),
};

const [, , rounds = 9, ...scenarios] = process.argv;
if (process.send === undefined) await compare(Number(rounds), scenarios.length > 0 ? scenarios : Object.keys(REQUESTS));
else process.once('message', ({ scenario, variant }) => (scenario === 'alone' ? sampleAlone(variant) : serve(variant)));

async function compare(count, names) {
  for (const scenario of names) {
    const samples = Object.fromEntries(Object.keys(VARIANTS).map((variant) => [variant, []]));
    for (let round = 0; round < count; round++) {
      for (const variant of Object.keys(VARIANTS)) samples[variant].push(await sample(scenario, variant));
    }
    console.log(
      `\n${scenario}: µs of CPU for each request, beyond ${samples.nothing.toSorted(ascending)[count >> 1].toFixed(2)} without measuring`,
    );
    const bundle = overhead(samples, 'express-prom-bundle');
    for (const variant of Object.keys(VARIANTS).slice(1)) {
      const cost = overhead(samples, variant);
      console.log(
        `${variant.padEnd(22)}${cost.toFixed(2).padStart(8)}${(cost / bundle).toFixed(2).padStart(8)} × express-prom-bundle`,
      );
    }
  }
}

function overhead(samples, variant) {
  const differences = samples[variant].map((cost, round) => cost - samples.nothing[round]);
  return differences.toSorted(ascending)[differences.length >> 1];
}

function ascending(a, b) {
  return a - b;
}

async function sample(scenario, variant) {
  const child = fork(new URL(import.meta.url), { stdio: 'inherit' });
  child.send({ scenario, variant });
  const [message] = await once(child, 'message');
  if (scenario === 'alone') return message.cost;
  // Once to warm up, once to be measured.
  await ask(message.port);
  child.send('measure');
  await once(child, 'message');
  await ask(message.port);
  child.send('stop');
  const [{ cost }] = await once(child, 'message');
  return cost;
}

function sampleAlone(variant) {
  const middleware = VARIANTS[variant]();
  const route = { path: '/users/:id', stack: [{}], methods: { get: true } };
  const socket = { bytesRead: 0, bytesWritten: 0, writableLength: 0, once() {}, on() {}, removeListener() {} };
  const arrivals = channel('http.server.request.start');
  const steps = channel('tracing:express.router.request:start');
  const next = () => undefined;
  const exchange = (number) => {
    const req = new IncomingMessage(socket);
    Object.assign(req, {
      method: 'GET',
      url: `/users/${number & 1023}`,
      originalUrl: '/users/1',
      baseUrl: '',
      complete: true,
      next,
    });
    const res = new ServerResponse(req);
    res.socket = socket;
    if (arrivals.hasSubscribers) arrivals.publish({ request: req, response: res, socket });
    middleware?.(req, res, next);
    req.route = route;
    if (steps.hasSubscribers) steps.publish({ req, res, layer: route.stack[0], route: route.path });
    Object.assign(res, { statusCode: 200, _header: ANSWER_HEAD, finished: true });
    res.emit('finish');
    res.destroyed = true;
    res.emit('close');
  };
  const run = () => {
    const before = process.cpuUsage();
    for (let number = 0; number < REQUESTS.alone; number++) exchange(number);
    return process.cpuUsage(before).user / REQUESTS.alone;
  };
  run();
  // The least of several runs: whatever disturbs a run makes it longer.
  const cost = Math.min(...Array.from({ length: 7 }, run));
  process.send({ cost }, () => process.exit());
}

function serve(variant) {
  const app = express();
  const middleware = VARIANTS[variant]();
  if (middleware !== undefined) app.use(middleware);
  const teams = express.Router();
  teams.get('/teams/:team', (_req, res) => res.send('ok'));
  app.use('/orgs/:org', teams);
  const server = createServer(app).listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  let before;
  process.on('message', (message) => {
    if (message === 'measure') {
      before = process.cpuUsage();
      process.send({});
      return;
    }
    const { user, system } = process.cpuUsage(before);
    process.send({ cost: (user + system) / REQUESTS.sockets }, () => process.exit());
  });
}

/** Asks one request after the other on each of several connections. */
async function ask(port) {
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, number) => askOn(port, number)));
}

async function askOn(port, number) {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  const request = `GET /orgs/o${number}/teams/t${number} HTTP/1.1\r\nHost: bench\r\n\r\n`;
  for (let at = 0; at < REQUESTS.sockets / CONNECTIONS; at++) {
    socket.write(request);
    await once(socket, 'data');
  }
  socket.destroy();
}
