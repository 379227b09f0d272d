// Serves the page with replayed traffic until it is interrupted:
// node --conditions=@bduf/source --import=@bduf/jest-preset/run-sources test/support/run-demo.ts [port]
import { startDemo } from './demo.ts';

const demo = await startDemo({ port: Number(process.argv[2] ?? 0) });
process.stdout.write(`${demo.url}\n`);
