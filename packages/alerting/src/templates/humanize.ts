import { generalText } from './number-text.ts';

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
const BINARY = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];

const SECONDS_A_MINUTE = 60;
const SECONDS_AN_HOUR = 3600;
const SECONDS_A_DAY = 86_400;
/** Beyond this, days are no longer a useful unit and integers no longer exact. */
const LONGEST_DURATION = 1e15;
/** Largest time that a `Date` can hold, in seconds. */
const LATEST_TIMESTAMP = 8.64e12;

/** A number with an SI prefix: 1234567 is `1.235M`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return generalText(value);
  return Math.abs(value) >= 1 ? scaledDown(value, LARGE, 1000) : scaledUp(value);
}

/** A number with a binary prefix: 1048576 is `1Mi`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return generalText(value);
  return scaledDown(value, BINARY, 1024);
}

/** Seconds as days, hours, minutes and seconds. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return generalText(seconds);
  if (seconds === 0) return `${generalText(seconds)}s`;
  if (Math.abs(seconds) < 1) return `${scaledUp(seconds)}s`;
  const sign = seconds < 0 ? '-' : '';
  return `${sign}${longDuration(Math.abs(seconds))}`;
}

/** A share as percent: 0.123 is `12.3%`. */
export function humanizePercentage(value: number): string {
  return `${generalText(value * 100)}%`;
}

/** Seconds since the epoch as a date, to the millisecond. */
export function humanizeTimestamp(seconds: number): string {
  if (!Number.isFinite(seconds) || Math.abs(seconds) > LATEST_TIMESTAMP) return generalText(seconds);
  const text = new Date(Math.floor(seconds * 1000)).toISOString();
  const [day = '', time = ''] = text.slice(0, -1).split('T');
  const [clock = '', fraction = ''] = time.split('.');
  const digits = fraction.replace(/0+$/, '');
  return `${day} ${digits === '' ? clock : `${clock}.${digits}`} +0000 UTC`;
}

function longDuration(seconds: number): string {
  if (seconds >= LONGEST_DURATION) return `${generalText(seconds)}s`;
  const whole = Math.trunc(seconds);
  const days = Math.trunc(whole / SECONDS_A_DAY);
  const hours = Math.trunc(whole / SECONDS_AN_HOUR) % 24;
  const minutes = Math.trunc(whole / SECONDS_A_MINUTE) % 60;
  const rest = whole % SECONDS_A_MINUTE;
  if (days > 0) return `${days}d ${hours}h ${minutes}m ${rest}s`;
  if (hours > 0) return `${hours}h ${minutes}m ${rest}s`;
  return minutes > 0 ? `${minutes}m ${rest}s` : `${generalText(seconds)}s`;
}

function scaledDown(value: number, prefixes: readonly string[], base: number): string {
  let scaled = value;
  let prefix = '';
  for (const next of prefixes) {
    if (Math.abs(scaled) < base) break;
    prefix = next;
    scaled /= base;
  }
  return `${generalText(scaled)}${prefix}`;
}

function scaledUp(value: number): string {
  let scaled = value;
  let prefix = '';
  for (const next of SMALL) {
    if (Math.abs(scaled) >= 1) break;
    prefix = next;
    scaled *= 1000;
  }
  return `${generalText(scaled)}${prefix}`;
}
