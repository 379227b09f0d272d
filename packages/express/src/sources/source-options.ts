import type { Clock } from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import { type Attempt, attemptWith } from '../errors/attempt.ts';
import { reportOnce } from '../errors/report-once.ts';

/** Options that all sources have. */
export interface SourceOptions {
  /** Told about the first failure inside the source. Failures never reach the application. Default: a process warning. */
  readonly onError?: (error: unknown) => void;
  /** Source of time. Default: the system's. */
  readonly clock?: Clock;
}

/** Measuring that goes on until it is closed. */
export interface SourceHandle {
  /** Stops measuring. What has begun may go uncounted. */
  close(): void;
}

/** What a source works with. */
export interface SourceTools {
  /** Told of failures; never throws. */
  readonly report: (error: unknown) => void;
  /** Runs what must not fail the application. */
  readonly attempt: Attempt;
  /** Starts a stopwatch: a function that gives the seconds since. */
  readonly stopwatch: () => () => number;
  /** Source of time. */
  readonly clock: Clock;
}

/** Fills in the defaults. */
export function sourceTools({ onError, clock = systemClock }: SourceOptions): SourceTools {
  const report = reportOnce(onError);
  return {
    clock,
    report,
    attempt: attemptWith(report),
    stopwatch: () => {
      const startMs = clock.monotonicMs();
      return () => (clock.monotonicMs() - startMs) / 1000;
    },
  };
}
