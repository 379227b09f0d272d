import type { BackendName } from './index.d.ts';

/**
 * Defines a block of tests that need real servers: `await describeWithBackends(['prometheus'], 'scrape', () => {…})`.
 *
 * Provides the servers first, which takes seconds when the cache is cold. Where one cannot be had the block fails if
 * the environment variable CI is set, and is skipped with a line that says what to install if it is not. Servers
 * and judges that the block leaves running are stopped after it.
 *
 * @param names What the tests need.
 * @param title Title of the block.
 * @param define Defines the tests, as for `describe`; also called for a skipped block, so that its tests are counted.
 */
export function describeWithBackends(names: readonly BackendName[], title: string, define: () => void): Promise<void>;
