import type { Clock, ClockTimer } from '@bduf/metrics-core/interfaces';
import type { Fault } from '../fault.ts';

const BLOCK_MS = 300;
const EVERY_MS = 700;

/** Computations that nobody has cut into slices keep the event loop from everything else. */
export function eventLoopBlock(clock: Clock): Fault {
  return {
    name: 'event_loop_block',
    description: `The event loop is blocked for ${BLOCK_MS} ms, over and over again.`,
    alert: 'event_loop_blocked',
    begin: () => {
      let timer: ClockTimer;
      const block = (): void => {
        const end = clock.monotonicMs() + BLOCK_MS;
        while (clock.monotonicMs() < end);
        timer = clock.setTimer(EVERY_MS, block);
      };
      timer = clock.setTimer(0, block);
      return () => timer.cancel();
    },
  };
}
