import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationMetrics } from '@bduf/metrics-core/interfaces';
import {
  type ExpositionFamily,
  type ExpositionSample,
  parseOpenMetricsText,
  parsePrometheusText,
} from '@bduf/metrics-testkit';
import type { LedgerEntry } from '../traffic/ledger.ts';
import { compareCounts, REQUEST_LABELS } from './compare-counts.ts';

/** A format that `/metrics` offers, and a strict parser of it. */
interface ExpositionFormat {
  readonly name: string;
  readonly accept: string;
  readonly parse: (text: string) => readonly ExpositionFamily[];
}

const FORMATS: readonly ExpositionFormat[] = [
  { name: 'Prometheus text 0.0.4', accept: 'text/plain;version=0.0.4', parse: parsePrometheusText },
  { name: 'OpenMetrics 1.0', accept: 'application/openmetrics-text;version=1.0.0', parse: parseOpenMetricsText },
];

/** How long the last requests may take to be counted after their clients have got their responses, in milliseconds. */
const SETTLE_MS = 2000;
const RETRY_MS = 50;

/** What a service exposes. */
export interface ReadExposition {
  readonly families: readonly ExpositionFamily[];
  /** What is wrong with its text, in any of the formats. */
  readonly problems: readonly string[];
}

/**
 * Reads the exposition of a service in all formats, as soon as it has counted all that was sent, or after a while if it
 * never does.
 */
export async function readSettledExposition(origin: string, sent: readonly LedgerEntry[]): Promise<ReadExposition> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const exposition = await readExposition(origin);
    const measured = samplesOf(exposition.families, ApplicationMetrics.HTTP_REQUESTS_TOTAL);
    const differences = compareCounts({ sent, measured, labelNames: REQUEST_LABELS });
    if (differences.length === 0 || performance.now() > deadline) return exposition;
    await sleep(RETRY_MS);
  }
}

/** All samples of that name. */
export function samplesOf(families: readonly ExpositionFamily[], name: string): readonly ExpositionSample[] {
  return families.flatMap(({ samples }) => samples).filter((sample) => sample.name === name);
}

async function readExposition(origin: string): Promise<ReadExposition> {
  let families: readonly ExpositionFamily[] = [];
  const problems: string[] = [];
  for (const { name, accept, parse } of FORMATS) {
    try {
      families = parse(await fetchText(origin, accept));
    } catch (error) {
      problems.push(`${name}: ${String(error)}`);
    }
  }
  return { families, problems };
}

async function fetchText(origin: string, accept: string): Promise<string> {
  const response = await fetch(`${origin}/metrics`, { headers: { accept } });
  const text = await response.text();
  if (!response.ok) throw new Error(`GET /metrics answered ${response.status}: ${text}`);
  return text;
}
