import type { Clock, ClockTimer } from '@bduf/metrics-core/interfaces';
import type { Fault } from '../fault.ts';

/** Often enough that hardly anything is found twice. */
const FLUSH_MS = 50;

/** All caches are emptied over and over again. */
export function cacheFlush(caches: readonly { readonly clear: () => void }[], clock: Clock): Fault {
  return {
    name: 'cache_flush',
    description: 'All caches are emptied twenty times in a second.',
    alert: 'cache_ineffective',
    begin: () => {
      let timer: ClockTimer;
      const flush = (): void => {
        for (const cache of caches) cache.clear();
        timer = clock.setTimer(FLUSH_MS, flush);
      };
      flush();
      return () => timer.cancel();
    },
  };
}
