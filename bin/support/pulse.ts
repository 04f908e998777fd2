/** Whether the stack's API still answers the agents of this process, as their own calls tell. */
import type { ApiClient } from '../../agents/sdk/index.ts';
import { HiveError } from '../../core/errors.ts';

export interface Pulse {
  /** The same client; what becomes of its calls counts. */
  listen(api: ApiClient): ApiClient;
  /** ms of nothing but failures; 0 while the API answers */
  silentFor(): number;
  /** the last failure, in words */
  lastFailure(): string;
}

/** The API itself did not speak: nothing did, or something in its place (no such API, no permission). */
const isSilence = (error: unknown): boolean =>
  error instanceof HiveError && (error.code === 'API_UNREACHABLE' || error.code.startsWith('HTTP_'));

export function createPulse(now: () => number): Pulse {
  let since: number | undefined;
  let last = '';
  const watched =
    <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      try {
        const answer = await call(...args);
        since = undefined;
        return answer;
      } catch (error) {
        if (isSilence(error)) {
          since ??= now();
          last = (error as HiveError).message;
        } else since = undefined;
        throw error;
      }
    };
  return {
    listen: (api) => ({
      register: watched(api.register),
      heartbeat: watched(api.heartbeat),
      inbox: watched(api.inbox),
      remove: watched(api.remove),
      claim: watched(api.claim),
      heartbeatTicket: watched(api.heartbeatTicket),
      report: watched(api.report),
      handBack: watched(api.handBack),
      awsCredentials: watched(api.awsCredentials),
    }),
    silentFor: () => (since === undefined ? 0 : now() - since),
    lastFailure: () => last,
  };
}
