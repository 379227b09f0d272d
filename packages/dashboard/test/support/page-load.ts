import type { Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly tid: number;
  readonly pid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  /** Microseconds of CPU. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** What the main thread of a page did in a while. Times are in milliseconds. */
export interface PageLoad {
  /** Work in each display frame in which there was any, ascending. */
  readonly frames: readonly number[];
  /** The longest task. */
  readonly longestTask: number;
}

/** What a page holds, garbage collected. */
export interface PageMemory {
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** Microseconds of a display frame. */
const DISPLAY_FRAME_US = 1_000_000 / 60;

/** Traces the main thread for a while. CPU time counts, not what other programs on the machine take from it. */
export async function traceLoad(page: Page, forMs: number): Promise<PageLoad> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('The page has no browser to trace.');
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] });
  await page.waitForTimeout(forMs);
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const threads = new Set(
    trace.traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const tasks = trace.traceEvents.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && name === 'RunTask' && threads.has(`${pid}/${tid}`),
  );
  const work = new Map<number, number>();
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    const frame = Math.floor(ts / DISPLAY_FRAME_US);
    work.set(frame, (work.get(frame) ?? 0) + tdur / 1000);
  }
  return {
    frames: [...work.values()].toSorted((a, b) => a - b),
    longestTask: Math.max(...tasks.map(({ dur = 0, tdur = dur }) => tdur / 1000)),
  };
}

/** The 95th percentile of ascending numbers. */
export function p95(ascending: readonly number[]): number {
  return ascending[Math.ceil(ascending.length * 0.95) - 1] ?? NaN;
}

/** What the page holds when nothing is left to collect. */
export async function memoryOf(page: Page): Promise<PageMemory> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  // Weak references and finalizers take more than one round.
  for (let round = 0; round < 3; round += 1) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? NaN;
  await session.detach();
  return { heapBytes: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') };
}
