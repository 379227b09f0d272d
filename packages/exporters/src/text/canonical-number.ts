/**
 * The canonical form of `le` and `quantile` values in OpenMetrics: the shortest decimal, as Go's `%g`, with a `.0`
 * where neither point nor exponent would show that it is a float. Examples: `0.0`, `0.001`, `10.0`, `1e+06`, `1e-09`.
 */
export function canonicalNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  // Negative zero has no canonical form of its own; a bound of -0 is the bound 0.
  if (value === 0) return '0.0';
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 6) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const plain = String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}
