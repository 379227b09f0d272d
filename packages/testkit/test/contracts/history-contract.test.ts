import { describe, expect, it } from '@jest/globals';
import type { HistoryAnswer, HistorySource } from '@bduf/metrics-core/interfaces';
import { evaluateQueries, RecentSamples } from '@bduf/metrics-core/primitives';
import { type HistoryContract, historyContract, type HistoryReadOut } from '@bduf/metrics-testkit';

function recent(readOuts: readonly HistoryReadOut[]): HistorySource {
  const samples = new RecentSamples({ retentionMs: 8 * 3_600_000 });
  for (const { atMs, families } of readOuts) samples.append(families, atMs);
  // Promise.resolve().then turns what is thrown into a rejection.
  return { read: (batch) => Promise.resolve().then(() => evaluateQueries(batch, samples)) };
}

/** Names of the demands that a history does not meet. */
async function failuresOf(contract: HistoryContract): Promise<readonly string[]> {
  const results = await Promise.all(
    historyContract(contract)
      // One round of random questions is as good as many for what is wrong on purpose.
      .filter(({ name }) => !/seed (?!0$)/.test(name))
      .map(async ({ name, run }) => {
        try {
          await run();
          return [];
        } catch {
          return [name];
        }
      }),
  );
  return results.flat();
}

/** A history whose answers are spoilt. */
function spoilt(change: (answer: HistoryAnswer) => HistoryAnswer): HistoryContract {
  return {
    createHistory: (readOuts) => {
      const history = recent(readOuts);
      return { read: async (batch) => (await history.read(batch)).map(change) };
    },
  };
}

describe('the contract of histories', () => {
  it.each(historyContract({ createHistory: recent }))(
    'is met by the samples of the last minutes: $name',
    async ({ run }) => {
      await expect((async () => run())()).resolves.toBeUndefined();
    },
  );

  it('gives every history back', async () => {
    const open = new Set<HistorySource>();
    await failuresOf({
      createHistory: (readOuts) => {
        const history = recent(readOuts);
        open.add(history);
        return history;
      },
      dispose: (history) => {
        expect(open.delete(history)).toBe(true);
      },
    });
    expect(open.size).toBe(0);
  });

  it('notices answers that are a little wrong', async () => {
    const wrong: Readonly<Record<string, (answer: HistoryAnswer) => HistoryAnswer>> = {
      'a series missing': ({ series, ...rest }) => ({ ...rest, series: series.slice(1) }),
      'another order': ({ series, ...rest }) => ({ ...rest, series: series.toReversed() }),
      'full coverage': ({ series }) => ({ series, coverage: 1 }),
      'rounded values': (answer) => {
        for (const { values } of answer.series) values.set(values.map((value) => Math.fround(value)));
        return answer;
      },
      'times moved': ({ series, ...rest }) => ({
        ...rest,
        series: series.map(({ timestampsMs, ...each }) => ({
          ...each,
          timestampsMs: timestampsMs.map((ms) => ms + 1),
        })),
      }),
    };
    for (const [what, change] of Object.entries(wrong)) {
      expect([what, (await failuresOf(spoilt(change))).length]).not.toEqual([what, 0]);
    }
  });

  it('notices histories that forget, mix up or make up', async () => {
    const without = (change: (readOut: HistoryReadOut) => HistoryReadOut): HistoryContract => ({
      createHistory: (readOuts) => recent(readOuts.map(change)),
    });
    const births = without(({ atMs, families }) => ({
      atMs,
      families: families.map((family) => ({
        ...family,
        blocks: family.blocks.map((block) => ({ ...block, createdMs: block.createdMs.map(() => NaN) })),
      })),
    }));
    expect(await failuresOf(births)).toContain('counts from the birth of a series, through resets, without a guess');
    const hidden = without(({ atMs, families }) => ({
      atMs,
      families: families.map((family) => ({
        ...family,
        blocks: family.blocks.map((block) => ({ ...block, hidden: undefined })),
      })),
    }));
    expect(await failuresOf(hidden)).toContain('shows no hidden row');
    const lenient: HistoryContract = {
      createHistory: (readOuts) => {
        const history = recent(readOuts);
        return { read: (batch) => history.read(batch).catch(() => []) };
      },
    };
    expect(await failuresOf(lenient)).toEqual(['refuses questions without meaning']);
  });
});
