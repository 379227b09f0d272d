import { describe, expect, it } from '@jest/globals';
import { MemoryAlertStateStore } from '@bduf/metrics-alerting';

describe('the store in memory', () => {
  it('keeps the last value of each kind and key, in the order in which keys came up', async () => {
    const store = new MemoryAlertStateStore();
    await store.append([
      { kind: 'alert', key: 'a', value: 1 },
      { kind: 'silence', key: 'a', value: 2 },
      { kind: 'alert', key: 'b', value: 3 },
      { kind: 'alert', key: 'a', value: 4 },
    ]);
    await store.append([{ kind: 'alert', key: 'b', value: null }]);
    expect(await store.load()).toEqual([
      { kind: 'alert', key: 'a', value: 4 },
      { kind: 'silence', key: 'a', value: 2 },
    ]);
  });

  it('is replaced as a whole by compact', async () => {
    const store = new MemoryAlertStateStore();
    await store.append([{ kind: 'alert', key: 'a', value: 1 }]);
    await store.compact([{ kind: 'alert', key: 'b', value: 2 }]);
    expect(await store.load()).toEqual([{ kind: 'alert', key: 'b', value: 2 }]);
  });
});
