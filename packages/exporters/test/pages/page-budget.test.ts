import { describe, expect, it } from '@jest/globals';
import { PageBudget, PrometheusTextEncoder } from '@bduf/metrics-exporters';
import { familyOf } from '@bduf/metrics-testkit';

const MINUTE_MS = 60_000;

function family(name: string, seriesCount: number) {
  const series = Array.from({ length: seriesCount }, (_, i) => ({ labels: { id: `${i}` }, value: i }));
  return familyOf({ name, type: 'gauge', series });
}

function scrape(encoder: PrometheusTextEncoder, families: readonly ReturnType<typeof family>[], nowMs: number): void {
  for (const chunk of encoder.encode(families, { nowMs })) expect(chunk.length).toBeGreaterThan(0);
}

describe('PageBudget', () => {
  it('counts what is kept, about as much as the text, twelve bytes a line and the label values', () => {
    const pages = new PageBudget();
    const families = [family('a', 10_000)];
    scrape(new PrometheusTextEncoder({ pages }), families, 0);
    const textBytes = 10_000 * 'a{id="1234"} 1234\n'.length;
    const labelBytes = 10_000 * ('id="1234"'.length + 8);
    expect(pages.statistics.bytes).toBeGreaterThan(textBytes + 120_000 + labelBytes - 20_000);
    expect(pages.statistics.bytes).toBeLessThan(textBytes + 120_000 + 2 * labelBytes + 20_000);
    expect(pages.statistics).toMatchObject({ evictions: 0, refusals: 0 });
  });

  it('keeps nothing of small metrics', () => {
    const pages = new PageBudget();
    scrape(new PrometheusTextEncoder({ pages }), [family('a', 20)], 0);
    expect(pages.statistics.bytes).toBe(0);
  });

  it('never holds more than it may, and counts what it refused', () => {
    const pages = new PageBudget(400_000);
    const encoder = new PrometheusTextEncoder({ pages });
    const series = Array.from({ length: 10_000 }, (_, i) => ({
      labels: { tens: `${i % 100}`, ones: `${Math.floor(i / 100)}` },
      value: i,
    }));
    const families = [familyOf({ name: 'a', type: 'gauge', series })];
    for (const nowMs of [0, 1]) scrape(encoder, families, nowMs);
    expect(pages.statistics.bytes).toBeLessThanOrEqual(400_000);
    expect(pages.statistics.refusals).toBeGreaterThan(0);
  });

  it('is shared by encoders', () => {
    const pages = new PageBudget();
    scrape(new PrometheusTextEncoder({ pages }), [family('a', 1000)], 0);
    const { bytes } = pages.statistics;
    scrape(new PrometheusTextEncoder({ pages }), [family('a', 1000)], 0);
    expect(pages.statistics.bytes).toBe(2 * bytes);
  });

  it('drops what no document has shown for ten minutes, the longest unused first', () => {
    const pages = new PageBudget();
    const encoder = new PrometheusTextEncoder({ pages });
    const [a, b, c] = [family('a', 1000), family('b', 1000), family('c', 1000)];
    scrape(encoder, [a, b, c], 0);
    const { bytes } = pages.statistics;
    scrape(encoder, [c], 5 * MINUTE_MS);
    scrape(encoder, [c], 9.9 * MINUTE_MS);
    expect(pages.statistics).toMatchObject({ bytes, evictions: 0 });
    scrape(encoder, [c], 10 * MINUTE_MS);
    expect(pages.statistics.evictions).toBe(2);
    expect(pages.statistics.bytes).toBeCloseTo(bytes / 3, -3);
    scrape(encoder, [a, b, c], 11 * MINUTE_MS);
    expect(pages.statistics.bytes).toBe(bytes);
  });

  it('takes back what belongs to an epoch that is over', () => {
    const pages = new PageBudget();
    const encoder = new PrometheusTextEncoder({ pages });
    const identity = {};
    const readOut = (epoch: number) => ({ ...family('a', 1000), identity, epoch });
    scrape(encoder, [readOut(0)], 0);
    const { bytes } = pages.statistics;
    for (let epoch = 1; epoch < 5; epoch++) scrape(encoder, [readOut(epoch)], epoch);
    expect(pages.statistics.bytes).toBe(bytes);
  });
});
