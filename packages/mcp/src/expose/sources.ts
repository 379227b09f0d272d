import type { Gatherer, HealthSource, MetricEncoder } from '@bduf/metrics-core/interfaces';

/** A point of time: a date, or milliseconds since the epoch. */
export type Moment = Date | number;

/** What is read of an alert that is pending or firing. */
export interface ActiveAlertReading {
  /** Identity of the alert. */
  readonly id: string;
  /** Name of its rule. */
  readonly ruleName: string;
  /** `pending` or `firing`. */
  readonly state: string;
  /** How severe it is. */
  readonly severity: string;
  /** Value at the last evaluation. */
  readonly value: number;
  /** Value that the rule compares with. */
  readonly threshold: number;
  /** Since when the condition holds. */
  readonly activeAt: Moment;
  /** Labels of the alert. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where people read what to do. */
  readonly runbookUrl?: string | undefined;
}

/** What is read of an event in the history of alerts. */
export interface AlertEventReading {
  /** What happened; only `resolved` is looked at. */
  readonly type: string;
  /** Identity of the alert. */
  readonly id: string;
  /** Name of its rule. */
  readonly ruleName: string;
  /** When it happened. */
  readonly at: Moment;
  /** Labels of the alert. */
  readonly labels: Readonly<Record<string, string>>;
  /** How severe it was. */
  readonly severity?: string | undefined;
  /** Value at that time. */
  readonly value?: number | undefined;
}

/** Something that knows alerts, such as an `AlertManager`. */
export interface AlertReader {
  /** Alerts that are pending or firing, most severe first. */
  getActiveAlerts(): readonly ActiveAlertReading[];
  /** What happened to alerts from start to before end. Without it, resolved alerts cannot be listed. */
  getAlertHistory?(range: { readonly start: Date; readonly end: Date }): readonly AlertEventReading[];
}

/** A question about the past of a metric. */
export interface HistoryQuestion {
  /** Metric that exists now. */
  readonly metric: string;
  /** Function over the window. */
  readonly fn: 'rate' | 'increase' | 'avg' | 'max' | 'p50' | 'p90' | 'p95' | 'p99' | 'ratio';
  /** Labels that series must have. Of `ratio`: those of the numerator. */
  readonly filter: Readonly<Record<string, string>>;
  /** Labels to group by; `[]` for one value; undefined for one value a series. */
  readonly groupBy: readonly string[] | undefined;
  /** Length of the window, in seconds. */
  readonly windowSeconds: number;
  /** Distance of points, in seconds; undefined when only the value at the end is asked for. */
  readonly stepSeconds: number | undefined;
  /** Most series to answer with. */
  readonly limit: number;
}

/** An answer about the past of a metric. */
export interface HistoryAnswer {
  /** Series or groups; the value is null where there is no data. */
  readonly series: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number | null;
    /** Milliseconds since the epoch, and value. */
    readonly points?: readonly (readonly [atMs: number, value: number | null])[];
  }[];
  /** Whether there were more series than `limit`. */
  readonly truncated: boolean;
}

/** Something that knows the past of metrics. */
export interface MetricHistory {
  /** Answers a question, or rejects with an error whose message says why it cannot. */
  query(question: HistoryQuestion): Promise<HistoryAnswer>;
}

/** Where answers come from. What is missing is answered with "not configured". */
export interface MetricSources {
  /** Current values: the collector. */
  readonly gatherer: Gatherer;
  /** Alerts. */
  readonly alerts?: AlertReader;
  /** Values of the past. */
  readonly history?: MetricHistory;
  /** Health checks. */
  readonly health?: HealthSource;
  /** Renders the resource `metrics://exposition`, such as an encoder of `@bduf/metrics-exporters`. */
  readonly encoder?: MetricEncoder;
}

/** Milliseconds since the epoch. */
export function epochMs(moment: Moment): number {
  return typeof moment === 'number' ? moment : moment.getTime();
}

/** The time in the form that people and models read. */
export function isoTime(moment: Moment): string {
  return new Date(moment).toISOString();
}
