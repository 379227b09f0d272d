import { comparisonTable, environmentText } from './markdown.mjs';

const START = '<!-- bench:start -->';
const END = '<!-- bench:end -->';

/** Rows that say most to a reader, and how they are called there. */
const SHOWN = {
  'counter-none': 'counter, no labels',
  'counter-bound': 'counter, bound handle',
  'counter-1000-series': 'counter, 3 labels, 1,000 series',
  'by-name': '`increment(name, labels)`',
  'histogram-1000-series': 'histogram, 3 labels, 1,000 series',
  'summary-50-series': 'summary, 3 labels, 50 series',
  'exposition-100k': 'exposition of 100k counters',
  'scrape-stall-100k': 'event-loop stall in that scrape',
  'bytes-counter': 'memory per counter series',
  'bytes-histogram': 'memory per histogram series',
  'first-touch': 'creating a series',
};
const PEERS = ['prom-client', 'prometheus-io', 'opentelemetry'];

/**
 * Replaces what stands between the markers of a README by the table of some results.
 *
 * @param {string} readme
 * @param {import('./results.mjs').Results} results
 */
export function withBenchTable(readme, results) {
  const start = readme.indexOf(START);
  const end = readme.indexOf(END);
  if (start < 0 || end < start) throw new Error(`The README needs a line ${START} and after it a line ${END}.`);
  return `${readme.slice(0, start + START.length)}\n\n${table(results)}\n${readme.slice(end)}`;
}

function table(results) {
  const shown = comparisonTable(results, { libraries: PEERS, titles: SHOWN });
  return `${shown}\n\n${environmentText(results.environment)}\n`;
}
