/** ExecutionResult: what an agent reports of a ticket's attempt. */
import { z } from 'zod';
import { absent, agentId, epochMs, schemaVersion, stringMap, text } from './primitives.ts';

/** A code is a name to act on, not a message; it is read with every list of tickets. */
export const MAX_ERROR_CODE_CHARACTERS = 128;

export const executionResult = z
  .object({
    ticket_id: z.uuid(),
    status: z.enum(['COMPLETED', 'FAILED', 'RUNNING']),
    result: absent(
      z.object({
        success: z.boolean(),
        output: stringMap.default({}),
        metadata: stringMap.default({}),
        logs: z.array(text).default([]),
      }),
    ),
    error_message: absent(text),
    error: absent(
      z.object({ code: absent(text.max(MAX_ERROR_CODE_CHARACTERS)), retryable: z.boolean().default(true) }),
    ),
    actual_duration_ms: absent(z.int().nonnegative()),
    agent_id: agentId,
    timestamp: epochMs,
    schema_version: schemaVersion,
  })
  .meta({
    id: 'ExecutionResult',
    title: 'ExecutionResult',
    description: "What an agent reports of a ticket's attempt",
  });
export type ExecutionResult = z.output<typeof executionResult>;
export type ExecutionResultInput = z.input<typeof executionResult>;
