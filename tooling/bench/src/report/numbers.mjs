const SUFFIXES = { ns: ' ns', ms: ' ms', bytes: ' B' };

/** A measured value for people: three digits and its unit. */
export function withUnit(value, unit) {
  return `${threeDigits(value)}${SUFFIXES[unit]}`;
}

/** A ratio for people. */
export function ratioText(ratio) {
  return ratio < 0.1 ? ratio.toFixed(3) : ratio.toFixed(2);
}

function threeDigits(value) {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
