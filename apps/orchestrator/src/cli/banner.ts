import type { Orchestrator } from '../orchestrator.ts';
import type { Command } from './command-line.ts';

/** What is printed when the service has started. */
export function banner(
  { origin, links, mcpConfig, fed }: Orchestrator,
  { traffic, rate, seed, threads, cluster }: Command,
): string {
  const width = Math.max(...links.map(({ path }) => path.length));
  return [
    'BDUF Orchestrator is running.',
    '',
    ...links.map(({ path, description }) => `  ${origin}${path.padEnd(width)}  ${description}`),
    '',
    ...fed.flatMap(({ description }) => [description, '']),
    ...workers(threads, cluster),
    'MCP clients of both protocol eras are served at /mcp; paste this into their configuration:',
    '',
    mcpConfig,
    '',
    traffic
      ? `Simulated users send about ${rate} requests per second (seed ${seed}); --no-traffic turns them off.`
      : 'There is no simulated traffic.',
    'Ctrl-C ends it.',
  ].join('\n');
}

function workers(threads: number, processes: number): readonly string[] {
  if (threads + processes === 0) return [];
  return [
    `Requirements are read by ${threads} worker threads and ${processes} processes of a cluster; what they measure is shown ` +
      'with the rest, whatever becomes of them.',
    '',
  ];
}
