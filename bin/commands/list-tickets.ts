/** `hive tickets`. */
import { STATUS_OF_PHASE } from '../../core/ticket/view.ts';
import type { Run } from '../support/command.ts';
import { EXIT } from '../support/exit-codes.ts';
import { connectHive } from '../support/hive-client.ts';
import type { Out } from '../support/io.ts';
import { PHASE_LOOK, WORD_WIDTH } from '../support/phases.ts';
import { createLook } from '../support/plan-view.ts';
import type { TargetOptions } from '../support/target.ts';
import { duration, padTo, plain, toJson, width } from '../support/text.ts';
import { type TicketTiming, timingOf } from '../support/timing.ts';
import { unknownPlan } from '../support/unknown.ts';
import { whyWaiting } from '../support/why-waiting.ts';

export const listTickets: Run<TargetOptions & { status?: string }> = async (io, [planId = ''], options) => {
  const hive = await connectHive(options, io);
  try {
    const look = createLook({ ledger: hive.ledger, reader: hive.reader }, planId);
    const [view, agents] = await Promise.all([look(io.now()), hive.registry.listByCapability('*')]);
    if (view === undefined) throw unknownPlan(planId);
    const timings = timingOf(view).tickets;
    const byTask = new Map(view.tickets.map((row) => [row.task_id, row]));
    const found = view.tickets.map((row, at) => {
      const { task_id, ticket_id, task_type, dependencies, required_capabilities, state } = row;
      const why = whyWaiting(row, { plan: view.plan, rows: byTask, agents, now: io.now() });
      return {
        task_id,
        ticket_id,
        task_type,
        status: STATUS_OF_PHASE[state.phase],
        phase: state.phase,
        dependencies,
        required_capabilities,
        ...timings[at],
        ...('agent_id' in state ? { agent_id: state.agent_id, attempt: state.attempt } : {}),
        ...(state.phase === 'failed' ? { error_code: state.error_code, error_message: state.error_message } : {}),
        ...(state.phase === 'cancelled' ? { reason: state.reason } : {}),
        ...(state.phase === 'skipped' ? { reason: `skipped by ${state.by}: ${state.why}` } : {}),
        ...(why === undefined ? {} : { why }),
      };
    });
    const listed = options.status === undefined ? found : found.filter(({ status }) => status === options.status);
    if (options.json) io.stdout.write(`${toJson(listed)}\n`);
    else if (listed.length === 0) io.stdout.write('no such tickets\n');
    else for (const line of lines(listed, io.stdout.color)) io.stdout.write(`${line}\n`);
    return EXIT.ok;
  } finally {
    hive.close();
  }
};

interface Listed extends Partial<TicketTiming> {
  readonly task_id: string;
  readonly ticket_id: string;
  readonly phase: keyof typeof PHASE_LOOK;
  readonly agent_id?: string;
  readonly error_code?: string;
  readonly error_message?: string;
  readonly reason?: string;
  readonly why?: string;
}

const MAX_NAME = 40;

function lines(tickets: readonly Listed[], color: Out['color']): string[] {
  const nameWidth = Math.min(MAX_NAME, Math.max(...tickets.map(({ task_id }) => width(plain(task_id)))));
  return tickets.map((ticket) => {
    const { mark, word, colour } = PHASE_LOOK[ticket.phase];
    const what = [
      ticket.ran_ms === undefined ? '' : `ran ${duration(ticket.ran_ms)}`,
      ticket.agent_id === undefined || ticket.why !== undefined ? '' : `on ${plain(ticket.agent_id)}`,
      ticket.error_code === undefined ? '' : plain(`${ticket.error_code}: ${ticket.error_message}`),
      ticket.reason === undefined ? '' : plain(ticket.reason),
    ].filter(Boolean);
    const why = ticket.why?.startsWith('LOST?') ? color.bold(color.red(ticket.why)) : (ticket.why ?? '');
    const head = `${mark} ${padTo(plain(ticket.task_id), nameWidth)} ${padTo(word, WORD_WIDTH)}`;
    return `${color[colour](head)} ${ticket.ticket_id}  ${[...what, why].filter(Boolean).join(', ')}`.trimEnd();
  });
}
