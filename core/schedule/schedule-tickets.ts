/** A batch from the pool queue: assign what can be at once, enter the other tickets, then one round for each pool that something happened in. */
import type { AssignEntered } from './assign-entered.ts';
import type { EnterTicket, TicketEntered } from './enter.ts';
import type { Round, RoundOutcome } from './round.ts';

export type PoolMessage =
  | ({ kind: 'ticket_entered' } & TicketEntered)
  | { kind: 'round'; pool: string; reason: string };

export interface Queued {
  /** names the message in a partial answer */
  readonly id: string;
  /** the message group: a pool */
  readonly group: string;
  readonly message: PoolMessage;
}

export interface Scheduled {
  readonly rounds: readonly RoundOutcome[];
  /** messages to deliver again: those that failed, or asked for a round that failed; handling one twice is safe */
  readonly failed: readonly { readonly id: string; readonly cause: unknown }[];
}

export interface ScheduleTicketsDeps {
  readonly assignEntered: AssignEntered;
  readonly enterTicket: EnterTicket;
  readonly round: Round;
}

export function createScheduleTickets({ assignEntered, enterTicket, round }: ScheduleTicketsDeps) {
  async function scheduleGroup(messages: readonly Queued[]): Promise<Scheduled> {
    const pools = new Map<string, Queued>();
    const failed: { id: string; cause: unknown }[] = [];
    const arriving = messages.flatMap(({ message }) => (message.kind === 'round' ? [] : [message]));
    // Whatever keeps it from being done the short way is met again on the long one.
    const { done, rounds: first } = await assignEntered(arriving).catch(() => ({
      done: new Set<PoolMessage>(),
      rounds: [],
    }));
    // At once: entering is safe in any order, and the round that follows sorts by priority and time.
    const entered = await Promise.allSettled(
      messages.map(async ({ message }) => {
        if (message.kind === 'round') return message.pool;
        return done.has(message) ? undefined : enterTicket(message);
      }),
    );
    messages.forEach((queued, index) => {
      const result = entered[index];
      if (result?.status === 'rejected') failed.push({ id: queued.id, cause: result.reason });
      else if (result?.value !== undefined) pools.set(result.value, queued);
    });
    const rounds: RoundOutcome[] = [...first];
    for (const [pool, queued] of pools) {
      try {
        let outcome: RoundOutcome;
        do {
          outcome = await round(pool);
          rounds.push(outcome);
        } while (outcome.more);
      } catch (cause) {
        // Entering again changes nothing, so the messages that asked for the round may come again.
        failed.push({ id: queued.id, cause });
      }
    }
    return { rounds, failed };
  }

  return async function scheduleTickets(batch: readonly Queued[]): Promise<Scheduled> {
    const groups = new Map<string, Queued[]>();
    for (const queued of batch) groups.set(queued.group, [...(groups.get(queued.group) ?? []), queued]);
    const results = await Promise.all([...groups.values()].map(scheduleGroup));
    return { rounds: results.flatMap(({ rounds }) => rounds), failed: results.flatMap(({ failed }) => failed) };
  };
}
