// A server of SDK version 2 over standard input and output, for both eras of the protocol.
import process from 'node:process';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { MetricsCollector } from '@bduf/metrics-core';
import { createV2Server } from '../support/v2-worlds.ts';
import { writeReadings } from './write-readings.ts';

const metrics = new MetricsCollector();
const state = { slowCalls: 0 };
serveStdio(() => createV2Server(metrics, state));
process.on('exit', () => writeReadings(metrics));
