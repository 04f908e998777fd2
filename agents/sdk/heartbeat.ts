/** One sign of life, over and over, for the agent and for all that it runs. */
import type { AgentHeartbeatAnswer } from '../../core/messages/agent-api.ts';
import type { ApiClient } from './api-client.ts';
import type { Attempts } from './attempts.ts';
import type { Clock } from './clock.ts';
import { codeOf, messageOf } from './failures.ts';
import type { Logger } from './logger.ts';

/** Calls a lease. */
const PER_LEASE = 3;
/** After one that failed, the next comes this much sooner: a lease outlasts a few of them. */
const SOONER = 3;
const SHORTEST_TIMEOUT_MS = 5000;

export interface HeartbeatOptions {
  api: Pick<ApiClient, 'heartbeat'>;
  agentId: string;
  attempts: Attempts;
  clock: Clock;
  logger: Logger;
  /** ms between two, as the agent registered; Infinity: only leases ask for any */
  intervalMs: () => number;
  onAnswer?: (answer: AgentHeartbeatAnswer) => void;
  onFailure?: (error: unknown) => void;
}

export interface Heartbeat {
  start(): void;
  /** Nothing is sent any more; what is under way is still heeded. */
  stop(): void;
  /** One of its own, outside of the beat; throws what the API answers with. */
  beat(): Promise<AgentHeartbeatAnswer>;
}

/**
 * Beats every interval, and every third of the shortest lease if that is sooner. A call that hangs does not hold up the
 * next one. Whatever work is blocked in another process, thread or call, this goes on.
 */
export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { api, agentId, attempts, clock, logger } = options;
  let going = false;
  let lastAt = clock.now();
  let underWay = 0;
  let cancel = () => {};

  const period = () => Math.min(options.intervalMs(), attempts.shortestLeaseMs() / PER_LEASE);

  async function beat(): Promise<AgentHeartbeatAnswer> {
    const running = attempts.running();
    const sentAt = clock.now();
    const answer = await api.heartbeat(agentId, { running }, Math.max(SHORTEST_TIMEOUT_MS, PER_LEASE * period()));
    const isStopped = (ticketId: string, attempt: number) =>
      answer.stop.some((stop) => stop.ticket_id === ticketId && stop.attempt === attempt);
    attempts.renew(
      running.filter(({ ticket_id, attempt }) => !isStopped(ticket_id, attempt)),
      sentAt,
    );
    attempts.renewTokens(answer.tokens);
    for (const { ticket_id, attempt, code } of answer.stop)
      attempts.lose(ticket_id, attempt, code, 'the answer to the heartbeat says so');
    return answer;
  }

  function schedule(afterMs = period()): void {
    cancel();
    const dueAt = lastAt + afterMs;
    if (going && Number.isFinite(dueAt)) cancel = clock.after(Math.max(0, dueAt - clock.now()), tick);
  }

  function tick(): void {
    if (!going) return;
    lastAt = clock.now();
    schedule();
    if (underWay >= PER_LEASE) return;
    underWay++;
    beat()
      .then(
        (answer) => options.onAnswer?.(answer),
        (error: unknown) => {
          logger.warn('heartbeat failed', { code: codeOf(error), reason: messageOf(error) });
          schedule(period() / SOONER);
          options.onFailure?.(error);
        },
      )
      .finally(() => {
        underWay--;
      });
  }

  return {
    beat,
    start() {
      going = true;
      lastAt = clock.now();
      // What may have begun a while ago is kept at once.
      attempts.onLease(({ sure }) => (sure ? schedule() : tick()));
      schedule();
    },
    stop() {
      going = false;
      cancel();
    },
  };
}
