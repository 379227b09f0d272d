import type { MetricsCollector } from '@bduf/metrics-core';

/** Value of every series, keyed as Prometheus writes it; of a histogram the number of observations. */
export type Readings = Readonly<Record<string, number>>;

/** Reads all MCP metrics of a collector. */
export function readingsOf(collector: MetricsCollector): Readings {
  return Object.fromEntries(
    collector
      .getAllMetrics()
      .filter(({ name }) => name.startsWith('mcp_'))
      .flatMap((metric) => metric.values().map(({ labels, value }) => [seriesName(metric.name, labels), value])),
  );
}

/** Those readings whose series name starts so. */
export function readingsFrom(readings: Readings, ...prefixes: readonly string[]): Readings {
  return Object.fromEntries(
    Object.entries(readings).filter(([series]) => prefixes.some((prefix) => series.startsWith(prefix))),
  );
}

function seriesName(name: string, labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([label, value]) => `${label}=${value}`);
  return `${name}{${pairs.join(',')}}`;
}
