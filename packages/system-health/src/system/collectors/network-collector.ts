import { SystemMetricDefinitions } from '@bduf/metrics-core/interfaces';
import { OptionalFile } from '../readings/optional-file.ts';
import { RecentReading } from '../readings/recent-reading.ts';
import type { SystemContext } from '../system-collector.ts';

/** Interfaces that are told apart; hosts of containers have one for each. */
const MOST_INTERFACES = 100;

/** Traffic by interface and open connections by protocol, of the network namespace of the process. Linux only. */
export function collectNetwork(context: SystemContext): undefined {
  collectTraffic(context);
  collectConnections(context);
}

interface InterfaceTraffic {
  readonly interface: string;
  readonly received: number;
  readonly sent: number;
}

function collectTraffic({ metrics, readings, clock }: SystemContext): void {
  const dev = new OptionalFile(readings, '/proc/net/dev');
  if (dev.read() === undefined) return;
  const recent = new RecentReading(clock, () => trafficOf(dev.read() ?? ''));
  const show =
    (direction: 'received' | 'sent') =>
    ({ set }: { readonly set: (labels: { readonly interface: string }, value: number) => void }): void => {
      for (const traffic of recent.get()) set({ interface: traffic.interface }, traffic[direction]);
    };
  const bounded = { maxSeries: MOST_INTERFACES };
  metrics.counter({ ...SystemMetricDefinitions.NETWORK_BYTES_SENT, ...bounded, collect: show('sent') });
  metrics.counter({ ...SystemMetricDefinitions.NETWORK_BYTES_RECEIVED, ...bounded, collect: show('received') });
}

/** After two lines of headings `name: received-bytes …7 fields… sent-bytes …`. Alias names hold colons, numbers never do. */
function trafficOf(dev: string): readonly InterfaceTraffic[] {
  return dev.split('\n').flatMap((line) => {
    const colon = line.lastIndexOf(':');
    if (colon === -1) return [];
    const fields = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/);
    return [{ interface: line.slice(0, colon).trim(), received: Number(fields[0]), sent: Number(fields[8]) }];
  });
}

/** Not `/proc/net/tcp`, which lists every connection and costs over a millisecond. */
const SOCKSTATS = [
  { path: '/proc/net/sockstat', protocols: [protocol('tcp'), protocol('udp')] },
  { path: '/proc/net/sockstat6', protocols: [protocol('tcp6'), protocol('udp6')] },
];

/** Finds `TCP: inuse 17 orphan …`. */
function protocol(name: string): { readonly name: string; readonly inUse: RegExp } {
  return { name, inUse: new RegExp(`^${name.toUpperCase()}: inuse (\\d+)`, 'm') };
}

function collectConnections({ metrics, readings }: SystemContext): void {
  const files = SOCKSTATS.map(({ path, protocols }) => ({ file: new OptionalFile(readings, path), protocols }));
  if (files.every(({ file }) => file.read() === undefined)) return;
  metrics.gauge({
    ...SystemMetricDefinitions.NETWORK_CONNECTIONS_ACTIVE,
    collect: ({ set }) => {
      for (const { file, protocols } of files) {
        const text = file.read() ?? '';
        for (const { name, inUse } of protocols) {
          const count = inUse.exec(text)?.[1];
          if (count !== undefined) set({ protocol: name }, Number(count));
        }
      }
    },
  });
}
