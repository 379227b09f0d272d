// Measures one job with one library in a process of its own, and prints the samples of each row as JSON.
import { CANDIDATE, LIBRARIES } from '../libraries/catalog.mjs';
import { jobOf } from '../scenarios/jobs.mjs';
import { mixFeedback } from './mix-feedback.mjs';

const { job: jobId, library: libraryId, candidate, ...settings } = JSON.parse(process.argv[2]);
const job = jobOf(jobId);
const entry = [...LIBRARIES, CANDIDATE].find(({ id }) => id === libraryId);

const open = () => entry.load({ candidate, scrapes: job.scrapes });
mixFeedback(await open());
console.log(JSON.stringify(await job.run(open, settings)));
