import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { SystemMetricDefinitions } from '@bduf/metrics-core/interfaces';
import type { SystemContext } from '../system-collector.ts';

type GcKind = 'minor' | 'major' | 'incremental' | 'weak_callbacks';

type GcEntry = PerformanceEntry & { readonly detail?: { readonly kind?: number } };

const KINDS: ReadonlyMap<unknown, GcKind> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weak_callbacks'],
]);

/** How long garbage collections took. */
export function collectGc({ metrics }: SystemContext): () => void {
  const duration = metrics.histogram(SystemMetricDefinitions.GC_DURATION);
  const observer = new PerformanceObserver((list) => {
    // Entries of garbage collections have a detail, which the type of entries in general leaves out.
    for (const entry of list.getEntries() as readonly GcEntry[]) {
      const kind = KINDS.get(entry.detail?.kind);
      if (kind !== undefined) duration.observe({ kind }, entry.duration / 1_000);
    }
  });
  // Without `buffered`, which keeps every entry of the process.
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}
