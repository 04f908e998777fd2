/** All that an agent has to do, as a person reads it: what, until when, and how much time is left. */
import { forEachAtOnce } from '../at-once.ts';
import { HiveError } from '../errors.ts';
import type { AgentInbox, InboxItem } from '../messages/agent-api.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import { dueOf } from '../ticket/look.ts';
import { reminderOf } from '../ticket/remind.ts';
import type { TicketRecord } from '../ticket/state.ts';
import { toExecutionTicket } from '../ticket/view.ts';
import { takesWork } from './agent.ts';

const AT_ONCE = 16;

export interface ReadInboxDeps {
  agents: Pick<AgentRegistry, 'load'>;
  ledger: Pick<Ledger, 'loadTicket'>;
  clock: Pick<Clock, 'now'>;
}

/** @throws HiveError AGENT_UNKNOWN (404): register first */
export function createReadInbox({ agents, ledger, clock }: ReadInboxDeps) {
  return async function readInbox(agent_id: string): Promise<AgentInbox> {
    const agent = await agents.load(agent_id);
    if (agent === undefined || agent.status === 'removed')
      throw new HiveError('AGENT_UNKNOWN', `No agent "${agent_id}" is registered: register it.`, { status: 404 });
    const { kind, capacity, held } = agent;
    const at = clock.now();
    const items: InboxItem[] = [];
    await forEachAtOnce(Object.keys(held), AT_ONCE, async (ticketId) => {
      const ticket = await ledger.loadTicket(ticketId);
      const item = ticket && itemOf(ticket, agent_id, at);
      if (item !== undefined) items.push(item);
    });
    items.sort((a, b) => a.due_at - b.due_at || (a.ticket.ticket_id < b.ticket.ticket_id ? -1 : 1));
    return { agent_id, kind, draining: !takesWork(agent), capacity, at, items };
  };
}

/** Undefined when it has lost the ticket since its slots were read. */
function itemOf(ticket: TicketRecord, agentId: string, now: number): InboxItem | undefined {
  const { state, spec, records } = ticket;
  if ((state.phase !== 'assigned' && state.phase !== 'running') || state.agent_id !== agentId) return undefined;
  const due_at = dueOf(ticket)?.at ?? now;
  const assigned_at = records.findLast(({ event }) => event.type === 'TicketAssigned')?.at ?? state.ready_at;
  const reminders = records.flatMap(({ event, at }) =>
    event.type === 'TicketReminded' && event.attempt === state.attempt ? [{ nth: event.nth, at }] : [],
  );
  const next = reminderOf(state, now);
  return {
    ticket: toExecutionTicket(ticket),
    ...{ attempt: state.attempt, phase: state.phase, assigned_at, due_at },
    ...(state.phase === 'running' ? { started_at: state.started_at } : {}),
    remaining_ms: Math.max(0, due_at - now),
    reminders,
    ...(next === undefined ? {} : { next_reminder_at: next.at }),
    plan_deadline: spec.plan_deadline,
  };
}
