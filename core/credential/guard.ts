/**
 * Calls for a claimed ticket, let through with its token only. What is refused because of the token, or because the ticket
 * that it is of has ended, is recorded before it is told; the ticket is left as it is.
 */
import type { RecordRefusal, Refusal } from '../access/refusal.ts';
import { HiveError } from '../errors.ts';
import type { Action } from '../policy/access.ts';
import type { Bearer, CheckToken } from './check.ts';
import type { Grant } from './ticket-claims.ts';

/** Who calls, as the edge knows it. */
export interface EdgeCaller {
  readonly principal: string;
  readonly source?: string | undefined;
}

export interface GuardedCall extends Bearer {
  readonly token: string | undefined;
  readonly action: Action;
  readonly caller: EdgeCaller;
}

/** @throws HiveError TOKEN_… (401), TOKEN_REVOKED (403), REFUSAL_NOT_RECORDED (503), and whatever the call throws */
export type GuardTicket = <Answer>(of: GuardedCall, call: (grant: Grant) => Promise<Answer>) => Promise<Answer>;

export const isRefusal = (error: unknown): error is HiveError =>
  error instanceof HiveError && (error.code.startsWith('TOKEN_') || error.code === 'TICKET_FINISHED');

export function createGuardTicket({
  check,
  recordRefusal,
}: {
  check: CheckToken;
  recordRefusal: RecordRefusal;
}): GuardTicket {
  return async (of, call) => {
    try {
      return await call(await check.forCall(of.token, of));
    } catch (error) {
      if (isRefusal(error)) await recorded(recordRefusal, refusalOf(of, error));
      throw error;
    }
  };
}

export const refusalOf = (
  { ticket_id, action, caller }: Pick<GuardedCall, 'ticket_id' | 'action' | 'caller'>,
  { code, message }: HiveError,
): Refusal => ({
  ...{ code, message, action, ticket_id },
  ...{ principal: caller.principal, source: caller.source },
  resource: `Ticket::${JSON.stringify(ticket_id)}`,
});

/** A refusal that nobody hears of is not told either: the caller tries again. */
export async function recorded(recordRefusal: RecordRefusal, refusal: Refusal): Promise<void> {
  try {
    await recordRefusal(refusal);
  } catch (cause) {
    throw new HiveError('REFUSAL_NOT_RECORDED', 'The call is refused, and that could not be recorded: try again.', {
      status: 503,
      cause,
    });
  }
}
