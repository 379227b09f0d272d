import { afterAll, describe, it } from '@jest/globals';
import { stopAll } from '../running/live.mjs';
import { MissingBackendError, requireBackends } from './require-backends.mjs';

/** @type {typeof import('../jest.d.ts').describeWithBackends} */
export async function describeWithBackends(names, title, define) {
  const missing = await findMissing(names);
  if (missing === undefined) {
    describe(title, () => {
      afterAll(stopAll);
      define();
    });
  } else if (isContinuousIntegration(process.env)) {
    describe(title, () => {
      it(`finds ${names.join(', ')}`, () => {
        throw missing;
      });
    });
  } else {
    process.stderr.write(`Skipped "${title}". ${missing.message}\n`);
    describe.skip(title, define);
  }
}

/**
 * @param {readonly import('../provisioning/catalog.mjs').BackendName[]} names
 * @returns {Promise<MissingBackendError | undefined>}
 */
async function findMissing(names) {
  try {
    await requireBackends(names);
    return undefined;
  } catch (error) {
    if (error instanceof MissingBackendError) return error;
    throw error;
  }
}

/** @param {NodeJS.ProcessEnv} env */
const isContinuousIntegration = (env) => !['', '0', 'false', undefined].includes(env['CI']);
