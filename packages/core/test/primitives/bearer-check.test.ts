import { describe, expect, it } from '@jest/globals';
import { MetricsError } from '@bduf/metrics-core/interfaces';
import { createBearerCheck } from '@bduf/metrics-core/primitives';

describe('createBearerCheck', () => {
  const check = createBearerCheck(['first-token', 'second']);

  it.each([
    ['a token', 'Bearer first-token', true],
    ['another token', 'Bearer second', true],
    ['a scheme in other letters', 'bEARER second', true],
    ['no header', undefined, false],
    ['an empty header', '', false],
    ['no token', 'Bearer ', false],
    ['a wrong token', 'Bearer third', false],
    ['the beginning of a token', 'Bearer first', false],
    ['a token and more', 'Bearer first-token2', false],
    ['two tokens', 'Bearer first-token second', false],
    ['another scheme', 'Basic first-token', false],
    ['the token alone', 'first-token', false],
  ])('judges %s', (_, header, expected) => {
    expect(check(header)).toBe(expected);
  });

  it('takes a single token', () => {
    expect(createBearerCheck('only')('Bearer only')).toBe(true);
  });

  it.each([[[]], [''], [['good', '']], ['two words'], ['ünïcode']])(
    'refuses %j as tokens, without repeating them',
    (tokens) => {
      let thrown: unknown;
      try {
        createBearerCheck(tokens);
      } catch (error) {
        thrown = error;
      }
      expect(MetricsError.isInstance(thrown) && thrown.code).toBe('METRICS_ERR_ARGUMENT_INVALID');
      for (const token of [tokens].flat().filter((text) => text !== '')) expect(String(thrown)).not.toContain(token);
    },
  );
});
