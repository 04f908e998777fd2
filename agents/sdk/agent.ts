/** An agent of a function: registers, takes assignments, runs them, reports, and leaves cleanly. */
import { randomBytes } from 'node:crypto';
import type { AgentRegistered, AgentRegistrationInput } from '../../core/messages/agent-api.ts';
import type { ApiClient } from './api-client.ts';
import { runAttempt } from './attempt.ts';
import { type Clock, settledOrAborted, systemClock } from './clock.ts';
import { codeOf, messageOf } from './failures.ts';
import type { Inbox } from './inbox.ts';
import { type Logger, stderrLogger } from './logger.ts';
import { receiveAssignments } from './receive.ts';
import { retry } from './retry.ts';
import type { OnLine, Run } from './run-context.ts';
import { signOff } from './sign-off.ts';
import { createSlots } from './slots.ts';
import { createUnansweredClaims } from './unanswered-claims.ts';

const REGISTER_FOR_MS = 60_000;
const GRACE_MS = 30_000;

export interface AgentOptions {
  api: ApiClient;
  inbox: Inbox;
  capabilities: string[];
  run: Run;
  /** Default: a new one each time, whose inbox is deleted when it leaves. */
  agentId?: string;
  /** Tickets run at the same time; default 1. */
  capacity?: number;
  /** More of the registration: clearance, location, heartbeat_interval_ms … */
  registration?: Partial<AgentRegistrationInput>;
  logger?: Logger;
  /** Each line that a ticket's work logs, as it comes. */
  onLine?: OnLine;
  /** How long running tickets may go on after `stop`; default 30 000. */
  graceMs?: number;
  /** How long aborted work may take to end before it is reported; default 6 000. */
  abortGraceMs?: number;
  clock?: Clock;
  random?: () => number;
}

export interface Agent {
  readonly agentId: string;
  /** Registers (trying for a minute) and starts to receive. Rejects with the API's `HiveError` when it cannot. */
  start(): Promise<void>;
  /**
   * First call: asks for no more tickets, runs those it holds within the grace period, leaves. Second call: aborts what
   * runs, and hands back what waits.
   */
  stop(): Promise<void>;
  /** Resolves when the agent has left; rejects when it could not start. */
  readonly done: Promise<void>;
}

export function createAgent(options: AgentOptions): Agent {
  const { api, clock = systemClock, random = Math.random, logger = stderrLogger, capacity = 1 } = options;
  const agentId = options.agentId ?? `agent-${randomBytes(6).toString('hex')}`;
  const registration: AgentRegistrationInput = {
    ephemeral: options.agentId === undefined,
    ...options.registration,
    agent_id: agentId,
    capabilities: options.capabilities,
    capacity,
  };
  const stopTaking = new AbortController();
  const stopWork = new AbortController();
  let resolve = () => {};
  let reject = (_error: unknown) => {};
  const done = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  done.catch(() => {}); // start() tells as well; nobody has to listen to both
  let registered: AgentRegistered | undefined;
  let cancelBeat = () => {};
  let left = false;
  let registering: Promise<unknown> = Promise.resolve();
  let started = false;

  const attempt = { ...options, clock, random, logger, claims: createUnansweredClaims(), stop: stopWork.signal };
  const slots = createSlots(capacity, async (assignment) => {
    const lastTry = stopWork.signal.aborted;
    const { ending, idle } = await runAttempt(assignment, attempt);
    // Work that does not listen keeps its slot, but does not keep the agent from leaving.
    await settledOrAborted(idle, stopWork.signal);
    return ending.kind === 'unclaimed' && !lastTry ? 'forget' : 'done';
  });

  function register(): Promise<AgentRegistered> {
    const outcome = tryToRegister();
    registering = outcome.catch(() => {});
    return outcome;
  }
  async function tryToRegister(): Promise<AgentRegistered> {
    const until = clock.now() + REGISTER_FOR_MS;
    const onRetry = (error: unknown) => logger.warn('cannot register yet', { reason: messageOf(error) });
    registered = await retry(() => api.register(registration), {
      clock,
      random,
      until,
      signal: stopTaking.signal,
      onRetry,
    });
    return registered;
  }

  async function lookAround(): Promise<void> {
    const { assignments } = await api.heartbeat(agentId);
    for (const assignment of assignments) {
      if (slots.offer(assignment)) logger.info('found by heartbeat', { ticket_id: assignment.ticket_id });
    }
  }
  async function beat(): Promise<void> {
    try {
      await lookAround();
    } catch (error) {
      logger.warn('agent heartbeat failed', { code: codeOf(error), reason: messageOf(error) });
      // Once it leaves, to be unknown is what it wants.
      if (codeOf(error) === 'AGENT_UNKNOWN' && !stopTaking.signal.aborted) await register().catch(() => {});
    }
    scheduleBeat();
  }
  function scheduleBeat(): void {
    if (!left) cancelBeat = clock.after(registered?.heartbeat_interval_ms ?? 5000, () => void beat());
  }

  async function leave(): Promise<void> {
    const cancelGrace = clock.after(options.graceMs ?? GRACE_MS, () => stopWork.abort());
    await registering; // else it might arrive after the signing off, and undo it
    await signOff({ api, agentId, slots, lookAround, clock, random, logger });
    left = true;
    slots.close();
    cancelBeat();
    cancelGrace();
    logger.info('agent left', { agent_id: agentId });
  }

  return {
    agentId,
    done,
    async start() {
      started = true;
      try {
        const { inbox_url } = await register();
        logger.info('agent registered', { agent_id: agentId, capabilities: options.capabilities.join(','), inbox_url });
      } catch (error) {
        left = true;
        reject(error);
        throw error;
      }
      scheduleBeat();
      if (stopTaking.signal.aborted) return leave().then(resolve, reject);
      const inboxUrl = () => registered?.inbox_url ?? '';
      void receiveAssignments({
        ...options,
        inboxUrl,
        agentId,
        slots,
        clock,
        random,
        logger,
        signal: stopTaking.signal,
      });
    },
    stop() {
      if (stopTaking.signal.aborted) {
        stopWork.abort();
        return done;
      }
      stopTaking.abort();
      if (!started) resolve();
      if (registered === undefined) return done; // start() sees that it has to leave again
      void leave().then(resolve, reject);
      return done;
    },
  };
}
