import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { toolResult } from '../mcp/tool-result.ts';
import { type FaultBoard, MOST_FAULT_SECONDS } from './fault-board.ts';
import { FAULT_NAMES } from './fault.ts';

const inputSchema = z.strictObject({
  fault: z.enum(FAULT_NAMES),
  seconds: z.number().min(0).max(MOST_FAULT_SECONDS).default(20).describe('0 ends it'),
});

/** Registers the tool by which a model can break the service. */
export function registerInjectFaultTool(server: McpServer, faults: FaultBoard): void {
  server.registerTool(
    'inject_fault',
    {
      description:
        'Breaks a part of this demonstration on purpose for a while, so that its alerts can be seen at work.',
      inputSchema,
      annotations: { destructiveHint: true, idempotentHint: true, openWorldHint: false },
    },
    ({ fault, seconds }) => {
      if (seconds === 0) faults.end(fault);
      else faults.inject(fault, seconds);
      return toolResult({ faults: faults.states });
    },
  );
}
