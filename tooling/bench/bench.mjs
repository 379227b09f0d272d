// Measures all libraries in all scenarios and writes the results as JSON and Markdown. `--help` lists the options.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { readOptions, USAGE } from './src/harness/options.mjs';
import { runRounds } from './src/harness/run-rounds.mjs';
import { comparisonTable, environmentText } from './src/report/markdown.mjs';
import { environmentOf, resultsOf } from './src/report/results.mjs';

const options = readOptions(process.argv.slice(2));
if (options.help) {
  console.log(USAGE);
} else {
  const environment = environmentOf(options);
  const samples = await runRounds({ ...options, log: (message) => console.error(message) });
  const results = resultsOf(samples, { ...options, environment });
  const markdown = `${environmentText(environment)}\n\n${comparisonTable(results)}\n`;
  console.log(markdown);
  if (options.out !== undefined) write(options.out, results, markdown);
}

function write(folder, results, markdown) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'latest.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(path.join(folder, 'latest.md'), `# Benchmark results\n\n${markdown}`);
}
