import { parseArgs } from 'node:util';
import * as z from 'zod';
import { MONITORING_SYSTEMS, type MonitoringSystemName } from '../monitoring/monitoring-system.ts';

/** What the command line asks for. */
export interface Command {
  readonly action: 'serve' | 'script' | 'help';
  readonly host: string;
  readonly port: number;
  /** Whether another port is taken when the port is in use. */
  readonly mayMove: boolean;
  readonly traffic: boolean;
  /** Mean number of simulated requests in a second. */
  readonly rate: number;
  readonly seed: number;
  /** Worker threads that read requirements. */
  readonly threads: number;
  /** Processes of a cluster that read requirements. */
  readonly cluster: number;
  /** Folder in which alerts survive the process. */
  readonly state: string | undefined;
  /** Monitoring systems to start and feed. */
  readonly with: readonly MonitoringSystemName[];
}

/** A command line that makes no sense. Its message says why. */
export class UsageError extends Error {}

/** How the program is used. */
export const USAGE = `Usage: demo [options]

  --port N       listen on this port (default 3000, or any free one when it is taken)
  --host HOST    listen on this address (default 127.0.0.1)
  --no-traffic   send no simulated requests
  --rate N       simulated requests per second, on average (default 20)
  --seed N       seed of the simulated users (default 1)
  --threads N    have N worker threads read requirements; their metrics are merged (default 0)
  --cluster N    have N processes of a cluster read requirements; likewise (default 0)
  --state DIR    keep alerts, silences and unsent notifications in this folder, so that they survive a restart
  --with NAME    start a real monitoring system and feed it; may be given several times:
                 ${MONITORING_SYSTEMS.join(', ')}
  --script       run a while without a terminal, check everything, and exit with 0 or 1
  --help         show this text`;

const DEFAULT_PORT = 3000;
const MOST_WORKERS = 64;

const checked = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(DEFAULT_PORT),
  rate: z.coerce.number().positive().max(1000).default(20),
  seed: z.coerce.number().int().default(1),
  threads: z.coerce.number().int().min(0).max(MOST_WORKERS).default(0),
  cluster: z.coerce.number().int().min(0).max(MOST_WORKERS).default(0),
  state: z.string().min(1).optional(),
  with: z.array(z.enum(MONITORING_SYSTEMS)).default([]),
});

/**
 * Reads the arguments of the program.
 *
 * @throws UsageError for an unknown option or a value out of range.
 */
export function parseCommandLine(args: readonly string[]): Command {
  const values = optionsOf(args);
  const parsed = checked.safeParse(values);
  if (!parsed.success) {
    throw new UsageError(parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n'));
  }
  return {
    action: actionOf(values),
    host: values.host,
    mayMove: values.port === undefined,
    traffic: !values['no-traffic'],
    ...parsed.data,
    state: parsed.data.state,
  };
}

/** All options as they were given. */
interface RawOptions {
  readonly help: boolean;
  readonly script: boolean;
  readonly 'no-traffic': boolean;
  readonly host: string;
  readonly port?: string | undefined;
  readonly rate?: string | undefined;
  readonly seed?: string | undefined;
  readonly threads?: string | undefined;
  readonly cluster?: string | undefined;
  readonly state?: string | undefined;
  readonly with?: readonly string[] | undefined;
}

function optionsOf(args: readonly string[]): RawOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        script: { type: 'boolean', default: false },
        'no-traffic': { type: 'boolean', default: false },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string' },
        rate: { type: 'string' },
        seed: { type: 'string' },
        threads: { type: 'string' },
        cluster: { type: 'string' },
        state: { type: 'string' },
        with: { type: 'string', multiple: true },
      },
    });
    return values;
  } catch (error) {
    // `parseArgs` throws nothing but errors about the arguments.
    throw new UsageError((error as Error).message);
  }
}

function actionOf({ help, script }: RawOptions): Command['action'] {
  if (help) return 'help';
  return script ? 'script' : 'serve';
}
