import { MetricsCollector } from '@bduf/metrics-core';
import { createMetricsMiddleware, lruCache, PerformanceMonitor, pgPool } from '@bduf/metrics-express';
import { instrumentExternalApis } from '@bduf/metrics-express/sources';
import { lintMetrics } from '@bduf/metrics-testkit';
import { expect, it } from '@jest/globals';

it('defines metrics whose names and units follow the rules', () => {
  const collector = new MetricsCollector({ strict: true });
  const measuring = [
    createMetricsMiddleware(collector, { naming: 'both', timeToFirstByte: true }),
    instrumentExternalApis(collector, { services: {} }),
  ];
  const monitor = new PerformanceMonitor(collector);
  monitor.watchPool('main', pgPool({ totalCount: 0, idleCount: 0, waitingCount: 0 }));
  monitor.watchCache('pages', lruCache({ size: 0, calculatedSize: 0 }));
  for (const each of measuring) each.close();
  expect(collector.getAllMetrics().length).toBeGreaterThan(15);
  expect(lintMetrics(collector.getAllMetrics())).toEqual([]);
});
