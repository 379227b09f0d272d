import { describe, expect, it } from '@jest/globals';
import { RetryBackoff, parseRetryAfter } from '@bduf/metrics-core/primitives';

const backoff = (chance: number) =>
  new RetryBackoff({ baseMs: 100, maxMs: 1000, maxRetryAfterMs: 5000, random: () => chance });

function pauses(of: RetryBackoff, count: number): number[] {
  return Array.from({ length: count }, () => of.fail());
}

describe('RetryBackoff', () => {
  it('doubles the pause with each failure in a row, up to the longest', () => {
    expect(pauses(backoff(1), 6)).toEqual([100, 200, 400, 800, 1000, 1000]);
  });

  it('leaves half of each pause to chance', () => {
    expect(pauses(backoff(0), 5)).toEqual([50, 100, 200, 400, 500]);
    expect(pauses(backoff(0.5), 2)).toEqual([75, 150]);
  });

  it('stays finite after any number of failures', () => {
    const tired = backoff(0);
    expect(pauses(tired, 3000).at(-1)).toBe(500);
    expect(tired.failures).toBe(3000);
  });

  it('starts again after a success', () => {
    const healed = backoff(1);
    pauses(healed, 4);
    healed.succeed();
    expect(healed.failures).toBe(0);
    expect(healed.fail()).toBe(100);
  });

  it('keeps to the pause it is asked for, with some jitter, within the limit', () => {
    expect(backoff(0).fail(3000)).toBe(3000);
    expect(backoff(0.5).fail(3000)).toBe(3050);
    expect(backoff(0).fail(1e9)).toBe(5000);
  });

  it('has the documented defaults', () => {
    const first = new RetryBackoff({ random: () => 0 });
    expect(first.fail()).toBe(500);
    expect(pauses(first, 20).at(-1)).toBe(15_000);
    expect(new RetryBackoff({ random: () => 0 }).fail(1e12)).toBe(3_600_000);
    const own = new RetryBackoff().fail();
    expect(own >= 500 && own <= 1000).toBe(true);
  });
});

describe('parseRetryAfter', () => {
  const NOW_MS = Date.UTC(2026, 0, 1);

  it.each([
    ['seconds', '120', 120_000],
    ['zero', '0', 0],
    ['seconds with blanks', ' 3 ', 3000],
    ['a date', 'Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['a date gone by', 'Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['nothing', undefined, undefined],
    ['no header', null, undefined],
    ['an empty header', '', undefined],
    ['a negative number', '-1', undefined],
    ['a fraction', '1.5', undefined],
    ['words', 'Tomorrow', undefined],
    ['a number too long to mean anything', '99999999999', undefined],
  ])('reads %s', (_, header, expected) => {
    expect(parseRetryAfter(header, NOW_MS)).toBe(expected);
  });
});
