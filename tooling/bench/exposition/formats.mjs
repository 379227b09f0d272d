// Formats that other libraries write, too: processor time for all changed series, ours beside theirs.
// `node exposition/formats.mjs [SERIES]`, by default 20 000.
import process from 'node:process';
import { Point } from '@influxdata/influxdb-client';
import { MetricsCollector } from '@bduf/metrics-core';
import {
  InfluxLineEncoder,
  JsonEncoder,
  OpenMetricsTextEncoder,
  PrometheusProtobufEncoder,
  PrometheusTextEncoder,
  StatsdEncoder,
} from '@bduf/metrics-exporters';
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
const registry = new promClient.Registry();
const theirs = new promClient.Counter({
  name: 'requests_total',
  help: 'Requests.',
  labelNames: LABEL_NAMES,
  registers: [registry],
});
const hotShots = new StatsD({ mock: true });

/** All series of a read-out as bytes, as an encoder of ours makes them. */
function encodeWith(encoder) {
  return () => {
    let bytes = 0;
    for (const chunk of encoder.encode(collector.gatherSync(), { nowMs: 1_700_000_000_000 })) bytes += chunk.length;
    return bytes;
  };
}

const CONTESTS = [
  {
    format: 'Prometheus text',
    ours: encodeWith(new PrometheusTextEncoder()),
    peer: 'prom-client',
    peers: async () => Buffer.from(await registry.metrics()).length,
  },
  {
    format: 'OpenMetrics',
    ours: encodeWith(new OpenMetricsTextEncoder()),
    peer: 'prom-client text',
    peers: async () => Buffer.from(await registry.metrics()).length,
  },
  { format: 'Prometheus protobuf', ours: encodeWith(new PrometheusProtobufEncoder()), peer: 'none' },
  {
    format: 'JSON',
    ours: encodeWith(new JsonEncoder()),
    peer: 'prom-client',
    peers: async () => Buffer.from(JSON.stringify(await registry.getMetricsAsJSON())).length,
  },
  {
    format: 'InfluxDB',
    ours: encodeWith(new InfluxLineEncoder()),
    peer: 'influxdb-client',
    peers: () => Buffer.from(labelSets.map((labels, i) => pointOf(labels, i).toLineProtocol()).join('\n')).length,
  },
  {
    format: 'DogStatsD',
    ours: encodeWith(new StatsdEncoder({ flavour: 'dogstatsd' })),
    peer: 'hot-shots',
    peers() {
      hotShots.mockBuffer = [];
      for (const labels of labelSets) hotShots.increment('requests_total', 3, labels);
      return hotShots.mockBuffer.length;
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
    theirs.inc(labels, 1 + (i % 7));
  }
}

console.log(`${SERIES} counters × 4 labels, all changed; processor ms, median of ${ROUNDS} interleaved rounds`);
for (const { format, ours, peer, peers } of CONTESTS) {
  const samples = { ours: [], theirs: [] };
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    recordAll();
    const own = await cpuMs(ours);
    const other = peers === undefined ? Number.NaN : await cpuMs(peers);
    if (round >= WARM_UP) {
      samples.ours.push(own);
      samples.theirs.push(other);
    }
  }
  const [own, other] = [median(samples.ours), median(samples.theirs)];
  const ratio = peers === undefined ? '' : `, ${(own / other).toFixed(3)} of ${peer} (${other.toFixed(1)} ms)`;
  console.log(`${format.padEnd(20)} ${own.toFixed(2).padStart(8)} ms${ratio}`);
}
hotShots.close();
