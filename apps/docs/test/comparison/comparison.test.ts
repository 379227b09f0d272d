import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { LIBRARIES } from './libraries.ts';
import { PROBES } from './probes.ts';

const page = readFileSync('comparison.md', 'utf8');

/** The rows of the first table whose head begins with a text, by their first cell. */
function table(markdown: string, head: string): Readonly<Record<string, readonly string[]>> {
  const lines = new RegExp(`^\\| *${head}.*\\n(?:\\|.*\\n)+`, 'm').exec(markdown)?.[0].trim().split('\n') ?? [];
  const rows = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return Object.fromEntries(rows.filter((_, at) => at !== 1).map(([first = '', ...cells]) => [first, cells]));
}

describe('the table of what was measured', () => {
  const { measured: heads, ...rows } = table(page, 'measured');

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

describe('the table of the README', () => {
  it('says what the page says', () => {
    const read = Object.entries(table(page, 'feature')).map(
      ([feature, cells]) => [feature, cells.slice(0, -1)] as const,
    );
    const known = new Map([...Object.entries(table(page, 'measured')), ...read]);
    const { '': heads, ...rows } = table(
      readFileSync('../../README.md', 'utf8'),
      '\\| @bduf +\\| prom-client +\\| @prometheus-io',
    );
    expect(heads).toEqual(Object.keys(LIBRARIES));
    expect(Object.keys(rows).length).toBeGreaterThan(8);
    for (const [claim, cells] of Object.entries(rows)) expect([claim, cells]).toEqual([claim, known.get(claim)]);
  });
});
