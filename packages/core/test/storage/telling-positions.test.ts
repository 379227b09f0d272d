import { describe, expect, it } from '@jest/globals';
import { countTold, NO_POSITION, tellingPositions } from '../../src/storage/telling-positions.ts';

describe('telling positions', () => {
  it.each([
    ['lengths that differ', ['GET', 'POST', 'DELETE'], [NO_POSITION, NO_POSITION]],
    ['one character that differs', ['/a/1', '/a/2', '/a/3'], [3, NO_POSITION]],
    ['two that differ', ['200', '201', '404', '500'], [0, 2]],
    ['a character beyond the end of others', ['a', 'ab', 'ac'], [1, NO_POSITION]],
  ])('are those of %s', (_, texts, positions) => {
    expect(tellingPositions(texts)).toEqual(positions);
    expect(countTold(texts, ...tellingPositions(texts))).toBe(texts.length);
  });

  it('stay few and near the beginning, whatever the texts are', () => {
    const texts = Array.from({ length: 128 }, (_, at) => 'x'.repeat(100) + String.fromCharCode(at));
    expect(tellingPositions(texts)).toEqual([NO_POSITION, NO_POSITION]);
    expect(tellingPositions(['', '\uFFFF'])).toEqual([NO_POSITION, NO_POSITION]);
  });
});
