import type { Clock, ClockTimer } from '@bduf/metrics-core/interfaces';
import type { Fault } from '../fault.ts';

const STEP_BYTES = 16 * 1024 * 1024;
const STEP_MS = 500;
/** A leak that would end the process teaches nobody anything. */
const MOST_STEPS = 24;

/** Memory is taken and not given back. */
export function memoryGrowth(clock: Clock): Fault {
  return {
    name: 'memory_growth',
    description: `The process takes ${(STEP_BYTES / 1024 / 1024) * (1000 / STEP_MS)} MiB of memory each second, up to ${(STEP_BYTES * MOST_STEPS) / 1024 / 1024} MiB.`,
    alert: 'memory_growth',
    begin: () => {
      let kept: Buffer[] = [];
      let timer: ClockTimer;
      const grow = (): void => {
        // Filled, since memory that nobody has written to is none yet.
        kept.push(Buffer.alloc(STEP_BYTES, 1));
        if (kept.length < MOST_STEPS) timer = clock.setTimer(STEP_MS, grow);
      };
      timer = clock.setTimer(0, grow);
      return () => {
        timer.cancel();
        kept = [];
      };
    },
  };
}
