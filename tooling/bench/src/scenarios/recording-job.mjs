import { checkTotals } from '../harness/check-totals.mjs';
import { timeSamples } from '../harness/time-samples.mjs';
import { RECORDING } from './recording.mjs';

const WARM_UP_ROUNDS = 3;
const WARM_UP_CALLS = 20_000;

/**
 * All ways to record, one after the other in one process. They are warmed up in turns first, so that what is timed is
 * code that has seen all of them.
 *
 * @type {import('./memory.mjs').Job}
 */
export const recordingJob = {
  id: 'recording',
  rows: RECORDING.map(({ id, title }) => ({ id, title, unit: 'ns' })),
  async run(open, { samples, sampleMs, rows }) {
    const library = await open();
    const chosen = RECORDING.filter(({ id }) => rows.includes(id));
    const prepared = chosen
      .map(({ id, prepare }) => ({ id, scenario: prepare(library) }))
      .filter(({ scenario }) => scenario !== undefined);
    for (let round = 0; round < WARM_UP_ROUNDS; round++) {
      for (const { scenario } of prepared) scenario.run(WARM_UP_CALLS);
    }
    const results = {};
    for (const { id, scenario } of prepared) results[id] = timeSamples(scenario.run, { samples, sampleMs });
    for (const { id, scenario } of prepared) await checkTotals(id, library, scenario);
    return results;
  },
};
