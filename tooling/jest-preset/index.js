import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Path of a module as this package sees it: the packages that use the preset need not depend on it themselves. */
const own = (specifier) => fileURLToPath(import.meta.resolve(specifier));

/** With BDUF_TEST_DIST=1 the same tests run against the built files instead of the sources. */
const sourceConditions = process.env.BDUF_TEST_DIST ? [] : ['@bduf/source'];

export default {
  testEnvironment: 'node',
  injectGlobals: false,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: [...sourceConditions, 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': [
      own('@swc/jest'),
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { decoratorVersion: '2022-03' },
          target: 'es2023',
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // A limit for tests that hang, not a measure of speed: the two cores of CI are shared by two packages at a time.
  testTimeout: 60_000,
  collectCoverageFrom: ['<rootDir>/src/**/*.ts'],
  coverageProvider: 'v8',
  reporters: ['default', own('@bduf/jest-preset/reporter')],
};
