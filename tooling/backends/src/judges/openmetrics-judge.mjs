import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { live } from '../running/live.mjs';
import { requireBackends } from '../policy/require-backends.mjs';

/**
 * @typedef {import('../index.d.ts').OpenMetricsVerdict} OpenMetricsVerdict
 * @typedef {import('../index.d.ts').JudgedFamily} JudgedFamily
 */

const SCRIPT = fileURLToPath(new URL('openmetrics_judge.py', import.meta.url));

/** @type {typeof import('../index.d.ts').openMetricsJudge} */
export async function openMetricsJudge() {
  const { 'openmetrics-judge': backend } = await requireBackends(['openmetrics-judge']);
  const python = spawn(backend.path, [SCRIPT], {
    env: { ...process.env, ...backend.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(python, 'close');
  let complaints = '';
  python.stderr.setEncoding('utf8').on('data', (chunk) => (complaints += chunk));
  python.once('error', (error) => (complaints += error.message));
  python.stdin.on('error', () => {});

  /**
   * Who waits for a verdict, in the order of the documents.
   *
   * @type {{ resolve: (verdict: OpenMetricsVerdict) => void, reject: (error: Error) => void }[]}
   */
  const waiting = [];
  createInterface({ input: python.stdout }).on('line', (line) => waiting.shift()?.resolve(readVerdict(line)));
  python.once('close', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`the judge has ended: ${complaints.trim()}`));
  });

  const running = {
    stop: async () => {
      live.delete(running);
      python.stdin.end();
      await ended;
    },
  };
  live.add(running);

  return {
    version: backend.version,
    judge: (document, format = 'openmetrics') => {
      if (python.exitCode !== null || python.stdin.writableEnded)
        return Promise.reject(new Error('the judge is closed'));
      const bytes = Buffer.from(document);
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        python.stdin.write(`${format} ${bytes.length}\n`);
        python.stdin.write(bytes);
      });
    },
    close: running.stop,
  };
}

/**
 * @param {string} line
 * @returns {OpenMetricsVerdict}
 */
function readVerdict(line) {
  const verdict = JSON.parse(line);
  if (!verdict.ok) return verdict;
  return { ok: true, families: verdict.families.map(readFamily) };
}

/** @returns {JudgedFamily} */
const readFamily = (/** @type {any} */ { samples, ...family }) => ({
  ...family,
  samples: samples.map((/** @type {any} */ { exemplar, ...sample }) => ({
    ...readPoint(sample),
    exemplar: exemplar === null ? undefined : readPoint(exemplar),
  })),
});

/** Replaces the numbers of a sample or an exemplar, which come as text. */
const readPoint = (/** @type {any} */ { value, timestamp, ...rest }) => ({
  ...rest,
  value: readNumber(value),
  timestamp: timestamp === null ? undefined : readNumber(timestamp),
});

/** @type {Record<string, number>} */
const PYTHON_NUMBERS = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity };

/** @type {(text: string) => number} */
const readNumber = (text) => PYTHON_NUMBERS[text] ?? Number(text);
