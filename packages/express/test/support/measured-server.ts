import { MetricsCollector } from '@bduf/metrics-core';
import { createMetricsMiddleware, type HttpMetricsOptions, type MetricsMiddleware } from '@bduf/metrics-express';
import type { Express } from 'express';
import type { ExpressVersion } from './express-versions.ts';
import { series, total } from './readings.ts';
import { eventually, TestServer } from './test-server.ts';

/** A server whose requests are measured by the middleware, and its collector. */
export class MeasuredServer {
  readonly collector: MetricsCollector;
  readonly middleware: MetricsMiddleware;
  readonly server: TestServer;

  private constructor(collector: MetricsCollector, middleware: MetricsMiddleware, server: TestServer) {
    this.collector = collector;
    this.middleware = middleware;
    this.server = server;
  }

  /** An Express application with the middleware first. A failure inside the middleware fails the test. */
  static async express(
    { express }: ExpressVersion,
    build: (app: Express, collector: MetricsCollector) => void,
    options: HttpMetricsOptions = {},
  ): Promise<MeasuredServer> {
    const app = express();
    app.set('env', 'test');
    return MeasuredServer.node((middleware, collector) => {
      app.use(middleware);
      build(app, collector);
      return (req, res) => void app(req, res);
    }, options);
  }

  /** A handler of `node:http`. */
  static async node(
    build: (middleware: MetricsMiddleware, collector: MetricsCollector) => Parameters<typeof TestServer.start>[0],
    options: HttpMetricsOptions = {},
  ): Promise<MeasuredServer> {
    const collector = new MetricsCollector({ strict: true });
    const middleware = createMetricsMiddleware(collector, options);
    return new MeasuredServer(collector, middleware, await TestServer.start(build(middleware, collector)));
  }

  /** Waits until so many requests are counted and none is in flight. */
  async settled(count: number): Promise<void> {
    const isSettled = (): boolean =>
      total(this.collector, 'http_requests_total') === count && total(this.collector, 'http_requests_in_flight') === 0;
    await eventually(isSettled, `${count} requests counted and none in flight`);
  }

  /** Routes of the counted requests, one for each series. */
  routes(): readonly (string | undefined)[] {
    return series(this.collector, 'http_requests_total').map(({ labels }) => labels['route']);
  }

  /** Stops the server and the measuring. */
  async close(): Promise<void> {
    this.middleware.close();
    await this.server.close();
  }
}
