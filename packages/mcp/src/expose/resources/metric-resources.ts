import { Buffer } from 'node:buffer';
import type { Clock, MetricEncoder, MetricFamily } from '@bduf/metrics-core/interfaces';
import { type FamilySeries, seriesOf } from '@bduf/metrics-core/primitives';
import { familyNamed } from '../query/family-named.ts';
import { labelNamesOf } from '../query/series-groups.ts';
import { readAlerts } from '../reading/read-alerts.ts';
import { readHealth } from '../reading/read-health.ts';
import { isoTime } from '../reading/iso-time.ts';
import type { MetricSources } from '../sources.ts';

/** What all URIs of metrics start with. */
export const METRICS_URI = 'metrics://';
/** Current alerts. */
export const ALERTS_URI = 'metrics://alerts';
/** Current health. */
export const HEALTH_URI = 'metrics://health';
/** All metrics in the format of an encoder. */
export const EXPOSITION_URI = 'metrics://exposition';
const SERIES_URI = 'metrics://series/';

const MOST_SERIES = 200;
const MOST_ALERTS = 200;
const MOST_EXPOSITION_CHARS = 100_000;

/** Contents of a resource. */
export interface ResourceContents {
  /** Media type. */
  readonly mimeType: string;
  /** The text. */
  readonly text: string;
}

/** Reads the resources of `metrics://`. */
export class MetricResources {
  readonly #sources: MetricSources;
  readonly #clock: Clock;

  constructor(sources: MetricSources, clock: Clock) {
    this.#sources = sources;
    this.#clock = clock;
  }

  /** Names of all metrics that have data. */
  async metricNames(): Promise<readonly string[]> {
    const families = await this.#sources.gatherer.gather();
    return families.map(({ name }) => name);
  }

  /**
   * Reads a resource.
   *
   * @throws Refusal for a metric that does not exist; undefined is returned for a URI of no resource.
   */
  async read(uri: string): Promise<ResourceContents | undefined> {
    if (uri === EXPOSITION_URI) return this.#exposition();
    const data = await this.#dataOf(uri);
    if (data === undefined) return undefined;
    return { mimeType: 'application/json', text: JSON.stringify({ as_of: isoTime(this.#clock.now()), ...data }) };
  }

  /**
   * A text that differs exactly when there is something new to read: of alerts and health that is a change of state, since
   * their numbers change all the time.
   */
  async version(uri: string): Promise<string> {
    const { alerts, health } = this.#sources;
    if (uri === ALERTS_URI) {
      const reading = readAlerts(alerts, { ...ALL_ALERTS, nowMs: this.#clock.now() });
      const states = reading.alerts.map(({ id, state, severity }) => [id, state, severity]);
      return JSON.stringify([states, reading.failing_rules]);
    }
    if (uri === HEALTH_URI) {
      const reading = await readHealth(health);
      return JSON.stringify(reading.checks.map(({ name, status }) => [name, status]));
    }
    if (uri === EXPOSITION_URI) return JSON.stringify((await this.#sources.gatherer.gather()).map(seriesData));
    return JSON.stringify(await this.#dataOf(uri).catch(() => null));
  }

  async #dataOf(uri: string): Promise<object | undefined> {
    const { alerts, health, gatherer } = this.#sources;
    if (uri === ALERTS_URI) return readAlerts(alerts, { ...ALL_ALERTS, nowMs: this.#clock.now() });
    if (uri === HEALTH_URI) return readHealth(health);
    const name = metricOfUri(uri);
    return name === undefined ? undefined : seriesData(await familyNamed(gatherer, name));
  }

  async #exposition(): Promise<ResourceContents> {
    const { encoder, gatherer } = this.#sources;
    if (encoder === undefined) {
      return {
        mimeType: 'text/plain',
        text: '# The exposition is not configured in this server: it needs an encoder.\n',
      };
    }
    return exposition(encoder, await gatherer.gather(), this.#clock.now());
  }
}

const ALL_ALERTS = { state: 'all', severity: undefined, limit: MOST_ALERTS } as const;

/** The URI of a metric. */
export function uriOfMetric(name: string): string {
  return SERIES_URI + encodeURIComponent(name);
}

/** The metric that a URI names, or undefined when it is no URI of a metric. */
export function metricOfUri(uri: string): string | undefined {
  if (!uri.startsWith(SERIES_URI)) return undefined;
  try {
    return decodeURIComponent(uri.slice(SERIES_URI.length));
  } catch {
    return undefined;
  }
}

function seriesData(family: MetricFamily): object {
  const { name, type, unit, description, upperBounds, quantiles } = family;
  const all = Array.from(seriesOf(family));
  return {
    name,
    type,
    unit,
    help: description,
    labels: labelNamesOf(family),
    ...(upperBounds.length > 0 ? { buckets: upperBounds } : {}),
    ...(quantiles.length > 0 ? { quantiles } : {}),
    series: all.slice(0, MOST_SERIES).map((series) => seriesReading(type, series)),
    truncated: all.length > MOST_SERIES,
  };
}

function seriesReading(type: MetricFamily['type'], { labels, value, sum, numbers }: FamilySeries): object {
  if (type === 'histogram') return { labels, value, sum, bucket_counts: [...numbers.subarray(0, -1)] };
  if (type === 'summary') return { labels, value, sum, quantile_values: [...numbers.subarray(0, -2)] };
  return { labels, value };
}

/** Renders families until there is enough, and says so when that is not all. */
function exposition(encoder: MetricEncoder, families: readonly MetricFamily[], nowMs: number): ResourceContents {
  let text = '';
  for (const chunk of encoder.encode(families, { nowMs })) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.length > MOST_EXPOSITION_CHARS) break;
  }
  if (text.length > MOST_EXPOSITION_CHARS) {
    const lastLine = text.lastIndexOf('\n', MOST_EXPOSITION_CHARS) + 1;
    text = `${text.slice(0, lastLine)}# truncated: there is more than ${MOST_EXPOSITION_CHARS} characters\n`;
  }
  return { mimeType: encoder.contentType, text };
}
