/** `hive ticket`: the ticket as the outside sees it, and its events from the ledger. */
import type { Recorded } from '../../core/ledger/chain.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import { toExecutionTicket } from '../../core/ticket/view.ts';
import type { Run } from '../support/command.ts';
import { eventLines } from '../support/event-lines.ts';
import { EXIT } from '../support/exit-codes.ts';
import { connectHive } from '../support/hive-client.ts';
import type { TargetOptions } from '../support/target.ts';
import { plain, toJson } from '../support/text.ts';
import { unknownTicket } from '../support/unknown.ts';

export const showTicket: Run<TargetOptions> = async (io, [id = ''], options) => {
  const hive = await connectHive(options, io);
  try {
    const record = await hive.ledger.loadTicket(id);
    if (record === undefined) throw unknownTicket(id);
    const events = (await hive.reader.loadTicketEvents(id)).map(withoutSecrets);
    const ticket = toExecutionTicket(record);
    if (options.json) {
      io.stdout.write(`${toJson({ ticket, phase: record.state.phase, events })}\n`);
      return EXIT.ok;
    }
    const lines = [
      `${io.stdout.color.bold(plain(ticket.task_id))} of ${plain(ticket.plan_id)}`,
      `  status        ${ticket.status} (${record.state.phase})`,
      `  type          ${ticket.task_type}, priority ${ticket.priority}, band ${ticket.risk_band}`,
      `  capabilities  ${ticket.required_capabilities.map(plain).join(', ') || 'any'}`,
      ...(ticket.error_message ? [`  error         ${plain(ticket.error_message)}`] : []),
      '',
      ...events.flatMap(eventLines),
    ];
    io.stdout.write(`${lines.join('\n')}\n`);
    return EXIT.ok;
  } finally {
    hive.close();
  }
};

/** Who bears a task token, or knows a claim, can end the ticket: they are nobody's to see. */
function withoutSecrets(record: Recorded<TicketEvent>): Recorded {
  const { task_token: _, claim_digest: __, ...event } = record.event as TicketEvent & Secrets;
  return { ...record, event };
}

interface Secrets {
  readonly task_token?: string;
  readonly claim_digest?: string;
}
