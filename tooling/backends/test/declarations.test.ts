import { expect, it } from '@jest/globals';
import type * as declared from '@bduf/backends';
import * as implemented from '../src/index.mjs';

it('is declared as it is implemented', () => {
  // The compiler compares the types that it finds in the JavaScript with those that are written in the declaration.
  const conforming: typeof declared = implemented;
  const names: Record<keyof typeof implemented, string> = {
    BACKEND_NAMES: 'object',
    MissingBackendError: 'function',
    openMetricsJudge: 'function',
    pollUntil: 'function',
    promtoolCheckMetrics: 'function',
    promtoolCheckRules: 'function',
    promtoolTestRules: 'function',
    provision: 'function',
    requireBackends: 'function',
    start: 'object',
    stopAll: 'function',
  };
  const kinds = Object.entries(conforming).map(([name, value]) => [name, typeof value]);
  expect(Object.fromEntries(kinds)).toEqual(names);
});
