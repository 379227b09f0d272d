// For child processes of tests: lets Node 20 run TypeScript sources as the tests themselves do, with
// `node --conditions=@bduf/source --import=@bduf/jest-preset/run-sources file.ts`.
import { register } from 'node:module';

register('./source-loader.js', import.meta.url);
