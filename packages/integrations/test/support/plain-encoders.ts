import { Buffer } from 'node:buffer';
import { type MetricEncoder, type MetricFamily, MetricFormat } from '@bduf/metrics-core/interfaces';
import { type FamilySeries, seriesOf } from '@bduf/metrics-core/primitives';

type Lines = (family: MetricFamily, series: FamilySeries, nowMs: number) => readonly string[];

/** How a format writes the head of a family and the lines of a series. */
interface PlainFormat {
  readonly head?: (family: MetricFamily) => string;
  readonly lines: Lines;
  readonly end?: string;
}

function encoder(format: MetricFormat, contentType: string, { head, lines, end }: PlainFormat): MetricEncoder {
  return {
    format,
    contentType,
    *encode(families, { nowMs }) {
      for (const family of families) {
        if (head !== undefined) yield Buffer.from(head(family));
        for (const series of seriesOf(family)) yield Buffer.from(`${lines(family, series, nowMs).join('\n')}\n`);
      }
      if (end !== undefined) yield Buffer.from(end);
    },
  };
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const quoted = (text: string): string => `"${escaped(text).replaceAll('"', '\\"')}"`;

/** A plain writer of Prometheus text; leaves of the package graph do not use each other, so it stands for the exporters' one. */
export const plainPrometheus: MetricEncoder = encoder(
  MetricFormat.PROMETHEUS,
  'text/plain; version=0.0.4; charset=utf-8',
  {
    head: ({ name, type, description }) => {
      const word = { unknown: 'untyped', info: 'gauge', stateset: 'gauge' }[type as string] ?? type;
      return `# HELP ${name} ${escaped(description)}\n# TYPE ${name} ${word}\n`;
    },
    lines: (family, series) => prometheusLines(family, series, String),
  },
);

/** A plain writer of OpenMetrics, likewise; for counters that end in `_total` and infos in `_info`. */
export const plainOpenMetrics: MetricEncoder = encoder(
  MetricFormat.OPENMETRICS,
  'application/openmetrics-text; version=1.0.0; charset=utf-8',
  {
    head: ({ name, type, description }) => {
      const stem = name.replace({ counter: /_total$/, info: /_info$/ }[type as string] ?? '', '');
      return `# TYPE ${stem} ${type}\n# HELP ${stem} ${escaped(description).replaceAll('"', '\\"')}\n`;
    },
    lines: (family, series) => prometheusLines(family, series, canonical),
    end: '# EOF\n',
  },
);

const canonical = (bound: number): string => (Number.isInteger(bound) ? `${bound}.0` : String(bound));

function prometheusLines(
  family: MetricFamily,
  series: FamilySeries,
  boundText: (bound: number) => string,
): readonly string[] {
  const sample = (suffix: string, value: number, more: Readonly<Record<string, string>> = {}): string => {
    const labels = Object.entries({ ...series.labels, ...more }).map(([name, text]) => `${name}=${quoted(text)}`);
    return `${family.name}${suffix}{${labels.join(',')}} ${numberText(value)}`;
  };
  const { type, upperBounds, quantiles } = family;
  if (type === 'summary') {
    const own = quantiles.map((quantile, at) => {
      return sample('', series.numbers[at] ?? NaN, { quantile: boundText(quantile) });
    });
    return [...own, sample('_sum', series.sum ?? NaN), sample('_count', series.value)];
  }
  if (type !== 'histogram') return [sample('', series.value)];
  let below = 0;
  const buckets = [...upperBounds, Infinity].map((bound, index) => {
    below += series.numbers[index] ?? 0;
    return sample('_bucket', below, { le: bound === Infinity ? '+Inf' : boundText(bound) });
  });
  return [...buckets, sample('_sum', series.sum ?? NaN), sample('_count', below)];
}

const numberText = (value: number): string =>
  Math.abs(value) === Infinity ? (value > 0 ? '+Inf' : '-Inf') : `${value}`;

/** A plain writer of InfluxDB line protocol, for labels and numbers without traps. */
export const plainInflux: MetricEncoder = encoder(MetricFormat.INFLUXDB, 'text/plain; charset=utf-8', {
  lines: (family, series, nowMs) => {
    const tags = Object.entries(series.labels).map(([name, text]) => `,${name}=${text.replaceAll(/([,= ])/g, '\\$1')}`);
    return [`${family.name}${tags.join('')} value=${series.value} ${nowMs}000000`];
  },
});

const statsdType = ({ type }: MetricFamily): string => (type === 'counter' ? 'c' : 'g');

/** A plain writer of StatsD for counters and gauges, one datagram of 1432 bytes at most after another. */
export const plainStatsd: MetricEncoder = datagrams(MetricFormat.STATSD, (family, { labels, value }) => {
  return `${[family.name, ...Object.values(labels)].join('.')}:${value}|${statsdType(family)}\n`;
});

/** A plain writer of DogStatsD, likewise. */
export const plainDogStatsd: MetricEncoder = datagrams('dogstatsd', (family, { labels, value }) => {
  const tags = Object.entries(labels).map(([name, text]) => `${name}:${text}`);
  return `${family.name}:${value}|${statsdType(family)}${tags.length > 0 ? `|#${tags.join()}` : ''}\n`;
});

function datagrams(format: string, line: (family: MetricFamily, series: FamilySeries) => string): MetricEncoder {
  return {
    format,
    contentType: 'text/plain',
    *encode(families) {
      let datagram = '';
      for (const family of families) {
        for (const series of seriesOf(family)) {
          const next = line(family, series);
          if (datagram.length + next.length > 1432) yield Buffer.from(datagram);
          datagram = datagram.length + next.length > 1432 ? next : datagram + next;
        }
      }
      if (datagram !== '') yield Buffer.from(datagram);
    },
  };
}
