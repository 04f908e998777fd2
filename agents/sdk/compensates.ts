/** What a COMPENSATE ticket is to undo. */
import { z } from 'zod';
import type { ExecutionTicket } from '../../core/messages/execution-ticket.ts';
import { stringMap } from '../../core/messages/primitives.ts';

export interface Compensates {
  /** The ticket whose work is undone. */
  readonly ticketId: string;
  /** Its task. */
  readonly taskId: string;
  /** What it answered with; undefined when that is not handed on (over 64 KB, or the ticket was skipped). */
  readonly output: Readonly<Record<string, string>> | undefined;
}

const undone = z.object({ compensates: z.uuid(), undo: z.string().min(1), output: z.string().optional() });

/**
 * Read from the metadata that the orchestrator gives such a ticket: `compensates`, `undo`, `output` (JSON). undefined for
 * any other ticket, also for a plan's own task of the type COMPENSATE: that one undoes nothing that is known of.
 */
export function compensatesOf({ task_type, metadata }: ExecutionTicket): Compensates | undefined {
  const parsed = task_type === 'COMPENSATE' ? undone.safeParse(metadata) : undefined;
  if (!parsed?.success) return undefined;
  const { compensates, undo, output } = parsed.data;
  return { ticketId: compensates, taskId: undo, output: parseOutput(output) };
}

function parseOutput(json: string | undefined): Record<string, string> | undefined {
  try {
    return stringMap.safeParse(JSON.parse(json ?? '')).data;
  } catch {
    return undefined;
  }
}
