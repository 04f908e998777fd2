/**
 * AWS credentials in exchange for the token of a live attempt: for what its task reads and writes in S3, until it ends.
 *
 * They are made first and recorded before they are answered, at the version of the ticket that they were decided on: where
 * that fails nobody gets them. May be called again, also because an answer was lost: each call is an event of its own, and what
 * was not answered ends by itself. What was answered cannot be called back, so it is short-lived, as the token is.
 */
import type { ReadUsable } from '../../catalogue/usable-assets.ts';
import { HiveError } from '../../errors.ts';
import { retryOnConflict } from '../../ledger/retry.ts';
import type { AwsCredentialsAnswer, Fence } from '../../messages/agent-api.ts';
import { exchangeQuestion } from '../../policy/questions.ts';
import type { AssumeRole } from '../../ports/assume-role.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sha256 } from '../../ports/digest.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { appendToTicket } from '../../ticket/append.ts';
import { type AuthorizeHolderDeps, createAuthorizeHolder } from '../../ticket/authorize-holder.ts';
import { loadTicketOrThrow, requireClaim } from '../../ticket/fence.ts';
import { MAX_EXCHANGES } from '../../ticket/reducer.ts';
import type { TicketIn } from '../../ticket/state.ts';
import type { Grant } from '../ticket-claims.ts';
import { type LeftOut, sortUses } from './granted.ts';
import { sessionPolicyOf } from './session-policy.ts';
import type { IssueWebIdentity } from './web-identity.ts';

export interface ExchangeTokenDeps extends AuthorizeHolderDeps {
  ledger: Ledger;
  readUsable: ReadUsable;
  clock: Clock;
  sha256: Sha256;
  identify: IssueWebIdentity;
  assumeRole: AssumeRole;
  roleArn: string;
}

/** AWS's shortest session, and the life of a token: rights never last longer. */
const SESSION_S = 900;
/** Ends that are nearer leave no time to use what is handed out. */
const LEAST_MS = 1000;

/**
 * @throws HiveError as `requireClaim`, `Authorize`, `AssumeRole`; ATTEMPT_ENDING · AWS_NOTHING_TO_GRANT (409),
 *   AWS_POLICY_TOO_LARGE (422), AWS_EXCHANGES_USED_UP (429), ASSETS_UNAVAILABLE · TOKEN_KEY_MISSING (503)
 */
export type ExchangeToken = (
  ticketId: string,
  fence: Fence,
  grant: Pick<Grant, 'scopes'>,
) => Promise<AwsCredentialsAnswer>;

export function createExchangeToken(deps: ExchangeTokenDeps): ExchangeToken {
  const { ledger, readUsable, clock, sha256, identify, assumeRole, roleArn } = deps;
  const authorizeHolder = createAuthorizeHolder(deps);
  const [, partition = 'aws'] = roleArn.split(':');
  return (ticketId, fence, { scopes }) =>
    retryOnConflict(clock, async () => {
      const ticket = await loadTicketOrThrow(ledger, ticketId);
      const { agent_id, attempt, ...running } = requireClaim(ticket.state, fence, sha256);
      const now = clock.now();
      const until = endOf(running, now);
      const { plan_id, assets: uses = [] } = ticket.spec;
      const { facts: assets, usable } = await readUsable(ticket.spec);
      const held = { agent_id, attempt };
      const authorization = await authorizeHolder(exchangeQuestion, ticket.spec, held, assets, now);
      const { granted, left_out } = sortUses(uses, scopes, usable);
      if (granted.length === 0) throw nothingToGrant(left_out);
      const policy = sessionPolicyOf(granted, partition, until);
      const session_name = `${ticketId}-${attempt}`;
      const token = await identify({ plan_id, ticket_id: ticketId, attempt, agent_id });
      const credentials = await assumeRole({ token, role_arn: roleArn, session_name, policy, duration_s: SESSION_S });
      const told = granted.map(({ asset_id, action }) => ({ asset_id, action }));
      const event = { type: 'TokenExchanged' as const, agent_id, attempt, role_arn: roleArn, assets: told, until };
      await ledger.commit([appendToTicket(ticket, { ...event, session_name, authorization }, clock.now(), sha256)]);
      return { ...credentials, ticket_id: ticketId, expires_at: until, assets: told, left_out: [...left_out] };
    });
}

/** Whole seconds, as policies have them. @throws HiveError ATTEMPT_ENDING (409), AWS_EXCHANGES_USED_UP (429) */
function endOf(
  { timeout_at, exchanges = 0 }: Pick<TicketIn<'running'>, 'timeout_at' | 'exchanges'>,
  now: number,
): number {
  const until = Math.floor(Math.min(timeout_at, now + SESSION_S * 1000) / 1000) * 1000;
  if (until - now < LEAST_MS)
    throw new HiveError('ATTEMPT_ENDING', 'The attempt is as good as over: nothing is handed out for it any more.', {
      status: 409,
    });
  if (exchanges >= MAX_EXCHANGES)
    throw new HiveError(
      'AWS_EXCHANGES_USED_UP',
      `An attempt gets credentials ${MAX_EXCHANGES} times: keep them until they expire.`,
      { status: 429 },
    );
  return until;
}

const nothingToGrant = (left_out: readonly LeftOut[]): HiveError =>
  new HiveError(
    'AWS_NOTHING_TO_GRANT',
    'The task names no asset that AWS credentials could be for: DataAssets in S3 that are read or written.',
    { status: 409, detail: { left_out } },
  );
