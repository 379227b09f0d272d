// Writes the table of results/latest.json into the root README; with `--check` it only tells whether the table is that.
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { withBenchTable } from './src/report/readme-table.mjs';
import { readResults } from './src/report/results.mjs';

const README = new URL('../../README.md', import.meta.url);

const readme = readFileSync(README, 'utf8');
const wanted = withBenchTable(readme, readResults(new URL('results/latest.json', import.meta.url)));
if (!process.argv.includes('--check')) {
  writeFileSync(README, wanted);
} else if (wanted !== readme) {
  console.error(
    'The benchmark table of README.md is not that of results/latest.json; run `pnpm --filter @bduf/bench readme-table`.',
  );
  process.exitCode = 1;
}
