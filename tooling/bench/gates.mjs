// Tells which gates the results hold and which moonshots they reach. Exits with 1 when a gate is missed.
// `node gates.mjs [FILE]`, by default results/latest.json.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { checkGates } from './src/report/gates.mjs';
import { ratioText } from './src/report/numbers.mjs';
import { readResults } from './src/report/results.mjs';

const here = (file) => new URL(file, import.meta.url);
const gateFile = JSON.parse(readFileSync(here('gates.json'), 'utf8'));
const { gates, moonshots } = checkGates(readResults(process.argv[2] ?? here('results/latest.json')), gateFile);

console.log('Gates (ratio of medians, ratio of best samples):');
for (const finding of gates) console.log(line(finding));
console.log('\nMoonshots:');
for (const finding of moonshots) console.log(line(finding));
console.log(`\nGates: ${tally(gates)}. Moonshots: ${tally(moonshots)}.`);
if (gates.some(({ verdict }) => verdict === 'misses')) process.exitCode = 1;

function line({ row, against, most, median, best, verdict }) {
  const measured = [median, best].map((value) => ratioText(value).padStart(7)).join(' ');
  return `  ${verdict.padEnd(7)} ${row.padEnd(24)} ${against.padEnd(13)} ${measured}  at most ${ratioText(most)}`;
}

function tally(findings) {
  const count = (verdict) => findings.filter((finding) => finding.verdict === verdict).length;
  return `${count('holds')} hold, ${count('unclear')} unclear, ${count('misses')} missed`;
}
