import type { IncomingMessage } from 'node:http';
import type {
  AlertControl,
  AlertSource,
  Clock,
  Gatherer,
  HealthSource,
  HistorySource,
} from '@bduf/metrics-core/interfaces';

/** Who may see the dashboard: accepted bearer tokens, a user and password, or a function that says yes. */
export type DashboardAuth =
  | { readonly bearer: string | readonly string[] }
  | { readonly user: string; readonly password: string }
  | ((req: IncomingMessage) => boolean | Promise<boolean>);

/** What {@link metricsDashboard} shows, to whom, and within which limits. */
export interface MetricsDashboardOptions {
  /** Metrics to show, read while somebody looks. */
  readonly collector: Gatherer;
  /** Answers questions about the past. Without it the page shows present values only, and says so. */
  readonly history?: HistorySource;
  /** An aggregator, whose history is used when `history` is not given. */
  readonly aggregator?: { readonly history: HistorySource };
  /** Alerts, rules, silences and deliveries to show. */
  readonly alerts?: AlertSource;
  /** Lets people acknowledge, silence and redeliver. Needs `alerts`. */
  readonly alertControl?: AlertControl;
  /** Health checks, asked for every 10 seconds while somebody looks. */
  readonly health?: HealthSource;
  /**
   * Who may look. Without it only peers on the loopback interface may, and no request that a proxy passed on. A browser asks
   * its user for `user` and `password`; it cannot send a bearer token by itself.
   */
  readonly auth?: DashboardAuth;
  /** Name in the header and in the window title. Default: `Metrics`. */
  readonly title?: string;
  /** Refuses every action; looking stays possible. Default: false. */
  readonly readOnly?: boolean;
  /** Labels whose values nobody may see: they leave the process as `[redacted]` and cannot be filtered by. */
  readonly redactLabels?: readonly string[];
  /** Time between live frames in milliseconds, 250 … 60 000. Default: 2000. */
  readonly intervalMs?: number;
  /** People who may look at the same time, above 0; the next one is told to come back. Default: 50. */
  readonly maxClients?: number;
  /** Series in the live stream at most; more are left out and the page says so. Default: 5000. */
  readonly maxSeries?: number;
  /** Default: the system's clock. */
  readonly clock?: Clock;
}
