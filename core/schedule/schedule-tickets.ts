/** A batch from the pool queue: enter the tickets, then one round for each pool that something happened in. */
import type { EnterTicket } from './enter.ts';
import type { Round, RoundOutcome } from './round.ts';

export type PoolMessage =
  | { kind: 'ticket_entered'; plan_id: string; task_id: string; task_token: string }
  | { kind: 'round'; pool: string; reason: string };

export interface Queued {
  /** names the message in a partial answer */
  readonly id: string;
  /** the message group: messages of one are handled in order */
  readonly group: string;
  readonly message: PoolMessage;
}

export interface Scheduled {
  readonly rounds: readonly RoundOutcome[];
  /** messages to deliver again: of each group, from the first that failed on, so that their order stays */
  readonly failed: readonly { readonly id: string; readonly cause: unknown }[];
}

export function createScheduleTickets({ enterTicket, round }: { enterTicket: EnterTicket; round: Round }) {
  async function scheduleGroup(messages: readonly Queued[]): Promise<Scheduled> {
    const pools = new Map<string, Queued>();
    const failed: { id: string; cause: unknown }[] = [];
    for (const queued of messages) {
      if (failed.length > 0) {
        failed.push({ id: queued.id, cause: 'an earlier message of its group failed' });
        continue;
      }
      try {
        const { message } = queued;
        const pool = message.kind === 'round' ? message.pool : await enterTicket(message);
        if (pool !== undefined) pools.set(pool, queued);
      } catch (cause) {
        failed.push({ id: queued.id, cause });
      }
    }
    const rounds: RoundOutcome[] = [];
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
