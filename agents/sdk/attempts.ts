/** The attempts that an agent has under way: whose leases it keeps, and which it is told to stop. */
import type { AgentHeartbeatAnswer, AgentHeartbeatRequest, Assignment } from '../../core/messages/agent-api.ts';
import type { AbortCause } from './abort-cause.ts';
import type { Clock } from './clock.ts';

/** A claim that was taken, as the agent's own clock has it. */
export interface Lease {
  readonly claimId: string;
  readonly leaseMs: number;
  /** epoch ms; when the call that is known to have begun or kept it was sent, so never later than the API has it */
  readonly renewedAt: number;
  readonly token: string;
  /** epoch ms */
  readonly tokenExpiresAt: number;
  /** epoch ms, when the token was got */
  readonly tokenAt: number;
  /** false: an earlier call, whose answer was lost, may have begun it */
  readonly sure: boolean;
}

export interface UnderWay {
  /** Aborts with an `AbortCause`: stop working. */
  readonly signal: AbortSignal;
  abort(cause: AbortCause): void;
  leased(lease: Lease): void;
  /** The attempt's token, the latest that was got. */
  token(): string | undefined;
  /** Another one, from claiming again. */
  renewed(token: string, expiresAt: number): void;
  /** There is no work any more, at most a result to report: the report's own answer says whether it still counts. */
  workEnded(): void;
  /** Reported, or there is nobody to report to. */
  end(): void;
}

type Running = AgentHeartbeatRequest['running'];

export interface Attempts {
  begin(assignment: Assignment): UnderWay;
  /** What is claimed and not lost, for a heartbeat. */
  running(): Running;
  /** ms, the shortest of those that are running; Infinity when there is none */
  shortestLeaseMs(): number;
  /** A heartbeat sent at `sentAt` was answered, with no objection to these. */
  renew(running: Running, sentAt: number): void;
  /** Tokens that a heartbeat's answer has in place of those that went with it. */
  renewTokens(tokens: AgentHeartbeatAnswer['tokens']): void;
  /** The attempt and older ones of the ticket are somebody else's, or over: their work is aborted. */
  lose(ticketId: string, attempt: number, code: string, message: string): void;
  /** Resolves when no older attempt of the ticket works any more. */
  olderEnded(assignment: Assignment): Promise<void>;
  /** Told of each new lease. */
  onLease(listener: (lease: Lease) => void): void;
}

interface Entry {
  readonly assignment: Assignment;
  readonly controller: AbortController;
  readonly working: Promise<void>;
  over: boolean;
  lease?: Lease;
  cancelExpiry: () => void;
}

/**
 * A lease is kept by both sides: when nothing was heard from the API for as long as a lease lasts, it has given the
 * attempt to others, so it is lost here as well.
 */
export function createAttempts(clock: Clock): Attempts {
  const entries = new Set<Entry>();
  let leaseListener: (lease: Lease) => void = () => {};

  const isLost = ({ controller: { signal } }: Entry) => signal.aborted && (signal.reason as AbortCause).kind === 'lost';
  const kept = () => [...entries].filter((entry) => entry.lease !== undefined && !isLost(entry));
  const attemptsOf = (ticketId: string) => [...entries].filter((entry) => entry.assignment.ticket_id === ticketId);
  const abort = (entry: Entry, cause: AbortCause) => {
    if (!entry.over) entry.controller.abort(cause);
  };
  /** Half of its life leaves many a heartbeat to have another one. */
  const isHalfOver = ({ tokenAt, tokenExpiresAt }: Lease) => clock.now() >= tokenAt + (tokenExpiresAt - tokenAt) / 2;
  function setToken(entry: Entry, token: string, tokenExpiresAt: number): void {
    // Answers may come in another order than they were asked for.
    if (entry.lease !== undefined && tokenExpiresAt >= entry.lease.tokenExpiresAt)
      entry.lease = { ...entry.lease, token, tokenExpiresAt, tokenAt: clock.now() };
  }
  function setLease(entry: Entry, lease: Lease): void {
    entry.lease = lease;
    entry.cancelExpiry();
    const { renewedAt, leaseMs } = lease;
    const message = `no heartbeat was answered for the ${leaseMs} ms of its lease: others have it by now`;
    entry.cancelExpiry = clock.after(renewedAt + leaseMs - clock.now(), () =>
      abort(entry, { kind: 'lost', code: 'LEASE_EXPIRED', message }),
    );
  }

  return {
    begin(assignment) {
      const controller = new AbortController();
      let workEnded = () => {};
      const working = new Promise<void>((resolve) => {
        workEnded = resolve;
      });
      const entry: Entry = { assignment, controller, working, over: false, cancelExpiry: () => {} };
      entries.add(entry);
      const stopped = () => {
        entry.over = true;
        workEnded();
      };
      return {
        signal: controller.signal,
        abort: (cause) => abort(entry, cause),
        leased(lease) {
          setLease(entry, lease);
          leaseListener(lease);
        },
        token: () => entry.lease?.token,
        renewed: (token, expiresAt) => setToken(entry, token, expiresAt),
        workEnded: stopped,
        end() {
          stopped();
          entry.cancelExpiry();
          entries.delete(entry);
        },
      };
    },
    running: () =>
      kept().map(({ assignment: { ticket_id, attempt }, lease }) => ({
        ticket_id,
        attempt,
        claim_id: lease?.claimId ?? '',
        ...(lease !== undefined && isHalfOver(lease) && { token: lease.token }),
      })),
    shortestLeaseMs: () => Math.min(...kept().map(({ lease }) => lease?.leaseMs ?? Number.POSITIVE_INFINITY)),
    renew(running, sentAt) {
      for (const entry of kept()) {
        const { lease } = entry;
        if (lease === undefined || !running.some(({ claim_id }) => claim_id === lease.claimId)) continue;
        // Answers may come in another order than they were asked for.
        setLease(entry, { ...lease, renewedAt: Math.max(sentAt, lease.renewedAt), sure: true });
      }
    },
    renewTokens(tokens) {
      for (const { ticket_id, attempt, token, token_expires_at } of tokens)
        for (const entry of attemptsOf(ticket_id))
          if (entry.assignment.attempt === attempt) setToken(entry, token, token_expires_at);
    },
    lose(ticketId, attempt, code, message) {
      for (const entry of attemptsOf(ticketId))
        if (entry.assignment.attempt <= attempt) abort(entry, { kind: 'lost', code, message });
    },
    async olderEnded({ ticket_id, attempt }) {
      const older = attemptsOf(ticket_id).filter((entry) => entry.assignment.attempt < attempt);
      await Promise.all(older.map(({ working }) => working));
    },
    onLease(listener) {
      leaseListener = listener;
    },
  };
}
