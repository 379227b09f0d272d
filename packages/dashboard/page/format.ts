const NUMBER = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const HOUR_MINUTE = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const MOMENT = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** How a number is meant. */
export type Unit =
  | 'seconds'
  | 'bytes'
  | 'bytes/s'
  | 'ratio'
  | 'percent'
  | '/s'
  | '/min'
  | 'count'
  | 'hours'
  | 'days'
  | 'minutes'
  | '';

/** What stands for a value that nobody knows. */
const UNKNOWN = '–';

/** A number for people, with its unit. */
export function format(value: number | null | undefined, unit: Unit = ''): string {
  if (value === null || value === undefined || Number.isNaN(value)) return UNKNOWN;
  switch (unit) {
    case 'seconds':
      return duration(value);
    case 'bytes':
      return bytes(value);
    case 'bytes/s':
      return `${bytes(value)}/s`;
    case 'ratio':
      return `${NUMBER.format(value * 100)} %`;
    case 'percent':
      return `${NUMBER.format(value)} %`;
    case '/s':
    case '/min':
      return `${plain(value)} ${unit}`;
    case 'hours':
    case 'days':
    case 'minutes':
      return `${plain(value)} ${{ hours: 'h', days: 'd', minutes: 'min' }[unit]}`;
    case 'count':
    case '':
      return plain(value);
    default:
      // A unit that only the server knows.
      return plain(value);
  }
}

function plain(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${NUMBER.format(value / 1e9)} G`;
  if (size >= 1e6) return `${NUMBER.format(value / 1e6)} M`;
  return size >= 1000 ? WHOLE.format(value) : NUMBER.format(value);
}

/** Seconds for people. */
export function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) return '0 s';
  if (size < 1e-3) return `${NUMBER.format(seconds * 1e6)} µs`;
  if (size < 1) return `${NUMBER.format(seconds * 1000)} ms`;
  if (size < 120) return `${NUMBER.format(seconds)} s`;
  if (size < 7200) return `${WHOLE.format(seconds / 60)} min`;
  return size < 172_800 ? `${NUMBER.format(seconds / 3600)} h` : `${NUMBER.format(seconds / 86_400)} d`;
}

function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.abs(value) || 1) / 10)));
  return `${NUMBER.format(value / 1024 ** power)} ${units[power] ?? 'B'}`;
}

/** Time of day. */
export function clock(ms: number): string {
  return CLOCK.format(ms);
}

/** Time of day without seconds. */
export function hourMinute(ms: number): string {
  return HOUR_MINUTE.format(ms);
}

/** Day and time. */
export function moment(at: string | number): string {
  return MOMENT.format(new Date(at));
}

/** How a metric's numbers are meant, by its unit or name. */
export function unitOf(name: string, unit: string): Unit {
  for (const known of ['seconds', 'bytes', 'ratio', 'percent', 'hours', 'days', 'minutes'] as const) {
    if (unit === known || name.endsWith(`_${known}`) || name.includes(`_${known}_`)) return known;
  }
  return '';
}

/** Labels as one text. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.values(labels).join(' · ') || 'all';
}
