import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Proof, type Requirement, requirementsPage, tableFaults, unproven } from '../src/requirements.mjs';

const ROOT = new URL('../../../', import.meta.url);
const requirements = JSON.parse(
  readFileSync(new URL('../requirements.json', import.meta.url), 'utf8'),
) as Requirement[];

function readSource(file: string): string | undefined {
  try {
    return readFileSync(new URL(file, ROOT), 'utf8');
  } catch {
    return undefined;
  }
}

describe('the requirements', () => {
  it('each have proofs, and these exist', () => {
    expect(requirements.length).toBeGreaterThan(25);
    expect(tableFaults(requirements, readSource)).toEqual([]);
  });

  it('have gaps in the known places only', () => {
    expect(requirements.filter(({ gap }) => gap !== undefined).map(({ id }) => id)).toEqual(KNOWN_GAPS);
  });

  it('are what the page says', () => {
    expect(readSource('apps/docs/requirements.md')).toBe(requirementsPage(requirements));
  });
});

/** Requirements without proof. Empty in a release. */
const KNOWN_GAPS: readonly string[] = [];

describe('a table', () => {
  const proof: Proof = { file: 'a.test.ts', test: 'counts %s' };
  const sources: Readonly<Record<string, string>> = {
    'a.test.ts': "it.each([1])('counts %s', () => undefined);",
    'unit/c.test.ts': "import { contract } from '../contract.ts';",
    'contract.ts': "it('keeps its word', () => undefined);",
  };
  const faultsOf = (given: readonly Requirement[]): readonly string[] => tableFaults(given, (file) => sources[file]);

  it('without faults is accepted', () => {
    expect(faultsOf([{ id: 'A', promise: 'It counts.', proofs: [proof] }])).toEqual([]);
    const inContract: Proof = { file: 'unit/c.test.ts', test: 'keeps its word' };
    expect(faultsOf([{ id: 'A', promise: 'It counts.', proofs: [inContract] }])).toEqual([]);
  });

  it('is refused for a requirement without proof, a test or file that does not exist, and an id that repeats', () => {
    expect(
      faultsOf([
        { id: 'NONE', promise: '', proofs: [] },
        { id: 'GONE', promise: '', proofs: [{ file: 'a.test.ts', test: 'counts' }] },
        { id: 'LOST', promise: '', proofs: [{ file: 'b.test.ts', test: 'counts %s' }] },
        { id: 'TWICE', promise: '', proofs: [proof] },
        { id: 'TWICE', promise: '', proofs: [], gap: 'Nobody did it.' },
        { id: 'BOTH', promise: '', proofs: [proof], gap: 'Nobody did it.' },
      ]),
    ).toEqual([
      'NONE has no proof',
      'GONE: a.test.ts has no test "counts"',
      'LOST: there is no file b.test.ts',
      'TWICE stands there twice',
      'TWICE stands there twice',
      'BOTH has proofs and a gap',
    ]);
  });
});

describe('a run of the tests', () => {
  const given: readonly Requirement[] = [
    { id: 'A', promise: '', proofs: [{ file: 'a.test.ts', test: 'counts %s of $name (all)' }] },
  ];
  const result = (
    title: string,
    status: string,
    file = 'a.test.ts',
  ): { file: string; title: string; status: string } => ({
    file,
    title,
    status,
  });

  it('proves what passed in every case', () => {
    const passed = [result('counts 3 of jobs (all)', 'passed'), result('counts 4 of it (all)', 'passed')];
    expect(unproven(given, [...passed, result('another', 'failed')])).toEqual([]);
  });

  it('does not prove what failed in one case, did not run, ran elsewhere or was skipped', () => {
    const name = 'A: "counts %s of $name (all)" of a.test.ts';
    const passed = result('counts 3 of jobs (all)', 'passed');
    expect(unproven(given, [passed, result('counts 4 of jobs (all)', 'failed')])).toEqual([
      { fault: `${name} is failed`, isSkipped: false },
    ]);
    expect(unproven(given, [passed, result('counts 4 of jobs (all)', 'pending')])).toEqual([
      { fault: `${name} is skipped`, isSkipped: true },
    ]);
    const elsewhere = result('counts 3 of jobs (all)', 'passed', 'b.test.ts');
    for (const others of [[], [elsewhere], [result('counts 3 of jobs [all]', 'passed')]]) {
      expect(unproven(given, others)).toEqual([{ fault: `${name} did not run`, isSkipped: false }]);
    }
  });
});
