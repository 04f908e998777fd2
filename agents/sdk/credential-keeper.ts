/** An enrolled agent's credential, renewed in good time for as long as the agent runs, and kept where the next start finds it. */
import { HiveError } from '../../core/errors.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Credential, type EnrolledOptions, renewCredential } from './credential-fetch.ts';
import { codeOf, messageOf } from './failures.ts';
import { type Logger, stderrLogger } from './logger.ts';

export interface KeeperOptions extends EnrolledOptions {
  readonly agentId: string;
  /** As it was saved last. Without `expires_at` (epoch ms) it is renewed at once. */
  readonly credential: Pick<Credential, 'credential'> & Partial<Credential>;
  /** Puts the renewed one where the next start of the agent finds it: what it was renewed with counts for an hour only. */
  readonly save: (credential: Credential) => void | Promise<void>;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
}

export interface CredentialKeeper {
  readonly agentId: string;
  /** As it stands: `createApiClient({ credential: keeper.credential })`. */
  readonly credential: () => string;
  /** Renews from now on. `onLost` is told once, when the API says that the credential counts no more. */
  start(onLost: (error: HiveError) => void): void;
  stop(): void;
}

/** Renewed this long before it ends, or when half of it is over, if that is less. */
const AHEAD_MS = 10 * 86_400_000;
/** With less left than this, that it cannot be renewed is an error and no warning any more. */
const URGENT_MS = 86_400_000;
/** Between tries: the answer may have been lost, and what was renewed with counts for an hour yet. */
const FIRST_RETRY_MS = 5000;
const LONGEST_RETRY_MS = 15 * 60_000;

/**
 * A renewal may be tried again: also one whose answer was lost. Nothing but the API's own word ends it; while the API is away, or
 * something in between answers, it goes on trying.
 */
export function createCredentialKeeper(options: KeeperOptions): CredentialKeeper {
  const { agentId, save, logger = stderrLogger, clock = systemClock, random = Math.random } = options;
  let { credential } = options.credential;
  let expiresAt = options.credential.expires_at ?? clock.now();
  let unsaved: Credential | undefined;
  let going = false;
  let lost = (_error: HiveError) => {};
  let cancel = () => {};
  let dueAt = expiresAt - AHEAD_MS;
  let failures = 0;

  function wait(ms: number): void {
    cancel();
    if (going) cancel = clock.after(Math.max(0, ms), () => void turn());
  }

  async function turn(): Promise<void> {
    try {
      // The longest timers fire early, and one may be for saving alone.
      if (clock.now() >= dueAt) await renew();
      await keep();
      failures = 0;
      wait(dueAt - clock.now());
    } catch (error) {
      if (isFinal(error)) return end(error);
      tell(error);
      wait(retryMs(failures++, random));
    }
  }

  async function renew(): Promise<void> {
    const renewed = await renewCredential(options, agentId, credential);
    ({ credential, expires_at: expiresAt } = renewed);
    unsaved = renewed;
    dueAt = expiresAt - Math.min(AHEAD_MS, (expiresAt - clock.now()) / 2);
    logger.info('credential renewed', { agent_id: agentId, expires_at: iso(expiresAt) });
  }

  async function keep(): Promise<void> {
    if (unsaved === undefined) return;
    await save(unsaved);
    unsaved = undefined;
  }

  function tell(error: unknown): void {
    const what = unsaved === undefined ? 'credential cannot be renewed yet' : 'renewed credential cannot be saved';
    const urgent = unsaved !== undefined || expiresAt - clock.now() < URGENT_MS;
    const fields = { agent_id: agentId, expires_at: iso(expiresAt), code: codeOf(error), reason: messageOf(error) };
    logger[urgent ? 'error' : 'warn'](what, fields);
  }

  function end(error: HiveError): void {
    stop();
    lost(credentialLost(agentId, error));
  }

  function stop(): void {
    going = false;
    cancel();
  }

  return {
    agentId,
    credential: () => credential,
    start(onLost) {
      going = true;
      lost = onLost;
      wait(dueAt - clock.now());
    },
    stop,
  };
}

/** The API itself says that it counts no more: nothing is gained by trying again. */
export const isFinal = (error: unknown): error is HiveError =>
  error instanceof HiveError && ['CREDENTIAL_INVALID', 'CREDENTIAL_EXPIRED'].includes(error.code);

/** With what to do about it. */
export const credentialLost = (agentId: string, error: HiveError): HiveError =>
  new HiveError(
    error.code,
    `The credential of agent ${JSON.stringify(agentId)} counts no more: it was revoked, renewed elsewhere, or not renewed in time. Have it enrolled anew (hive agent enrol ${agentId} …), and start it with that enrolment.`,
    { status: error.status, cause: error },
  );

const retryMs = (failures: number, random: () => number): number =>
  (0.5 + random() / 2) * Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 20));

const iso = (at: number): string => new Date(at).toISOString();
