// Our writer of numbers beside `String` and a copy of its bytes. Every value is new, as in a scrape: the engine would
// remember the text of one it has just seen. `node exposition/number-writer.mjs`.
import process from 'node:process';
import { exportersInternal } from './exporters-internal.mjs';
import { median } from './measure.mjs';

const { writeNumber } = await exportersInternal('bytes/write-number.js');

const COUNT = 60_000;
const ROUNDS = 11;
const target = new Uint8Array(64);

const KINDS = {
  'integers to 10^6': () => Math.floor(Math.random() * 1e6),
  'integers to 10^12': () => Math.floor(Math.random() * 1e12),
  'three decimals': () => Math.round(Math.random() * 1e6) / 1e3,
  'sums of microseconds': () =>
    Array.from({ length: 10 }, () => Math.round(Math.random() * 1e6) / 1e6).reduce((a, b) => a + b),
  'full precision': () => Math.random() * 100,
};

const WRITERS = {
  ours: (value) => writeNumber(target, 0, value),
  string: (value) => {
    const text = String(value);
    for (let i = 0; i < text.length; i++) target[i] = text.charCodeAt(i);
  },
};

for (const [kind, next] of Object.entries(KINDS)) {
  const samples = { ours: [], string: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, write] of Object.entries(WRITERS)) {
      const values = Float64Array.from({ length: COUNT }, next);
      const start = process.cpuUsage();
      for (const value of values) write(value);
      samples[name].push((process.cpuUsage(start).user * 1000) / COUNT);
    }
  }
  const [ours, string] = [median(samples.ours), median(samples.string)];
  console.log(
    `${kind.padEnd(22)} ${ours.toFixed(0).padStart(4)} ns, String ${string.toFixed(0).padStart(4)} ns (${(ours / string).toFixed(2)})`,
  );
}
