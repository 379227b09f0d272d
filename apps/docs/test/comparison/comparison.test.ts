import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { LIBRARIES } from './libraries.ts';
import { PROBES } from './probes.ts';

const page = readFileSync('comparison.md', 'utf8');

/** The rows of the table whose head begins with "measured". */
function measuredTable(): Readonly<Record<string, readonly string[]>> {
  const lines = /^\| measured.*\n(?:\|.*\n)+/m.exec(page)?.[0].trim().split('\n') ?? [];
  const rows = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return Object.fromEntries(rows.filter((_, at) => at !== 1).map(([head = '', ...cells]) => [head, cells]));
}

describe('the table of what was measured', () => {
  const { measured: heads, ...rows } = measuredTable();

  it('has the libraries and the probes', () => {
    expect(heads).toEqual(Object.keys(LIBRARIES));
    expect(Object.keys(rows)).toEqual(PROBES.map(({ claim }) => claim));
  });

  it.each(PROBES)('is right: $claim', async ({ claim, holds }) => {
    const answers = await Promise.all(
      Object.values(LIBRARIES).map(async (create) => ((await holds(create())) ? 'yes' : 'no')),
    );
    expect(answers).toEqual(rows[claim]);
  });
});
