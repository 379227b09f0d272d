// A server of SDK version 1 over standard input and output.
import process from 'node:process';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { MetricsCollector } from '@bduf/metrics-core';
import { createV1Server } from '../support/v1-worlds.ts';
import { writeReadings } from './write-readings.ts';

const metrics = new MetricsCollector();
const server = createV1Server(metrics, { slowCalls: 0 });
await server.connect(new StdioServerTransport());
// The transport of version 1 does not notice that its client has gone.
process.stdin.on('end', () => {
  server.close().then(
    () => writeReadings(metrics),
    (error: unknown) => process.emitWarning(String(error)),
  );
});
