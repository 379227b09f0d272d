import type { LabelMatcher, NotificationChannel, QuerySemantics, Severity } from '@bduf/metrics-core/interfaces';
import type { AlertCondition } from './alert-condition.ts';
import type { AlertSignal } from './alert-signal.ts';

/** What becomes of an alert whose series has no value. */
export const NoDataPolicy = {
  /** Its state stays for five minutes (two intervals, if that is longer), then it resolves. */
  KEEP: 'keep',
  /** As if the condition did not hold: what Prometheus does. */
  RESOLVE: 'resolve',
  /** It resolves at once, whatever `keepFiringFor` says. */
  OK: 'ok',
  /** As if the condition held, with the reason `no_data`. */
  ALERT: 'alert',
} as const;
/** What becomes of an alert whose series has no value. */
export type NoDataPolicy = (typeof NoDataPolicy)[keyof typeof NoDataPolicy];

/** When people are told of what. Plain data but for custom signals; the manager copies it. */
export interface AlertRule {
  /** Identity among the rules of a manager; the label `alertname` of its alerts. */
  readonly name: string;
  /** One sentence for people; may be a template. */
  readonly description: string;
  /** The metric it is about. */
  readonly metric: string;
  /** How the value is compared. */
  readonly condition: AlertCondition;
  /** What it is compared with; the lower end of a range; ignored by `absent`. */
  readonly threshold: number;
  /** How long the condition must hold until it fires, in seconds. 0: at once. */
  readonly duration: number;
  /** How severe that is. */
  readonly severity: Severity;
  /** Labels of its alerts, beside those of the series; values may be templates over labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** Channels that are told, unless a route says otherwise. */
  readonly notifications: readonly NotificationChannel[];
  /**
   * Which function of the metric is compared. Default by type: last value of a gauge, increase of a counter over the window,
   * 95th percentile of a histogram over the window, mean of a summary over the window. For `rate_increase` and
   * `rate_decrease`: rate of a counter or of observations, mean of a gauge.
   */
  readonly signal?: AlertSignal;
  /** Length of windows, in seconds. Default 300. */
  readonly window?: number;
  /** Labels by which series are put together; `[]` for one value. Default: each series on its own. */
  readonly groupBy?: readonly string[];
  /**
   * How the values of a group become one. Default: the sum of what counts (increases, rates, histograms), else the value that
   * is worst for the condition.
   */
  readonly groupWith?: 'sum' | 'avg' | 'min' | 'max';
  /** Which series of the metric. Default: all. */
  readonly matchers?: readonly LabelMatcher[];
  /** Upper end of the range of `inside` and `outside`. */
  readonly upperThreshold?: number;
  /** How long it goes on firing after the condition ceased to hold, in seconds. Default 0. */
  readonly keepFiringFor?: number;
  /** A firing alert resolves only when its value is not beyond this, which avoids flapping. Default: the threshold. */
  readonly recoveryThreshold?: number;
  /** Further thresholds by severity: one alert that gets more and less severe. */
  readonly tiers?: Readonly<Partial<Record<Severity, number>>>;
  /** What becomes of an alert whose series has no value. Default `keep`. */
  readonly noData?: NoDataPolicy;
  /** A series whose value has not changed for that many seconds counts as one without value. Default: never. */
  readonly staleAfter?: number;
  /** Whether a window that was not observed from its beginning gives no value. Default: for `rate_increase` and `rate_decrease`. */
  readonly requireFullWindow?: boolean;
  /**
   * Events that a window must hold: of the denominator of a ratio, of the observations of a histogram; of the window after one
   * without any, for `rate_increase` (default 1).
   */
  readonly minEvents?: number;
  /** Texts for people; templates. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Where people read what to do. */
  readonly runbookUrl?: string;
  /** Whether it is evaluated. Default true. */
  readonly enabled?: boolean;
  /** Shortest time between its evaluations, in seconds. Default: that of the manager. */
  readonly interval?: number;
  /** Alerts at most; those that are there are kept and further ones refused. Default 1 000. */
  readonly maxAlerts?: number;
  /** How increases and rates are worked out. Default `exact`. */
  readonly semantics?: QuerySemantics;
}
