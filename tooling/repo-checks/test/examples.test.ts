// The script that turns the examples of Markdown files into tests. What it makes of them is compared with literals.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, describe, expect, it } from '@jest/globals';
import { repositoryRoot } from '../src/workspace.ts';

const SCRIPT = path.join(repositoryRoot, 'tooling/scripts/readme.mjs');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** What the script leaves of a page: its error output and the files that it wrote, by name. */
function made(page: string): { readonly error: string; readonly files: Readonly<Record<string, string>> } {
  const folder = mkdtempSync(path.join(tmpdir(), 'bduf-examples-'));
  folders.push(folder);
  writeFileSync(path.join(folder, 'README.md'), page);
  const { stderr, status } = spawnSync(process.execPath, [SCRIPT], { cwd: folder, encoding: 'utf8' });
  const output = path.join(folder, 'test/readme');
  const names = readdirSync(output).filter((name) => name.endsWith('.ts'));
  return {
    error: status === 0 ? '' : stderr,
    files: Object.fromEntries(names.map((name) => [name, readFileSync(path.join(output, name), 'utf8')])),
  };
}

const fence = (head: string, body = ''): string => `\`\`\`${head}\n${body}\`\`\`\n\n`;

describe('the examples of a page', () => {
  it('become a test each that compares what they print', () => {
    const { files } = made(fence('ts', 'console.log(1);\n') + fence('text', '1\n') + fence('sh', 'ls\n') + fence('ts'));
    expect(Object.keys(files).toSorted()).toEqual(['readme-line1.ts', 'readme-line13.ts', 'readme.test.ts']);
    expect(files['readme-line1.ts']).toContain('console.log(1);\n');
    expect(files['readme.test.ts']).toContain(`import('./readme-line1.ts'))).resolves.toBe("1\\n");`);
    expect(files['readme.test.ts']).toContain(`import('./readme-line13.ts'))).resolves.toBeDefined();`);
  });

  it('are only compiled, or stand beside the others under their name, when they say so', () => {
    const { files } = made(fence('ts no-run') + fence('ts file=worker.ts', 'work();\n'));
    expect(Object.keys(files).toSorted()).toEqual(['readme-line1.ts', 'worker.ts']);
    expect(files['worker.ts']).toContain('work();\n');
  });

  it('run in a process of their own, or with servers, when they say so', () => {
    const { files } = made(fence('ts process') + fence('text', '1\n') + fence('ts needs=redis,moto'));
    expect(files['processes.test.ts']).toContain(`printedBy('test/readme/readme-line1.ts')).resolves.toBe("1\\n");`);
    expect(files['readme.test.ts']).toContain(`await describeWithBackends(["redis","moto"], 'the examples', () => {`);
  });

  it('are refused with a flag that nobody knows, or a name that is taken', () => {
    expect(made(fence('ts norun')).error).toContain('Line 1: unknown flag "norun".');
    const worker = fence('ts file=worker.ts');
    expect(made(worker + worker).error).toContain('README.md line 4: there is a "worker.ts" already.');
  });
});
