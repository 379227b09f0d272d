// Run in a package: turns the examples of its README.md (or of the Markdown files that are given) into tests under
// test/readme, so that what a reader copies is compiled, run and compared with the output printed beside it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { readmeExamples } from './readme-examples.mjs';

const OUTPUT = 'test/readme';
const files = process.argv.length > 2 ? process.argv.slice(2) : ['README.md'];

rmSync(OUTPUT, { recursive: true, force: true });
mkdirSync(OUTPUT, { recursive: true });
// Turbo warns about tasks that leave no output, and a README without examples is legal.
writeFileSync(path.join(OUTPUT, '.stamp'), '');

const tests = files.flatMap((file, fileIndex) =>
  readmeExamples(readFileSync(file, 'utf8')).map((example) => {
    const module = `${fileIndex === 0 ? '' : `file${fileIndex}-`}line${example.line}.ts`;
    writeFileSync(path.join(OUTPUT, module), `${example.code}\nexport {};\n`);
    return { ...example, module, title: `${file} line ${example.line}` };
  }),
);
if (tests.some(({ runs }) => runs)) writeFileSync(path.join(OUTPUT, 'readme.test.ts'), testFile(tests));

function testFile(examples) {
  const cases = examples
    .filter(({ runs }) => runs)
    .map(({ title, module, printed }) => {
      const outcome = printed === undefined ? 'resolves.toBeDefined()' : `resolves.toBe(${JSON.stringify(printed)})`;
      return `  it(${JSON.stringify(title)}, async () => {
    await expect(printedBy(() => import('./${module}'))).${outcome};
  });`;
    });
  return `import { format } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';

async function printedBy(run: () => Promise<unknown>): Promise<string> {
  let printed = '';
  const log = jest.spyOn(console, 'log').mockImplementation((...parts: unknown[]) => {
    printed += \`\${format(...parts)}\\n\`;
  });
  try {
    await run();
  } finally {
    log.mockRestore();
  }
  return printed;
}

describe('the examples', () => {
${cases.join('\n')}
});
`;
}
