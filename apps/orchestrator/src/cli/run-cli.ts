import { type Orchestrator, startOrchestrator } from '../orchestrator.ts';
import { readRouteTraffic } from '../metrics/route-traffic.ts';
import { trafficTable } from '../reports/traffic-table.ts';
import { runScript } from '../self-check/run-script.ts';
import { banner } from './banner.ts';
import { type Command, parseCommandLine, USAGE, UsageError } from './command-line.ts';

/** Where the program meets the world. */
export interface Terminal {
  /** Prints a text and a line feed. */
  readonly print: (text: string) => void;
  /** Prints an error and a line feed. */
  readonly printError: (text: string) => void;
  /** Settles when the user wants the program to end. */
  readonly interrupted: () => Promise<void>;
}

/** Exit code of a command line that makes no sense. */
const EXIT_USAGE = 2;

/** Runs the program. Returns its exit code. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const command = parseCommandLine(args);
    if (command.action === 'script') return (await runScript(command.seed, terminal.print)) ? 0 : 1;
    if (command.action === 'help') terminal.print(USAGE);
    else await serve(command, terminal);
    return 0;
  } catch (error) {
    terminal.printError(messageOf(error));
    return error instanceof UsageError ? EXIT_USAGE : 1;
  }
}

async function serve(command: Command, terminal: Terminal): Promise<void> {
  const interrupted = terminal.interrupted();
  const started = performance.now();
  const { host, port, mayMove, rate: requestsPerSecond, seed } = command;
  const orchestrator = await startOrchestrator({
    host,
    port,
    mayMove,
    traffic: command.traffic ? { requestsPerSecond, seed } : undefined,
    workers: { threads: command.threads, processes: command.cluster },
    ...(command.state !== undefined && { stateFolder: command.state }),
    feeds: command.with,
    onError: (error) => terminal.printError(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
  terminal.print(`\n${banner(orchestrator, command)}\n`);
  await interrupted;
  await orchestrator.stop();
  terminal.print(`\n${summary(orchestrator, performance.now() - started)}`);
}

/** What is printed in the end, from the metrics themselves. */
function summary({ collector }: Orchestrator, elapsedMs: number): string {
  const traffic = readRouteTraffic(collector);
  const total = traffic.reduce((sum, { requests }) => sum + requests, 0);
  return `${total} requests in ${Math.round(elapsedMs / 1000)} s, as the collector has counted them:\n\n${trafficTable(traffic)}`;
}

function messageOf(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${USAGE}`;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (code === 'EADDRINUSE') return `${String(message)}. Choose another port, or leave --port out to get a free one.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
