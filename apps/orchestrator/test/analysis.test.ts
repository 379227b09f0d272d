import { describe, expect, it } from '@jest/globals';
import { analyzeRequirements } from '../src/analysis/analyze-requirements.ts';
import { quantitiesOf } from '../src/analysis/quantities.ts';
import { readRequirement } from '../src/analysis/requirement-facts.ts';
import type { RequirementsAnalysis } from '../src/analysis/requirements-analysis.ts';
import { TimeSlices } from '../src/analysis/time-slices.ts';
import { stemOf } from '../src/analysis/words.ts';
import { assessRisks } from '../src/architecture/assess-risks.ts';
import { designComponents } from '../src/architecture/design-components.ts';
import { readAll } from './support/read-all.ts';

function analyze(...texts: readonly string[]): Promise<RequirementsAnalysis> {
  const requirements = texts.map((text, index) => ({
    id: index + 1,
    text,
    priority: 'should' as const,
    dependsOn: [],
    createdAt: '2026-01-01T00:00:00.000Z',
  }));
  return analyzeRequirements(readAll(requirements), new TimeSlices());
}

describe('reading one requirement', () => {
  it.each([
    ['The warehouse clerk must scan each parcel.', 'warehouse clerk', 'scan', 'must', false],
    ['When an order is late, the service should notify its owner.', 'service', 'notify', 'should', false],
    ['As an auditor, I want to export the history.', 'auditor', 'export', 'should', false],
    ['Visitors cannot see prices.', 'visitors', 'see', 'may', true],
    ['All prices in euros, please.', undefined, undefined, 'unstated', false],
    ['Visitors must not see prices.', 'visitors', 'see', 'must', true],
    ['The API shall never return passwords.', 'api', 'return', 'must', true],
    ['Login needs to be able to remember people.', 'login', 'rememb', 'must', false],
  ])('%s', (text, actor, action, obligation, negated) => {
    const facts = readRequirement(text);
    expect({ ...facts, action: facts.action?.slice(0, 6) }).toMatchObject({ actor, action, obligation, negated });
  });

  it('finds open phrases by reason, and a passive only where nobody is named', () => {
    const { ambiguities } = readRequirement(
      'Data must be stored quickly, etc., if possible; logs must be kept by the host.',
    );
    expect(ambiguities).toEqual([
      { phrase: 'quickly', reason: 'vague' },
      { phrase: 'etc', reason: 'unbounded' },
      { phrase: 'if possible', reason: 'optional' },
      { phrase: 'be stored', reason: 'passive' },
    ]);
  });

  it('finds the topics, the one with most words first', () => {
    const { topics } = readRequirement('The page must show invoices, payments and refunds to signed-in users.');
    expect(topics[0]).toBe('payments');
    expect(topics).toEqual(expect.arrayContaining(['user_interface', 'identity']));
  });

  it.each([
    ['stores', 'store'],
    ['stored', 'storing'],
    ['queries', 'query'],
    ['searches', 'search'],
    ['stopped', 'stop'],
  ])('knows that %s and %s are the same word', (one, other) => {
    expect(stemOf(one)).toBe(stemOf(other));
  });
});

describe('quantities', () => {
  it.each([
    ['within 200 ms', { bound: 'at_most', value: 0.2, unit: 'seconds' }],
    ['at least 99.9 % of the time', { bound: 'at_least', value: 0.999, unit: 'share' }],
    ['up to 1,500 users', { bound: 'at_most', value: 1500, unit: 'user' }],
    ['more than 2 million orders', { bound: 'at_least', value: 2_000_000, unit: 'order' }],
    ['every 12 hours', { bound: 'exactly', value: 43_200, unit: 'seconds' }],
    ['files of at most 20 MB', { bound: 'at_most', value: 20_000_000, unit: 'bytes' }],
  ])('%s', (text, expected) => {
    expect(quantitiesOf(text)).toEqual([expect.objectContaining(expected)]);
  });

  it('leaves version numbers and names alone', () => {
    expect(quantitiesOf('It must speak HTTP/1.1 and run on node20.')).toHaveLength(1);
    expect(quantitiesOf('It must run on node20 with TLSv1.3.')).toEqual([]);
  });
});

describe('requirements taken together', () => {
  it.each([
    ['contradiction', 'The clerk must delete orders.', 'The clerk must not delete orders.'],
    ['incompatible', 'The archive must keep at least 500 documents.', 'The archive must keep at most 100 documents.'],
    ['differing_limits', 'Search must answer within 200 ms.', 'Search must answer within 2 seconds.'],
    ['duplicate', 'The clerk must archive old orders.', 'The clerk should archive old orders.'],
  ])('finds a %s', async (kind, one, other) => {
    const { conflicts } = await analyze(one, 'Visitors may choose a language.', other);
    expect(conflicts).toEqual([{ kind, requirements: [1, 3] }]);
  });

  it('finds no conflict between limits that go together', async () => {
    const { conflicts } = await analyze(
      'The archive must keep at least 100 documents.',
      'The archive must keep at most 500 documents.',
    );
    expect(conflicts).toEqual([]);
  });

  it('scores complexity from what it has counted', async () => {
    const { complexity } = await analyze(
      'The clerk must delete orders.',
      'The clerk must not delete orders.',
      'As a customer, I want to find invoices quickly on a user-friendly page within 2 seconds.',
    );
    const factors = {
      requirements: 3,
      actors: 2,
      topics: 4,
      crossTopicRequirements: 3,
      quantities: 1,
      ambiguities: 2,
      conflicts: 1,
    };
    expect(complexity).toEqual({ level: 'medium', points: 3 + 2 * 2 + 3 * 4 + 3 + 1 + 2 + 4, factors });
  });

  it('gives up at its next pause when nobody waits any more', async () => {
    const texts = Array.from(
      { length: 400 },
      (_, index) => `The clerk must sort letter ${index} by its colour and size.`,
    );
    const requirements = texts.map((text, id) => ({
      id,
      text,
      priority: 'must' as const,
      dependsOn: [],
      createdAt: '',
    }));
    const slices = new TimeSlices(AbortSignal.abort(new Error('gone')));
    await expect(analyzeRequirements(readAll(requirements), slices)).rejects.toThrow('gone');
  });
});

describe('architecture', () => {
  it('has a component for each topic, each requirement in one of them, and uses only from above to below', async () => {
    const analysis = await analyze(
      'As a customer, I want to pay an invoice on the page.',
      'The database must store up to 90,000 invoices.',
      'The weather must be nice.',
    );
    expect(
      designComponents(analysis).map(({ name, requirements, dependsOn }) => ({ name, requirements, dependsOn })),
    ).toEqual([
      { name: 'Storage', requirements: [2], dependsOn: [] },
      { name: 'Core', requirements: [3], dependsOn: [] },
      { name: 'Payments', requirements: [1], dependsOn: ['Storage'] },
      { name: 'User Interface', requirements: [], dependsOn: ['Payments'] },
    ]);
  });

  it('names risks, the worst first', async () => {
    const analysis = await analyze(
      'Search must answer within 50 ms.',
      'Search must answer within 2 seconds.',
      'The clerk must delete orders.',
      'The clerk must not delete orders.',
    );
    const risks = assessRisks(analysis, designComponents(analysis));
    expect(risks.map(({ level, requirements }) => [level, requirements])).toEqual([
      ['high', [3, 4]],
      ['medium', [1, 2]],
      ['medium', [1]],
    ]);
  });
});
