import { MetricsError, MetricsErrorCode } from '../../interfaces/metrics-error.ts';

/** A span of time: milliseconds, or text as in PromQL, such as `'90s'`, `'5m'` or `'1h30m'`. */
export type Duration = number | string;

/** Units, longest first. A year has 365 days. */
const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

const DURATION = /^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?$/;

/**
 * The length of a duration in milliseconds.
 *
 * @param duration - Milliseconds, or text with the units `y`, `w`, `d`, `h`, `m`, `s` and `ms`, longest first.
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` unless it is a whole number of milliseconds, at least 0.
 */
export function durationMs(duration: Duration): number {
  const ms = typeof duration === 'number' ? duration : parse(duration);
  if (Number.isSafeInteger(ms) && ms >= 0) return ms;
  throw new MetricsError(
    MetricsErrorCode.ARGUMENT_INVALID,
    `${JSON.stringify(duration)} is no duration. Use whole milliseconds, or text such as "90s", "5m" or "1h30m".`,
  );
}

/** A duration as PromQL writes it: `5m`, `1h30m`, `250ms`. */
export function durationText(ms: number): string {
  if (ms === 0) return '0s';
  let rest = ms;
  let text = '';
  for (const [unit, length] of UNITS) {
    // 36h read better than 1d12h, and so do weeks and years that are not whole.
    if (length >= 86_400_000 && rest % length !== 0) continue;
    const whole = Math.floor(rest / length);
    if (whole > 0) text += `${whole}${unit}`;
    rest -= whole * length;
  }
  return text;
}

function parse(text: string): number {
  if (text === '' || !DURATION.test(text)) return NaN;
  let total = 0;
  for (const match of text.matchAll(/(\d+)([a-z]+)/g)) {
    total += Number(match[1]) * (UNITS.find(([unit]) => unit === match[2])?.[1] ?? NaN);
  }
  return total;
}
