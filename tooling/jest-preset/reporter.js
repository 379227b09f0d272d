import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** How long jest may stay alive after its last test before the package counts as broken. */
const EXIT_GRACE_MS = 5000;

/**
 * Writes `reports/tests.json`: counts, from which the closing line of the whole repository is summed, and how each test
 * ended, which the requirements are compared with.
 */
export default class CountReporter {
  #rootDir;

  constructor(globalConfig) {
    this.#rootDir = globalConfig.rootDir;
  }

  onRunComplete(_contexts, results) {
    const directory = path.join(this.#rootDir, 'reports');
    mkdirSync(directory, { recursive: true });
    // A file that does not load has no tests, yet it must count.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + (results.runExecError ? 1 : 0);
    const counts = {
      passed: results.numPassedTests,
      failed,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    const tests = results.testResults.flatMap(({ testFilePath, testResults }) => {
      const file = path.relative(this.#rootDir, testFilePath).replaceAll(path.sep, '/');
      return testResults.map(({ title, status }) => ({ file, title, status }));
    });
    writeFileSync(path.join(directory, 'tests.json'), `${JSON.stringify({ ...counts, tests })}\n`);

    // A leaked timer or socket would keep jest, and with it the whole run, waiting for ever.
    setTimeout(() => {
      console.error('Tests left handles open: find them with --detectOpenHandles');
      process.exit(1);
    }, EXIT_GRACE_MS).unref();
  }
}
