/**
 * Tokens renewed with an agent's heartbeat: for each attempt whose lease it kept, and whose token it sent because that nears
 * its end. All that the new one says is in the old one, so nothing is read. An old one that is not valid, or of something
 * else, is not renewed, which is recorded; claiming again with the same claim_id gives another one.
 */
import type { RecordRefusal } from '../access/refusal.ts';
import { forEachAtOnce } from '../at-once.ts';
import type { AgentHeartbeatAnswer, AgentHeartbeatRequest } from '../messages/agent-api.ts';
import type { CheckToken } from './check.ts';
import { type EdgeCaller, isRefusal, recorded, refusalOf } from './guard.ts';
import type { IssueToken } from './issue.ts';

export interface RenewTokensDeps {
  check: CheckToken;
  issue: IssueToken;
  recordRefusal: RecordRefusal;
}

/** Tokens renewed at the same time. */
const AT_ONCE = 8;

export type Renewed = AgentHeartbeatAnswer['tokens'];

/** @param kept what the agent runs by the answer to its heartbeat: the rest is not renewed */
export function createRenewTokens({ check, issue, recordRefusal }: RenewTokensDeps) {
  return async (agent_id: string, kept: AgentHeartbeatRequest['running'], caller: EdgeCaller): Promise<Renewed> => {
    const renewed: Renewed = [];
    await forEachAtOnce(kept, AT_ONCE, async ({ ticket_id, attempt, token }) => {
      if (token === undefined) return;
      try {
        const bearer = { ticket_id, attempt, agent_id, scope: 'ticket:heartbeat' };
        const { expires_at: _, ...grant } = await check.forCall(token, bearer);
        renewed.push({ ticket_id, attempt, ...(await issue(grant)) });
      } catch (error) {
        if (!isRefusal(error)) throw error;
        await recorded(recordRefusal, refusalOf({ ticket_id, action: 'HeartbeatAgent', caller }, error));
      }
    });
    return renewed;
  };
}
