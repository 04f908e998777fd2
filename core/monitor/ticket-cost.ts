/** What a ticket cost, as far as its events tell: requests by service, at list prices. */
import { jsonBytes } from '../json-bytes.ts';
import { toBusEvent } from '../ledger/project.ts';
import type { TicketCost } from '../messages/ticket-explanation.ts';
import { reduceTicket } from '../ticket/reducer.ts';
import { isTerminal, type PhaseName, type TicketRecord, type TicketState } from '../ticket/state.ts';
import { PRICES, PRICES_AS_OF, type PriceName } from './prices.ts';

/** A write is paid for each KB begun, in a transaction twice. */
const KB = 1024;
const units = (bytes: number): number => 2 * Math.max(1, Math.ceil(bytes / KB));
/** A message is sent, received and deleted. */
const REQUESTS_PER_MESSAGE = 3;
/** Items that are written beside the event and the state: places in the pool's queue, slots of agents. */
const BESIDE: Readonly<Partial<Record<string, number>>> = {
  TicketReady: 1,
  TicketAssigned: 2,
  AttemptFailed: 1,
  TicketCompleted: 1,
  TicketFailed: 1,
  TicketEscalated: 1,
};
/** Where leaving the phase takes the ticket out of a queue, or an agent's slot. */
const LEAVES: readonly PhaseName[] = ['ready', 'assigned', 'running'];
const TAKEN_AWAY: readonly string[] = ['TicketDeferred', 'TicketCancelled', 'TicketWithdrawn', 'TicketSkipped'];

export function costOf({ records, state, settled_at }: TicketRecord): TicketCost {
  let writes = 0;
  let before: TicketState | undefined;
  for (const link of records) {
    const after = reduceTicket(before, link);
    const left = before !== undefined && LEAVES.includes(before.phase) && TAKEN_AWAY.includes(link.event.type);
    writes += units(jsonBytes(link)) + units(jsonBytes(after)) + 2 * ((BESIDE[link.event.type] ?? 0) + (left ? 1 : 0));
    before = after;
  }
  if (isTerminal(state) && settled_at !== undefined) writes += 1;
  const count = (...types: string[]) => records.filter(({ event }) => types.includes(event.type)).length;
  const entered = records.filter(({ event }) => 'task_token' in event && event.task_token).length;
  const assigned = count('TicketAssigned');
  const reports = records.filter(({ event }) => 'result_digest' in event && event.result_digest).length;
  const timers = assigned + count('AttemptFailed');
  const lines = [
    line('step_functions_transition', entered, 'its state in the plan’s machine'),
    line(
      'dynamodb_write',
      writes,
      `${records.length === 1 ? '1 event' : `${records.length} events`} with the states they led to, queue and slots`,
    ),
    line('sqs_fifo', REQUESTS_PER_MESSAGE * entered, 'from the machine to its pool'),
    line('sqs_standard', REQUESTS_PER_MESSAGE * (assigned + timers), 'agents’ inboxes, timers'),
    line('api_gateway_rest', count('TicketStarted') + reports, 'claims and reports'),
    line('eventbridge_event', records.filter((link) => toBusEvent(link) !== undefined).length, 'facts on the bus'),
  ].filter((one) => one.count > 0);
  return {
    usd: lines.reduce((sum, { usd }) => sum + usd, 0),
    prices_as_of: PRICES_AS_OF,
    lines,
    left_out: 'reads, heartbeats, polls of queues, rounds, the functions’ time and logs: tickets share those',
  };
}

function line(name: PriceName, count: number, what: string): TicketCost['lines'][number] {
  const { service, unit, usd } = PRICES[name];
  return { service, unit, count, usd: count * usd, what };
}
