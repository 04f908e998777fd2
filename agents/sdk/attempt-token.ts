/** A call with the attempt's token; where that is refused, once more with another one. */
import { HiveError } from '../../core/errors.ts';
import type { Fence } from '../../core/messages/agent-api.ts';
import type { ApiClient } from './api-client.ts';
import type { UnderWay } from './attempts.ts';

/** What another token may mend: it came to its end meanwhile, or its key did. A ticket's refusals are final. */
const isMended = (error: unknown): boolean =>
  error instanceof HiveError && error.status === 401 && error.code.startsWith('TOKEN_');

export type WithToken = <Answer>(call: (token: string | undefined) => Promise<Answer>) => Promise<Answer>;

/** The claim is the attempt's own: claiming again with the same claim_id changes nothing and answers with a token. */
export function createAttemptToken(
  api: Pick<ApiClient, 'claim'>,
  ticketId: string,
  fence: Fence,
  underWay: Pick<UnderWay, 'token' | 'renewed'>,
): WithToken {
  return async (call) => {
    try {
      return await call(underWay.token());
    } catch (error) {
      if (!isMended(error)) throw error;
      const { token, token_expires_at } = await api.claim(ticketId, fence);
      underWay.renewed(token, token_expires_at);
      return call(token);
    }
  };
}
