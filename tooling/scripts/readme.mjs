// Run in a package: turns the examples of its README.md (or of the Markdown files and folders of them that are given)
// into tests under test/readme, so that what a reader copies is compiled, run and compared with the output printed beside it.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { readmeExamples } from './readme-examples.mjs';

const OUTPUT = 'test/readme';
const PREAMBLE = `import { format } from 'node:util';
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
`;
const given = process.argv.length > 2 ? process.argv.slice(2) : ['README.md'];
const files = given.flatMap((each) =>
  each.endsWith('.md')
    ? [each]
    : readdirSync(each)
        .filter((name) => name.endsWith('.md'))
        .map((name) => path.posix.join(each, name)),
);

rmSync(OUTPUT, { recursive: true, force: true });
mkdirSync(OUTPUT, { recursive: true });
// Turbo warns about tasks that leave no output, and a README without examples is legal.
writeFileSync(path.join(OUTPUT, '.stamp'), '');

const tests = files.flatMap((file) =>
  readmeExamples(readFileSync(file, 'utf8')).map((example) => {
    const words = file.replaceAll('../', 'root/').replace(/\.md$/, '').split('/');
    const module = `${words.join('-').toLowerCase()}-line${example.line}.ts`;
    writeFileSync(path.join(OUTPUT, module), `${example.code}\nexport {};\n`);
    return { ...example, module, title: `${file} line ${example.line}` };
  }),
);
if (tests.some(({ runs }) => runs)) writeFileSync(path.join(OUTPUT, 'readme.test.ts'), testFile(tests));

function testFile(examples) {
  const running = examples.filter(({ runs }) => runs);
  const alone = running.filter(({ needs }) => needs.length === 0);
  const served = running.filter(({ needs }) => needs.length > 0);
  const blocks = served.map(
    (example) =>
      `await describeWithBackends(${JSON.stringify(example.needs)}, 'the examples', () => {\n${testCase(example)}\n});\n`,
  );
  if (alone.length > 0) blocks.unshift(`describe('the examples', () => {\n${alone.map(testCase).join('\n')}\n});\n`);
  const servers = served.length > 0 ? `import { describeWithBackends } from '@bduf/backends/jest';\n` : '';
  return `${servers}${PREAMBLE}\n${blocks.join('\n')}`;
}

function testCase({ title, module, printed }) {
  const outcome = printed === undefined ? 'resolves.toBeDefined()' : `resolves.toBe(${JSON.stringify(printed)})`;
  return `  it(${JSON.stringify(title)}, async () => {
    await expect(printedBy(() => import('./${module}'))).${outcome};
  });`;
}
