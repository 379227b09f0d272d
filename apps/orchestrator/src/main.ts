import process from 'node:process';
import { runCli } from './cli/run-cli.ts';

// The composition of the service is in `orchestrator.ts`.
process.exitCode = await runCli(process.argv.slice(2), {
  print: (text) => process.stdout.write(`${text}\n`),
  printError: (text) => process.stderr.write(`${text}\n`),
  interrupted: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        // A second signal ends the process at once, as it does by default.
        process.once(signal, () => resolve());
      }
    }),
});
