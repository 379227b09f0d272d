/** Units of ours that OpenTelemetry abbreviates. */
const UNITS: Readonly<Record<string, string>> = {
  seconds: 's',
  milliseconds: 'ms',
  microseconds: 'us',
  nanoseconds: 'ns',
  minutes: 'min',
  hours: 'h',
  days: 'd',
  bytes: 'By',
  kilobytes: 'kBy',
  megabytes: 'MBy',
  kibibytes: 'KiBy',
  mebibytes: 'MiBy',
  celsius: 'Cel',
  meters: 'm',
  volts: 'V',
  amperes: 'A',
  joules: 'J',
  grams: 'g',
  ratio: '1',
  percent: '%',
};

/** A unit by UCUM, as OpenTelemetry asks for; one that UCUM does not have becomes an annotation such as `{orders}`. */
export function ucumUnit(unit: string): string {
  if (unit === '') return '';
  return Object.hasOwn(UNITS, unit) ? (UNITS[unit] ?? '') : `{${unit.replaceAll(/[{}]|[^\x21-\x7e]/g, '_')}}`;
}
