import { describe, expect, it } from '@jest/globals';
import { proseViolations } from '../src/prose-rules.ts';
import { filesBelow, readText } from '../src/workspace.ts';

const BINARY = /\.(?:gif|gz|ico|jpe?g|pb|pdf|png|tgz|wasm|webp|woff2?|zip)$/;

describe('the text of the repository', () => {
  const files = filesBelow('.').filter((file) => !BINARY.test(file));

  it('is looked at in full', () => {
    const expected = ['package.json', 'pnpm-lock.yaml', 'packages/core/src/index.ts', '.github/workflows/ci.yml'];
    expect(files).toEqual(expect.arrayContaining(expected));
  });

  it('has no open task without an issue, no path of a machine, no address of a registry', () => {
    expect(files.flatMap((file) => proseViolations(file, readText(file)))).toEqual([]);
  });
});
