import { EXPOSITION } from './exposition.mjs';
import { MEMORY } from './memory.mjs';
import { recordingJob } from './recording-job.mjs';

/** Everything that can be measured. @type {readonly import('./memory.mjs').Job[]} */
export const JOBS = [recordingJob, ...MEMORY, ...EXPOSITION];

/** The job of an id. */
export function jobOf(id) {
  const job = JOBS.find((candidate) => candidate.id === id);
  if (job === undefined)
    throw new Error(`There is no job ${id}; there are ${JOBS.map((known) => known.id).join(', ')}.`);
  return job;
}
