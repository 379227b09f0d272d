/** Samples that are run before the first that counts. */
const WARM_UP_SAMPLES = 10;

/**
 * Nanoseconds of processor time for one turn of a loop, measured several times.
 *
 * Processor time, not wall time: other programs on the machine then cost little accuracy, and what the garbage collector
 * does on other threads is paid by the library that made the garbage.
 *
 * @param {(times: number) => void} run
 * @param {{ samples: number, sampleMs: number }} options How many samples of about which length.
 * @returns {readonly number[]}
 */
export function timeSamples(run, { samples, sampleMs }) {
  // V8 may optimise a loop, find an assumption wrong and optimise again: after a few samples it has settled.
  run(WARM_UP_SAMPLES * calibrate(run, sampleMs * 1000));
  const times = calibrate(run, sampleMs * 1000);
  return Array.from({ length: samples }, () => (cpuMicroseconds(() => run(times)) * 1000) / times);
}

/** Processor time that a function takes, in microseconds, helper threads of the engine included. */
export function cpuMicroseconds(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

/** How many turns take that long. */
function calibrate(run, wantedMicroseconds) {
  let times = 1000;
  for (;;) {
    const taken = cpuMicroseconds(() => run(times));
    if (taken >= wantedMicroseconds / 2) return Math.ceil((times * wantedMicroseconds) / taken);
    times *= taken < wantedMicroseconds / 20 ? 10 : 2;
  }
}
