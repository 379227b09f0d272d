// Compression of exposition text: size and processor time by level. `node exposition/compression.mjs [SERIES]`.
import process from 'node:process';
import zlib from 'node:zlib';
import { MetricsCollector } from '@bduf/metrics-core';
import { MetricsExporter } from '@bduf/metrics-exporters';
import { cpuMs, median } from './measure.mjs';

const SERIES = Number(process.argv[2] ?? 50_000);
const ROUNDS = 5;

const collector = new MetricsCollector({ limits: { seriesPerMetric: SERIES } });
const counter = collector.counter({
  name: 'requests_total',
  description: 'Requests.',
  labels: ['method', 'route', 'pod'],
});
for (let i = 0; i < SERIES; i++) {
  const labels = {
    method: ['GET', 'POST'][i % 2],
    route: `/api/v1/resource/${i % 500}`,
    pod: `pod-${Math.floor(i / 1000)}`,
  };
  counter.inc(labels, Math.floor(10 ** (1 + 5 * Math.random())));
}
const text = Buffer.from(new MetricsExporter(collector).exportPrometheus());

const codings = [
  ...[1, 2, 3, 4, 6, 9].map((level) => [`gzip ${level}`, () => zlib.gzipSync(text, { level })]),
  ...('zstdCompressSync' in zlib
    ? [1, 3, 6].map((level) => [
        `zstd ${level}`,
        () => zlib.zstdCompressSync(text, { params: { [zlib.constants.ZSTD_c_compressionLevel]: level } }),
      ])
    : []),
];

console.log(`${(text.length / 1e6).toFixed(1)} MB of text; median of ${ROUNDS} rounds`);
for (const [name, compress] of codings) {
  const samples = [];
  for (let round = 0; round < ROUNDS; round++) samples.push(await cpuMs(compress));
  const bytes = compress().length;
  console.log(
    `${name.padEnd(8)} ${median(samples).toFixed(1).padStart(8)} ms ${(bytes / 1e6).toFixed(2).padStart(7)} MB`,
  );
}
