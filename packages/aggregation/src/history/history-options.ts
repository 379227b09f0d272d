import { type Clock, MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import type { TierPlan } from '../store/history-tier.ts';

/** One downsampled tier of a {@link MetricsHistory}. */
export interface HistoryTierOptions {
  /** Length of a cell in milliseconds; a multiple of that of the finer tier. */
  readonly stepMs: number;
  /** How long cells are kept, in milliseconds. */
  readonly retentionMs: number;
}

/** Options of {@link MetricsHistory}. */
export interface MetricsHistoryOptions {
  /**
   * Metrics to track from the beginning, or all that the collector has, up to the greatest number of metrics. Others are tracked from
   * the first question about them. Default: none.
   */
  readonly track?: Iterable<string> | 'all';
  /** Distance of samples in milliseconds. Default: 10 s. */
  readonly intervalMs?: number;
  /** How long samples are kept as they are, in milliseconds. Default: 10 minutes. */
  readonly retentionMs?: number;
  /** Downsampled tiers, finest first. Default: 1 minute kept for 2 hours, 10 minutes kept for 24 hours. */
  readonly tiers?: readonly HistoryTierOptions[];
  /**
   * Bytes at most. Beyond, what nobody has asked about for the longest time goes first, and is counted. Series
   * without their samples take half of it at most. Default: 64 MiB.
   */
  readonly maxBytes?: number;
  /** Metrics that are tracked at most; what is asked for beyond is not tracked. Default: 1000. */
  readonly maxMetrics?: number;
  /** A distance of samples, in milliseconds, from which on a value does not hold between them. Default: 5 minutes or 3 intervals. */
  readonly interruptedAfterMs?: number;
  /** How long a tick works before it lets others run, in milliseconds. Default: 2. */
  readonly sliceMs?: number;
  /** Whether the history defines metrics about itself in the collector. Default: true. */
  readonly selfMetrics?: boolean;
  /** Told of a tick that failed. Default: a process warning. */
  readonly onError?: (error: MetricsError) => void;
  /** Default: the clock of the system. */
  readonly clock?: Clock;
}

/** Options with all defaults. */
export interface HistorySettings {
  readonly track: readonly string[];
  readonly tracksAll: boolean;
  readonly intervalMs: number;
  readonly tiers: readonly TierPlan[];
  readonly maxBytes: number;
  readonly maxMetrics: number;
  readonly interruptedAfterMs: number;
  readonly lookbackMs: number;
  readonly sliceMs: number;
  readonly selfMetrics: boolean;
  readonly onError: (error: MetricsError) => void;
  readonly clock: Clock;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long Prometheus takes a value for valid. */
const LOOKBACK_MS = 5 * MINUTE_MS;
const DEFAULT_TIERS: readonly HistoryTierOptions[] = [
  { stepMs: MINUTE_MS, retentionMs: 2 * HOUR_MS },
  { stepMs: 10 * MINUTE_MS, retentionMs: 24 * HOUR_MS },
];

/** @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for an option out of range. */
export function historySettings(options: MetricsHistoryOptions): HistorySettings {
  const { intervalMs = 10_000, retentionMs = 10 * MINUTE_MS, tiers = DEFAULT_TIERS } = options;
  const { maxBytes = 64 * 2 ** 20, maxMetrics = 1000, sliceMs = 2 } = options;
  const { interruptedAfterMs = Math.max(LOOKBACK_MS, 3 * intervalMs) } = options;
  for (const [name, value] of Object.entries({
    intervalMs,
    retentionMs,
    maxBytes,
    maxMetrics,
    sliceMs,
    interruptedAfterMs,
  })) {
    if (!(Number.isFinite(value) && value > 0)) throw invalid(`${name} is ${value}`, 'Use a finite number above 0');
  }
  return {
    track: options.track === 'all' ? [] : [...(options.track ?? [])],
    tracksAll: options.track === 'all',
    intervalMs,
    tiers: tierPlans([{ stepMs: intervalMs, retentionMs }, ...tiers]),
    maxBytes,
    maxMetrics,
    interruptedAfterMs,
    lookbackMs: Math.max(LOOKBACK_MS, 2 * intervalMs),
    sliceMs,
    selfMetrics: options.selfMetrics ?? true,
    onError: options.onError ?? warn,
    clock: options.clock ?? systemClock,
  };
}

function tierPlans(tiers: readonly HistoryTierOptions[]): readonly TierPlan[] {
  return tiers.map(({ stepMs, retentionMs }, at) => {
    const finer = tiers[at - 1];
    if (!(Number.isFinite(stepMs) && Number.isFinite(retentionMs) && stepMs > 0 && retentionMs >= stepMs)) {
      throw invalid(`A tier has the step ${stepMs} ms and the retention ${retentionMs} ms`, 'Keep at least one step');
    }
    if (finer !== undefined && (stepMs <= finer.stepMs || stepMs % finer.stepMs !== 0)) {
      throw invalid(
        `A tier has the step ${stepMs} ms, the finer one before it ${finer.stepMs} ms`,
        'Order tiers finest first, each step a multiple of the one before',
      );
    }
    return {
      stepMs,
      retentionMs,
      segmentMs: segmentMs(stepMs, retentionMs, tiers[at + 1]?.stepMs ?? stepMs, at === 0),
    };
  });
}

/**
 * Longer segments compress better; shorter ones take less memory while they grow, and are dropped sooner after their time. Cells are
 * nine numbers and more, so that their segments are kept shorter.
 */
function segmentMs(stepMs: number, retentionMs: number, nextStepMs: number, isRaw: boolean): number {
  const [least, share, most] = isRaw ? [16, 4, 120] : [8, 12, 60];
  const ticks = Math.min(most, Math.max(least, Math.floor(retentionMs / stepMs / share)));
  return Math.ceil((ticks * stepMs) / nextStepMs) * nextStepMs;
}

function invalid(what: string, remedy: string): MetricsError {
  return new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, `${what}. ${remedy}.`);
}

function warn(error: MetricsError): void {
  process.emitWarning(error.message, { type: 'MetricsWarning', code: error.code });
}
