import process from 'node:process';

/** The middle value of an odd number of samples. */
export function median(samples) {
  return samples.toSorted((a, b) => a - b)[samples.length >> 1];
}

/** Processor time that some work takes, in milliseconds: on a busy machine wall time says little. */
export async function cpuMs(work) {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
