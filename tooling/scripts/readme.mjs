// Run in a package: turns the examples of its README.md (or of the Markdown files and folders of them that are given)
// into tests under test/readme, so that what a reader copies is compiled, run and compared with the output printed beside it.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { readmeExamples } from './readme-examples.mjs';

const OUTPUT = 'test/readme';
const PRINTED_HERE = `import { format } from 'node:util';
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
const PRINTED_BY_PROCESS = `import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const execute = promisify(execFile);

async function printedBy(module: string): Promise<string> {
  const sources = ['--conditions=@bduf/source', '--import=@bduf/jest-preset/run-sources'];
  const { stdout } = await execute(process.execPath, [...sources, module], { timeout: 60_000 });
  return stdout;
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

const written = new Set();
const examples = files.flatMap((file) =>
  readmeExamples(readFileSync(file, 'utf8')).map((example) => {
    const words = file.replaceAll('../', 'root/').replace(/\.md$/, '').split('/');
    const module = example.file ?? `${words.join('-').toLowerCase()}-line${example.line}.ts`;
    if (written.has(module)) throw new Error(`${file} line ${example.line}: there is a "${module}" already.`);
    written.add(module);
    writeFileSync(path.join(OUTPUT, module), `${example.code}\nexport {};\n`);
    return { ...example, module, title: `${file} line ${example.line}` };
  }),
);
writeTests('readme.test.ts', PRINTED_HERE, 'here', (module) => `() => import('./${module}')`);
writeTests('processes.test.ts', PRINTED_BY_PROCESS, 'process', (module) => `'${OUTPUT}/${module}'`);

/**
 * Writes the tests of the examples that run in one way.
 *
 * @param {(module: string) => string} programOf What `printedBy` of the preamble takes.
 */
function writeTests(testFile, preamble, way, programOf) {
  const running = examples.filter(({ runs }) => runs === way);
  if (running.length === 0) return;
  const testCase = ({ title, module, printed }) => {
    const outcome = printed === undefined ? 'resolves.toBeDefined()' : `resolves.toBe(${JSON.stringify(printed)})`;
    return `  it(${JSON.stringify(title)}, async () => {
    await expect(printedBy(${programOf(module)})).${outcome};
  });`;
  };
  const alone = running.filter(({ needs }) => needs.length === 0);
  const served = running.filter(({ needs }) => needs.length > 0);
  const blocks = served.map(
    (example) =>
      `await describeWithBackends(${JSON.stringify(example.needs)}, 'the examples', () => {\n${testCase(example)}\n});\n`,
  );
  if (alone.length > 0) blocks.unshift(`describe('the examples', () => {\n${alone.map(testCase).join('\n')}\n});\n`);
  const imports = [
    ...(served.length > 0 ? [`import { describeWithBackends } from '@bduf/backends/jest';\n`] : []),
    alone.length > 0 ? preamble : preamble.replace('{ describe, ', '{ '),
  ];
  writeFileSync(path.join(OUTPUT, testFile), `${imports.join('')}\n${blocks.join('\n')}`);
}
