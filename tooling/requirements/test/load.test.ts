import { describe, expect, it, jest } from '@jest/globals';
import { runProgram } from './run-program.ts';

// What measures takes its time on a machine that others use, too. The limit is for what hangs.
jest.setTimeout(300_000);

describe('five million operations with series that come and go', () => {
  it('end with exact totals, and with the memory of the first tenth', async () => {
    // The program exits with 1 for a total that is wrong by one, and for memory that grew.
    const output = await runProgram('tooling/bench/soak/core-soak.mjs', '5000000');
    expect(output).toMatch(/^5000000 operations in [\d.]+ s, memory [+-]?\d+ bytes$/m);
  });
});
