// After the tests of all packages: exits with 1 and names every requirement that the last reports do not prove. With
// --write it writes the page for readers instead.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { requirementsPage, unproven } from './src/requirements.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const requirements = JSON.parse(readFileSync(path.join(import.meta.dirname, 'requirements.json'), 'utf8'));

if (process.argv.includes('--write')) {
  writeFileSync(path.join(root, 'apps/docs/requirements.md'), requirementsPage(requirements));
} else {
  const faults = unproven(requirements, lastResults());
  for (const { fault, isSkipped } of faults)
    console.log(`${isSkipped && !process.env.CI ? 'skipped' : 'FAILED'}: ${fault}`);
  process.exitCode = faults.some(({ isSkipped }) => !isSkipped || process.env.CI) ? 1 : 0;
}

/** The results of all packages, with paths from the root. */
function lastResults() {
  return ['packages', 'apps', 'tooling'].flatMap((group) =>
    readdirSync(path.join(root, group)).flatMap((name) => {
      const report = path.join(root, group, name, 'reports/tests.json');
      if (!existsSync(report)) return [];
      const { tests = [] } = JSON.parse(readFileSync(report, 'utf8'));
      return tests.map(({ file, title, status }) => ({ file: `${group}/${name}/${file}`, title, status }));
    }),
  );
}
