import { expectTypeOf } from 'expect-type';
import { defineBusinessMetrics } from '@bduf/metrics-business';
import type { Counter, Gauge, Histogram, LabelValue, Registerer, Summary } from '@bduf/metrics-core/interfaces';

/** Checked by `tsc` alone; nothing of it runs. */
export function instruments(metrics: Registerer): void {
  const shop = defineBusinessMetrics(metrics, {
    orders: { name: 'orders_total', type: 'counter', description: 'Orders.', labels: { plan: ['free', 'paid'] } },
    stock: { name: 'stock', type: 'gauge', description: 'Stock.', labels: ['item'] },
    basket: { name: 'basket_euros', type: 'histogram', description: 'Baskets.', buckets: [10, 100] },
    wait: { name: 'wait_seconds', type: 'summary', description: 'Waiting.' },
  });
  expectTypeOf(shop.stock).toEqualTypeOf<Gauge<{ readonly item: LabelValue }>>();
  expectTypeOf(shop.basket).toExtend<Histogram>();
  expectTypeOf(shop.wait).toExtend<Summary>();
  expectTypeOf(shop.orders).toExtend<Counter<{ readonly plan: 'free' | 'paid' }>>();
  shop.orders.inc({ plan: 'paid' });
  shop.basket.observe(12);
  // @ts-expect-error -- A value outside the list.
  shop.orders.inc({ plan: 'gold' });
  // @ts-expect-error -- A histogram has no labels here.
  shop.basket.observe({ a: 1 }, 2);
}
