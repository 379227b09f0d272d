const DECIMAL = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;
const WORDS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  '+Inf': Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
};

/** The number that a text says in both text formats, or `undefined`. A decimal beyond the range of doubles is refused. */
export function parseNumberText(text: string): number | undefined {
  const word = WORDS[text];
  if (word !== undefined || !DECIMAL.test(text)) return word;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/**
 * Whether a text is the canonical form of its number for `le` and `quantile` labels of OpenMetrics: shortest digits, a
 * point where there is no exponent, an exponent of at least two digits from 10^6 on and below 10^-4.
 */
export function isCanonicalNumber(text: string): boolean {
  if (text === '+Inf' || text === '-Inf' || text === '0.0') return true;
  const parts = /^-?(?<whole>\d+)(?:\.(?<fraction>\d+))?(?:e(?<exponent>[+-]\d{2,3}))?$/.exec(text)?.groups;
  const value = Number(text);
  if (parts === undefined || value === 0) return false;
  const { whole = '', fraction = '', exponent } = parts;
  const magnitude = Math.floor(Number(value.toExponential().split('e')[1]));
  const hasExponent = magnitude < -4 || magnitude >= 6;
  if (hasExponent !== (exponent !== undefined)) return false;
  if (hasExponent) {
    return whole.length === 1 && whole !== '0' && !fraction.endsWith('0') && hasShortestDigits(whole + fraction, value);
  }
  const isTidy = (whole === '0' || !whole.startsWith('0')) && (fraction === '0' || /[1-9]$/.test(fraction));
  return isTidy && hasShortestDigits(whole + fraction, value);
}

function hasShortestDigits(digits: string, value: number): boolean {
  const shortest = Math.abs(value).toExponential().replace('.', '').split('e')[0] ?? '';
  return trimZeros(digits) === trimZeros(shortest);
}

function trimZeros(digits: string): string {
  return digits.replace(/^0+/, '').replace(/0+$/, '');
}
