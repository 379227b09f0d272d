// A server with replayed traffic, to look at: run it with node --import through the built packages, or from the tests.
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthSource } from '@bduf/metrics-core/interfaces';
import { type MetricsDashboardOptions, type MountedDashboard, metricsDashboard } from '../../src/index.ts';
import { FakeAlerts } from './fake-alerts.ts';
import { Traffic } from './traffic.ts';

/** A running server and what is behind it. */
export interface Demo {
  readonly url: string;
  readonly port: number;
  readonly traffic: Traffic;
  readonly alerts: FakeAlerts;
  readonly dashboard: MountedDashboard;
  stop(): Promise<void>;
}

/** What a {@link Demo} is started with. */
export interface DemoOptions {
  readonly port?: number;
  readonly hostile?: string;
  readonly minutes?: number;
  /** Series beside those of the service; a third of them changes between frames. */
  readonly series?: number;
  readonly options?: Partial<MetricsDashboardOptions>;
}

/** Starts one on a free port of the loopback interface. Traffic goes on while it runs. */
export async function startDemo({
  port = 0,
  hostile = '',
  minutes = 16,
  series = 0,
  options = {},
}: DemoOptions = {}): Promise<Demo> {
  const traffic = new Traffic(Date.now() - minutes * 60_000, { hostile, series });
  traffic.replay(minutes * 60, 240);
  const alerts = new FakeAlerts(Date.now(), hostile);
  const health: HealthSource = {
    runHealthChecks: () =>
      Promise.resolve([
        { name: 'database', status: 'degraded', message: 'answers after 412 ms', duration: 412, timestamp: new Date() },
        { name: 'cache', status: 'healthy', duration: 1.2, timestamp: new Date() },
        { name: 'disk', status: 'healthy', message: '61 % used', duration: 3, timestamp: new Date() },
      ]),
  };
  const dashboard = metricsDashboard({
    collector: traffic.collector,
    history: traffic.history,
    alerts,
    alertControl: alerts,
    health,
    title: 'Orders',
    intervalMs: 1000,
    ...options,
  });
  const server = createServer(dashboard);
  await listen(server, port);
  const timer = setInterval(() => {
    // A busy machine fires late; what should have happened meanwhile is made up for.
    while (traffic.clock.now() + 1000 <= Date.now()) {
      traffic.second(true, 1);
      traffic.clock.advance(1000);
      traffic.history.sample(traffic.collector, traffic.clock.now());
    }
  }, 1000);
  const address = server.address() as AddressInfo;
  return {
    url: `http://localhost:${address.port}/`,
    port: address.port,
    traffic,
    alerts,
    dashboard,
    stop: async () => {
      clearInterval(timer);
      dashboard.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
