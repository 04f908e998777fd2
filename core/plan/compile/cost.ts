/** What a machine costs, counted from its intermediate form. */
import { COMPLETION_RETRIES, SEND_RETRIES } from './asl.ts';
import type { IrState, MachineIr } from './ir.ts';
import { STATES } from './names.ts';
import { definitionBytes } from './size.ts';

export interface CompileStats {
  tickets: number;
  /** States of the definition, those of the failure path included. */
  states: number;
  /**
   * States entered by an execution that succeeds, each once: one a ticket, one a Parallel (the outermost included) and
   * the completion. AWS bills a transition for each. The start and the retries of the completion are not counted.
   */
  transitions: number;
  gated_edges: number;
  /** UTF-8 bytes of the definition as compact JSON with the symbolic bindings. */
  bytes: number;
  /** Events in the execution's history if everything happens that can; see `worstHistory`. */
  worst_history_events: number;
}

/** Plan, Plan completed; the others are entered by failing executions only. */
const ENTERED_FIXED = 2;
const STATES_FIXED = Object.keys(STATES).length;

export function costOf(ir: MachineIr, gatedEdges: number): CompileStats {
  const { tickets, forks } = countStates(ir);
  return {
    tickets,
    states: tickets + forks + STATES_FIXED,
    transitions: tickets + forks + ENTERED_FIXED,
    gated_edges: gatedEdges,
    bytes: definitionBytes(ir),
    worst_history_events: worstHistory(tickets, forks),
  };
}

function countStates(ir: MachineIr): { tickets: number; forks: number } {
  let tickets = 0;
  let forks = 0;
  const visit = (branches: readonly IrState[][]): void => {
    for (const branch of branches)
      for (const state of branch)
        if (state.kind === 'ticket') tickets++;
        else {
          forks++;
          visit(state.branches);
        }
  };
  visit(ir.branches);
  return { tickets, forks };
}

/**
 * Step Functions records: for the execution, Started and Succeeded or Failed; for a ticket, StateEntered, Scheduled,
 * Started, Submitted, Succeeded, StateExited, and Scheduled, Started, SubmitFailed for each time that the message could
 * not be sent; for a Parallel, StateEntered, Started, Succeeded, StateExited; for a call of complete-plan, StateEntered
 * and StateExited, and Scheduled, Started, Failed or Succeeded a try. Worst is an execution that fails and is undone: the
 * ticket that fails has no StateExited (one event less), and FailStateEntered comes instead; then there are the choice,
 * and the compensation with the call that it waits behind, which records Submitted as well.
 */
function worstHistory(tickets: number, forks: number): number {
  const call = 2 + 3 * (1 + COMPLETION_RETRIES);
  const choice = 2;
  return 2 + (6 + 3 * SEND_RETRIES) * tickets + 4 * (forks + 1) + call + choice + (call + 1);
}
