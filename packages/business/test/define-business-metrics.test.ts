import { defineBusinessMetrics } from '@bduf/metrics-business';
import { MetricsCollector } from '@bduf/metrics-core';
import { lintMetrics, probeMetrics } from '@bduf/metrics-testkit';
import { describe, expect, it } from '@jest/globals';

const TABLE = {
  orders: { name: 'orders_total', type: 'counter', description: 'Orders.', labels: { plan: ['free', 'paid'] } },
  stock: { name: 'stock_items', type: 'gauge', description: 'Items in stock.', labels: ['shelf'] },
  basket: { name: 'basket_items', type: 'histogram', description: 'Items of a basket.', buckets: [1, 10] },
  wait: { name: 'delivery_seconds', type: 'summary', description: 'From order to door.', unit: 'seconds' },
} as const;

describe('business metrics of your own', () => {
  it('are read out like all others as soon as they are recorded, and known to the linter', () => {
    const metrics = new MetricsCollector({ strict: true });
    const shop = defineBusinessMetrics(metrics, TABLE);
    const probe = probeMetrics(metrics);
    shop.orders.inc({ plan: 'paid' }, 2);
    shop.stock.set({ shelf: 'a' }, 7);
    shop.basket.observe(3);
    shop.wait.observe(60);
    expect(probe.delta('orders_total', { plan: 'paid' })).toBe(2);
    expect(metrics.gatherSync().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['orders_total', 'stock_items', 'basket_items', 'delivery_seconds']),
    );
    expect(probe.value('stock_items', { shelf: 'a' })).toBe(7);
    expect(probe.delta('basket_items')).toBe(1);
    expect(probe.delta('delivery_seconds')).toBe(1);
    expect(lintMetrics(metrics.getAllMetrics())).toEqual([]);

    defineBusinessMetrics(metrics, { bad: { name: 'returns', type: 'counter', description: 'Returned orders.' } });
    expect(lintMetrics(metrics.getAllMetrics()).map(({ metric }) => metric)).toContain('returns');
  });

  it('are the same instruments when the same table is defined twice, and refuse another shape of a name', () => {
    const metrics = new MetricsCollector({ strict: true });
    const probe = probeMetrics(metrics);
    defineBusinessMetrics(metrics, TABLE).orders.inc({ plan: 'free' });
    defineBusinessMetrics(metrics, TABLE).orders.inc({ plan: 'free' });
    expect(probe.delta('orders_total')).toBe(2);
    expect(() =>
      defineBusinessMetrics(metrics, { orders: { name: 'orders_total', type: 'gauge', description: 'Orders.' } }),
    ).toThrow(expect.objectContaining({ code: 'METRICS_ERR_DEFINITION_CONFLICT' }));
  });
});
