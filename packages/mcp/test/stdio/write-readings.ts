import { writeFileSync } from 'node:fs';
import process from 'node:process';
import type { MetricsCollector } from '@bduf/metrics-core';
import { readingsOf } from '../support/readings.ts';

/** Writes down what was measured, where the parent looks for it. */
export function writeReadings(metrics: MetricsCollector): void {
  writeFileSync(process.env['READINGS_FILE'] ?? '', JSON.stringify(readingsOf(metrics)));
}
