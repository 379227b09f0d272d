import process from 'node:process';
import { runTests } from './run-tests.mjs';

process.exitCode = runTests(process.argv.slice(2)) ? 0 : 1;
