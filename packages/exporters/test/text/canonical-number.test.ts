import { describe, expect, it } from '@jest/globals';
import { canonicalNumber } from '../../src/text/canonical-number.ts';

describe('canonicalNumber', () => {
  it.each([
    [0, '0.0'],
    [-0, '0.0'],
    [0.001, '0.001'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1e-9, '1e-09'],
    [1, '1.0'],
    [2.5, '2.5'],
    [-1, '-1.0'],
    [10, '10.0'],
    [100_000, '100000.0'],
    [999_999, '999999.0'],
    [1e6, '1e+06'],
    [1_234_567, '1.234567e+06'],
    [1e100, '1e+100'],
    [1.5e-300, '1.5e-300'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('writes %d as %s', (value, expected) => {
    expect(canonicalNumber(value)).toBe(expected);
  });
});
