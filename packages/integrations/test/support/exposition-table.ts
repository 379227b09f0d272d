import { type ExpositionFamily, parseOpenMetricsText, parsePrometheusText } from '@bduf/metrics-testkit';

/** What an exposition says, whatever the order and layout: type and help of each family, and each value by its series. */
export interface ExpositionTable {
  readonly heads: Readonly<Record<string, readonly [type: string, help: string]>>;
  readonly values: Readonly<Record<string, number>>;
}

/** Reads Prometheus text; also as prom-client writes it, with blank lines between families and `Nan`. */
export function tableOfPrometheus(text: string): ExpositionTable {
  const lines = text.split('\n').filter((line) => line !== '');
  return tableOf(parsePrometheusText(lines.map((line) => `${line.replace(/ Nan$/, ' NaN')}\n`).join('')));
}

/** Reads OpenMetrics. */
export function tableOfOpenMetrics(text: string): ExpositionTable {
  return tableOf(parseOpenMetricsText(text));
}

/** An empty label is the same as none, and a family without samples is none. */
function tableOf(families: readonly ExpositionFamily[]): ExpositionTable {
  const shown = families.filter(({ samples }) => samples.length > 0);
  return {
    heads: Object.fromEntries(shown.map(({ name, type, help }) => [name, [type, help]])),
    values: Object.fromEntries(
      shown.flatMap(({ samples }) =>
        samples.map(({ name, labels, value }) => {
          const pairs = Object.entries(labels).filter(([, text]) => text !== '');
          return [`${name} ${JSON.stringify(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)))}`, value];
        }),
      ),
    ),
  };
}
