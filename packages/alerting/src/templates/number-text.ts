/** A number as `%v` of Go prints it: the shortest text that reads back the same, with an exponent below -4 and from 21 on. */
export function shortestText(value: number): string {
  const special = specialText(value);
  if (special !== undefined) return special;
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  return usesExponent(Number(exponent), 21) && value !== 0 ? `${digits}${exponentText(exponent)}` : plainText(value);
}

/** A number as `%.4g` of Go prints it: four significant digits, with an exponent below -4 and from 4 on. */
export function generalText(value: number, precision = 4): string {
  const special = specialText(value);
  if (special !== undefined) return special;
  if (value === 0) return plainText(value);
  const significant = Math.max(1, precision);
  const [digits = '', exponent = '0'] = value.toExponential(significant - 1).split('e');
  if (usesExponent(Number(exponent), significant)) return `${withoutZeros(digits)}${exponentText(exponent)}`;
  return plainText(Number(value.toPrecision(significant)));
}

/** A number with an exponent in any case, as `%e` of Go prints it. */
export function scientificText(value: number, precision = 6): string {
  const special = specialText(value);
  if (special !== undefined) return special;
  const [digits = '', exponent = '0'] = value.toExponential(precision).split('e');
  return `${digits}${exponentText(exponent)}`;
}

/** A number without exponent, as `%f` of Go prints it. */
export function fixedText(value: number, precision = 6): string {
  // From 1e21 on `toFixed` falls back to an exponent.
  return specialText(value) ?? (Math.abs(value) < 1e21 ? value.toFixed(precision) : BigInt(value).toString());
}

function specialText(value: number): string | undefined {
  if (Number.isFinite(value)) return undefined;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

function usesExponent(exponent: number, limit: number): boolean {
  return exponent < -4 || exponent >= limit;
}

/** At least two digits, always with a sign. */
function exponentText(exponent: string): string {
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `e${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`;
}

function withoutZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

function plainText(value: number): string {
  // JavaScript changes to an exponent later than Go at either end, so that none is left here.
  return Object.is(value, -0) ? '-0' : String(value);
}
