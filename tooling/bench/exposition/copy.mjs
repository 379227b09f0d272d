// Ways to copy the pieces of a metric line, by length. `node exposition/copy.mjs`.
import process from 'node:process';
import { exportersInternal } from './exporters-internal.mjs';

const { copyWords, viewOf } = await exportersInternal('bytes/byte-text.js');

const ROOM = 32 * 1024;
const TURNS = 200_000;
const ROUNDS = 12;
const source = Buffer.alloc(ROOM + 16, 'x');
const target = Buffer.alloc(2 * ROOM);
const both = Buffer.alloc(2 * ROOM, 'x');
const [sourceView, targetView] = [viewOf(source), viewOf(target)];

const WAYS = {
  bytes(at, from, count) {
    for (let i = 0; i < count; i++) target[at + i] = source[from + i];
  },
  words: (at, from, count) => copyWords(targetView, at, sourceView, from, count),
  set: (at, from, count) => target.set(source.subarray(from, from + count), at),
  'copy within': (at, from, count) => both.copyWithin(ROOM + at, from, from + count),
};

for (const count of [8, 16, 32, 64, 100, 200]) {
  const times = Object.entries(WAYS).map(([name, copy]) => {
    const samples = Array.from({ length: ROUNDS }, () => {
      const start = process.cpuUsage();
      for (let i = 0, at = 0; i < TURNS; i++, at = at + 2 * count > ROOM ? 0 : at + count) copy(at, at, count);
      return (process.cpuUsage(start).user * 1000) / TURNS;
    });
    return `${name} ${Math.min(...samples).toFixed(0)} ns`;
  });
  console.log(`${String(count).padStart(4)} bytes: ${times.join(', ')}`);
}
