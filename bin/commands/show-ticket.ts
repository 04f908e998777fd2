/** `hive ticket`: the ticket as the outside sees it, and its events from the ledger. */
import type { Recorded } from '../../core/ledger/chain.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import { toExecutionTicket } from '../../core/ticket/view.ts';
import type { Run } from '../support/command.ts';
import { EXIT } from '../support/exit-codes.ts';
import { connectHive } from '../support/hive-client.ts';
import type { TargetOptions } from '../support/target.ts';
import { cut, plain, toJson } from '../support/text.ts';
import { unknownTicket } from '../support/unknown.ts';

export const showTicket: Run<TargetOptions> = async (io, [id = ''], options) => {
  const hive = await connectHive(options, io);
  try {
    const record = await hive.ledger.loadTicket(id);
    if (record === undefined) throw unknownTicket(id);
    const events = (await hive.reader.loadTicketEvents(id)).map(withoutToken);
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

/** The task token lets its bearer end the state: it is nobody's to see. */
function withoutToken(record: Recorded<TicketEvent>): Recorded {
  const { task_token: _, ...event } = record.event as TicketEvent & { task_token?: string };
  return { ...record, event };
}

const MAX_VALUE = 100;

function eventLines({ version, at, event }: Recorded): string[] {
  const {
    type,
    spec: _,
    result,
    ...facts
  } = event as { type: string; spec?: unknown; result?: { output?: object; logs?: string[] } };
  const told = Object.entries(facts).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${name}=${cut(plain(text.slice(0, 4 * MAX_VALUE)), MAX_VALUE)}`;
  });
  const output = Object.entries(result?.output ?? {}).map(
    ([name, value]) => `       ${plain(name)}: ${cut(plain(String(value).slice(0, 4 * MAX_VALUE)), MAX_VALUE)}`,
  );
  const logs = (result?.logs ?? []).map((line) => `       | ${plain(line)}`);
  return [
    `  ${String(version).padStart(2)}  ${new Date(at).toISOString()}  ${type}  ${told.join(' ')}`.trimEnd(),
    ...output,
    ...logs,
  ];
}
