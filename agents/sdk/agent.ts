/** An agent of a function: registers, takes assignments, runs them, reports, and leaves cleanly. */
import { randomBytes } from 'node:crypto';
import type { AgentRegistered, AgentRegistrationInput, Assignment } from '../../core/messages/agent-api.ts';
import type { ApiClient } from './api-client.ts';
import { runAttempt } from './attempt.ts';
import { createAttempts } from './attempts.ts';
import { type Clock, settledOrAborted, systemClock } from './clock.ts';
import { type CredentialKeeper, credentialLost, isFinal } from './credential-keeper.ts';
import { codeOf, messageOf } from './failures.ts';
import { createHeartbeat } from './heartbeat.ts';
import type { Inbox } from './inbox.ts';
import { type Logger, stderrLogger } from './logger.ts';
import { receiveMessages } from './receive.ts';
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
  /** Of an enrolled agent: renews its credential while it runs. When that counts no more the agent ends, and `done` rejects. */
  keeper?: CredentialKeeper;
  capabilities: string[];
  run: Run;
  /**
   * Does the tickets that undo others (`context.compensates`), with the parameters of the task's compensation. Without it
   * they fail for good with UNDO_UNKNOWN.
   */
  undo?: Run;
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
  /** Resolves when the agent has left; rejects when it could not start, or its credential counts no more (CREDENTIAL_…). */
  readonly done: Promise<void>;
}

export function createAgent(options: AgentOptions): Agent {
  const { api, clock = systemClock, random = Math.random, logger = stderrLogger, capacity = 1 } = options;
  const agentId = options.agentId ?? options.keeper?.agentId ?? `agent-${randomBytes(6).toString('hex')}`;
  const registration: AgentRegistrationInput = {
    ephemeral: options.agentId === undefined && options.keeper === undefined,
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
  let registering: Promise<unknown> = Promise.resolve();
  let isRegistering = false;
  let started = false;
  let gaveUp = false;

  const attempts = createAttempts(clock);
  const claims = createUnansweredClaims();
  const attempt = { ...options, attempts, clock, random, logger, claims, stop: stopWork.signal };
  const slots = createSlots(capacity, async (assignment) => {
    await attempts.olderEnded(assignment);
    const lastTry = stopWork.signal.aborted;
    const { ending, idle } = await runAttempt(assignment, attempt);
    // Work that does not listen keeps its slot, but does not keep the agent from leaving.
    await settledOrAborted(idle, stopWork.signal);
    return ending.kind === 'unclaimed' && !lastTry ? 'forget' : 'done';
  });

  function register(): Promise<AgentRegistered> {
    const outcome = tryToRegister();
    isRegistering = true;
    registering = outcome
      .catch(() => {})
      .finally(() => {
        isRegistering = false;
      });
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

  function offer(assignment: Assignment): boolean {
    const { ticket_id, attempt: number } = assignment;
    attempts.lose(ticket_id, number - 1, 'TICKET_ATTEMPT_STALE', `attempt ${number} was assigned`);
    return slots.offer(assignment);
  }
  function offerFound(assignments: readonly Assignment[]): void {
    for (const assignment of assignments)
      if (offer(assignment)) logger.info('found by heartbeat', { ticket_id: assignment.ticket_id });
  }
  const heartbeat = createHeartbeat({
    api,
    agentId,
    attempts,
    clock,
    logger,
    intervalMs: () => registered?.heartbeat_interval_ms ?? 5000,
    onAnswer: ({ assignments }) => offerFound(assignments),
    onFailure(error) {
      if (options.keeper !== undefined && isFinal(error)) giveUp(credentialLost(agentId, error));
      // Once it leaves, to be unknown is what it wants.
      const isUnknown = codeOf(error) === 'AGENT_UNKNOWN' && !stopTaking.signal.aborted;
      if (isUnknown && !isRegistering) register().catch(() => {});
    },
  });

  /** Nobody listens to it any more: what runs is aborted, and others get it when its leases are over. */
  function giveUp(error: unknown): void {
    if (gaveUp) return;
    gaveUp = true;
    logger.error('agent gives up', { agent_id: agentId, code: codeOf(error), reason: messageOf(error) });
    stopTaking.abort();
    stopWork.abort();
    // Else start() is still at it: it sees that it has to leave again.
    if (registered === undefined) {
      reject(error);
      return;
    }
    void leave().then(
      () => reject(error),
      () => reject(error),
    );
  }

  async function leave(): Promise<void> {
    options.keeper?.stop();
    const cancelGrace = clock.after(options.graceMs ?? GRACE_MS, () => stopWork.abort());
    await registering; // else it might arrive after the signing off, and undo it
    const lookAround = async () => offerFound((await heartbeat.beat()).assignments);
    await signOff({ api, agentId, slots, lookAround, clock, random, logger });
    slots.close();
    heartbeat.stop();
    cancelGrace();
    logger.info('agent left', { agent_id: agentId });
  }

  return {
    agentId,
    done,
    async start() {
      started = true;
      // Before it registers: what was saved may be about to end.
      options.keeper?.start(giveUp);
      try {
        const { inbox_url } = await register();
        logger.info('agent registered', { agent_id: agentId, capabilities: options.capabilities.join(','), inbox_url });
      } catch (thrown) {
        options.keeper?.stop();
        const error = options.keeper !== undefined && isFinal(thrown) ? credentialLost(agentId, thrown) : thrown;
        reject(error);
        throw error;
      }
      heartbeat.start();
      if (stopTaking.signal.aborted) return leave().then(resolve, reject);
      const inboxUrl = () => registered?.inbox_url ?? '';
      void receiveMessages({
        ...options,
        inboxUrl,
        agentId,
        slots,
        onAssigned: offer,
        onWithdrawn(withdrawal) {
          const { ticket_id, attempt: number, reason } = withdrawal;
          slots.withdraw(withdrawal);
          attempts.lose(ticket_id, number, 'TICKET_WITHDRAWN', reason);
        },
        clock,
        random,
        logger,
        signal: stopTaking.signal,
      });
    },
    stop() {
      if (stopTaking.signal.aborted) {
        stopWork.abort();
        // Why it gave up is for `done` to say.
        return gaveUp ? done.catch(() => {}) : done;
      }
      stopTaking.abort();
      if (!started) resolve();
      if (registered === undefined) return done; // start() sees that it has to leave again
      void leave().then(resolve, reject);
      return done;
    },
  };
}
