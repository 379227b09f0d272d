import { hostname } from 'node:os';
import type { LabelPairs } from '../../samples/label-pairs.ts';
import { risingTimes } from '../rising-times.ts';
import type { DatadogConfig } from './datadog-config.ts';

/** What both kinds of Datadog points need of the configuration. */
export class DatadogAccount {
  readonly headers: Readonly<Record<string, string>>;
  readonly host: string;
  /** Tags of every series. */
  readonly tags: LabelPairs;
  readonly #prefix: string;
  readonly #base: string;
  /** A count of a second replaces another one of that second, so seconds must rise. */
  readonly #times = risingTimes();

  constructor({ apiKey, site = 'datadoghq.com', url, host, tags = {}, prefix = '' }: DatadogConfig) {
    this.headers = { 'content-type': 'application/json', 'dd-api-key': apiKey };
    this.host = host ?? hostname();
    this.tags = Object.entries(tags);
    this.#prefix = prefix;
    this.#base = (url ?? `https://api.${site}`).replace(/\/+$/, '');
  }

  /** A path of the API. */
  address(path: string): string {
    return `${this.#base}${path}`;
  }

  /** The name of a metric. Datadog has no colons in names. */
  metricName(name: string): string {
    return `${this.#prefix}${name}`.replaceAll(':', '_');
  }

  /** Seconds since the epoch, later than those of earlier read-outs. */
  secondsOf(nowMs: number): number {
    return this.#times(nowMs / 1000);
  }
}

/** Older points are not taken; what was counted is then told with a newer time. */
export const DATADOG_MAX_AGE_MS: number = 50 * 60_000;

/** Labels as tags. */
export function tagsOf(labels: LabelPairs): readonly string[] {
  return labels.map(([name, value]) => `${name}:${value}`);
}
