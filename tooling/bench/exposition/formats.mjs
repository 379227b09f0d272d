// Formats that other libraries write, too: processor time for all changed series, ours beside theirs.
// `node exposition/formats.mjs [SERIES]`, by default 20 000.
import process from 'node:process';
import { MetricsCollector } from '@bduf/metrics-core';
import {
  InfluxLineEncoder,
  JsonEncoder,
  OpenMetricsTextEncoder,
  PrometheusProtobufEncoder,
  PrometheusTextEncoder,
  StatsdEncoder,
} from '@bduf/metrics-exporters';
import { Point } from '@influxdata/influxdb-client';
import prometheusIo from '@prometheus-io/client';
import { StatsD } from 'hot-shots';
import promClient from 'prom-client';
import { cpuMs, median } from './measure.mjs';

const SERIES = Number(process.argv[2] ?? 20_000);
const ROUNDS = 15;
const WARM_UP = 5;
const LABEL_NAMES = ['method', 'route', 'status_code', 'instance'];

const labelSets = Array.from({ length: SERIES }, (_, i) => ({
  method: ['GET', 'POST', 'PUT', 'DELETE'][i % 4],
  route: `/api/v1/resource/${Math.floor(i / 4) % 100}`,
  status_code: `${200 + (Math.floor(i / 400) % 5) * 100}`,
  instance: `instance-${Math.floor(i / 2000)}`,
}));

const collector = new MetricsCollector({ limits: { seriesPerMetric: SERIES } });
const counter = collector.counter({ name: 'requests_total', description: 'Requests.', labels: LABEL_NAMES });
const hotShots = new StatsD({ mock: true });

/** The same counter in a library with the interface of prom-client, in a registry for each of its formats. */
function openClient({ Counter, Registry }) {
  const [plain, openMetrics] = [new Registry(), new Registry(Registry.OPENMETRICS_CONTENT_TYPE)];
  const counters = [plain, openMetrics].map(
    (registry) =>
      new Counter({ name: 'requests_total', help: 'Requests.', labelNames: LABEL_NAMES, registers: [registry] }),
  );
  return {
    inc(labels, amount) {
      for (const each of counters) each.inc(labels, amount);
    },
    text: async () => Buffer.from(await plain.metrics()).length,
    openMetrics: async () => Buffer.from(await openMetrics.metrics()).length,
    json: async () => Buffer.from(JSON.stringify(await plain.getMetricsAsJSON())).length,
  };
}

const clients = { 'prom-client': openClient(promClient), '@prometheus-io/client': openClient(prometheusIo) };

/** What both clients do, by name. */
function clientsDo(format) {
  return Object.fromEntries(Object.entries(clients).map(([name, client]) => [name, client[format]]));
}

/** All series of a read-out as bytes, as an encoder of ours makes them. */
function encodeWith(encoder) {
  return () => {
    let bytes = 0;
    for (const chunk of encoder.encode(collector.gatherSync(), { nowMs: 1_700_000_000_000 })) bytes += chunk.length;
    return bytes;
  };
}

const CONTESTS = [
  { format: 'Prometheus text', ours: encodeWith(new PrometheusTextEncoder()), peers: clientsDo('text') },
  { format: 'OpenMetrics', ours: encodeWith(new OpenMetricsTextEncoder()), peers: clientsDo('openMetrics') },
  { format: 'Prometheus protobuf', ours: encodeWith(new PrometheusProtobufEncoder()), peers: {} },
  { format: 'JSON', ours: encodeWith(new JsonEncoder()), peers: clientsDo('json') },
  {
    format: 'InfluxDB',
    ours: encodeWith(new InfluxLineEncoder()),
    peers: {
      'influxdb-client': () =>
        Buffer.from(labelSets.map((labels, i) => pointOf(labels, i).toLineProtocol()).join('\n')).length,
    },
  },
  {
    format: 'DogStatsD',
    ours: encodeWith(new StatsdEncoder({ flavour: 'dogstatsd' })),
    peers: {
      'hot-shots'() {
        hotShots.mockBuffer = [];
        for (const labels of labelSets) hotShots.increment('requests_total', 3, labels);
        return hotShots.mockBuffer.length;
      },
    },
  },
];

function pointOf(labels, value) {
  const point = new Point('requests_total').floatField('counter', value).timestamp(1_700_000_000_000);
  for (const name of LABEL_NAMES) point.tag(name, labels[name]);
  return point;
}

function recordAll() {
  for (const [i, labels] of labelSets.entries()) {
    counter.inc(labels, 1 + (i % 7));
    for (const client of Object.values(clients)) client.inc(labels, 1 + (i % 7));
  }
}

console.log(`${SERIES} counters × 4 labels, all changed; processor ms, median of ${ROUNDS} interleaved rounds`);
for (const { format, ours, peers } of CONTESTS) {
  const samples = new Map([['ours', []], ...Object.keys(peers).map((name) => [name, []])]);
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    recordAll();
    for (const [name, encode] of Object.entries({ ours, ...peers })) {
      const ms = await cpuMs(encode);
      if (round >= WARM_UP) samples.get(name).push(ms);
    }
  }
  const own = median(samples.get('ours'));
  const ratios = Object.keys(peers).map((name) => {
    const other = median(samples.get(name));
    return `${(own / other).toFixed(3)} of ${name} (${other.toFixed(1)} ms)`;
  });
  console.log([`${format.padEnd(20)} ${own.toFixed(2).padStart(8)} ms`, ...ratios].join(', '));
}
hotShots.close();
