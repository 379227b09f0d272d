// What it costs to show the metrics of several workers as one: processor time for a read-out after all series have changed.
// In a cluster it is that of the primary, with threads that of all threads of the process.
// `node processes/merge-cost.mjs [SERIES] [WORKERS]`, by default 10 000 series in each of 4 workers.
import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../exposition/measure.mjs';
import { WORKERS_LIBRARIES } from './libraries.mjs';

const SERIES = Number(process.argv[2] ?? 10_000);
const WORKERS = Number(process.argv[3] ?? 4);
const ROUNDS = 3;
const PRIMARY = fileURLToPath(new URL('primary.mjs', import.meta.url));

console.log(`${WORKERS} workers × ${SERIES} series, all changed; processor ms of a read-out as Prometheus text`);
for (const setting of ['cluster', 'threads']) {
  const libraries = Object.keys(WORKERS_LIBRARIES).filter((id) => WORKERS_LIBRARIES[id].settings.includes(setting));
  const samples = new Map(libraries.map((library) => [library, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const library of libraries) {
      const order = JSON.stringify({ library, setting, series: SERIES, workers: WORKERS });
      const { stdout } = await promisify(execFile)(process.execPath, [PRIMARY, order], { timeout: 300_000 });
      samples.get(library).push(median(JSON.parse(stdout)));
    }
  }
  const own = median(samples.get('bduf'));
  for (const library of libraries) {
    const ms = median(samples.get(library));
    const ratio = library === 'bduf' ? '' : ` (ours: ${(own / ms).toFixed(3)} of it)`;
    console.log(`${setting.padEnd(8)} ${library.padEnd(14)} ${ms.toFixed(2).padStart(8)} ms${ratio}`);
  }
}
