import { parseArgs } from 'node:util';
import { CANDIDATE, LIBRARIES } from '../libraries/catalog.mjs';
import { JOBS } from '../scenarios/jobs.mjs';

const FULL = { rounds: 9, samples: 7, sampleMs: 20 };
const QUICK = { rounds: 3, samples: 5, sampleMs: 10 };

export const USAGE = `Usage: pnpm bench [options]

  --quick              3 short rounds instead of 9
  --rounds=N           number of rounds
  --only=TEXT          only rows whose id begins with the text, such as counter, bytes, exposition (may be repeated)
  --library=ID         only this library (may be repeated): ${LIBRARIES.map(({ id }) => id).join(', ')}
  --candidate=FILE     also measure another build of core, given by its dist/index.js
  --out=FOLDER         where results go (default: results, when all rows and libraries are measured)
  --help               show this
`;

/**
 * Reads the command line.
 *
 * @param {readonly string[]} args
 */
export function readOptions(args) {
  const { values } = parseArgs({
    // pnpm and turbo pass the separator on.
    args: args.filter((arg) => arg !== '--'),
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      library: { type: 'string', multiple: true, default: [] },
      candidate: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const scale = values.quick ? QUICK : FULL;
  const isChosen = ({ id }) => values.only.length === 0 || values.only.some((text) => id.startsWith(text));
  const rows = JOBS.flatMap((job) => job.rows).filter(isChosen);
  const isComplete = values.only.length === 0 && values.library.length === 0;
  return {
    help: values.help,
    isQuick: values.quick,
    rounds: values.rounds === undefined ? scale.rounds : positiveInteger('rounds', values.rounds),
    jobs: JOBS.filter((job) => job.rows.some((row) => rows.includes(row))),
    rows,
    libraries: [...chosenLibraries(values.library), ...(values.candidate === undefined ? [] : [CANDIDATE])],
    settings: {
      samples: scale.samples,
      sampleMs: scale.sampleMs,
      rows: rows.map(({ id }) => id),
      candidate: values.candidate,
    },
    // A part of the measurements must not replace the published whole.
    out: values.out ?? (isComplete ? 'results' : undefined),
  };
}

function chosenLibraries(ids) {
  const unknown = ids.find((id) => !LIBRARIES.some((library) => library.id === id));
  if (unknown !== undefined) throw new Error(`There is no library ${unknown}.\n\n${USAGE}`);
  return LIBRARIES.filter(({ id }) => ids.length === 0 || ids.includes(id));
}

function positiveInteger(name, text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is ${text}; use an integer above 0.`);
  return value;
}
