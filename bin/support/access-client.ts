/** The access routes of the deployed Monitoring API, as commands call them. */
import type { z } from 'zod';
import type { SignedFetchOptions } from '../../agents/sdk/signed-fetch.ts';
import { HiveError } from '../../core/errors.ts';
import {
  type breakGlassRequest,
  callerView,
  grantList,
  type grantRequest,
  refusalList,
  type revokeRequest,
  signalList,
} from '../../core/messages/access-api.ts';
import { problem } from '../../core/messages/agent-api.ts';
import { enrolAnswer, enrolmentList, type enrolRequest } from '../../core/messages/enrolment-api.ts';
import { type HandOverRequest, type VerbRequest, verbAnswer } from '../../core/messages/monitoring-api.ts';
import { refuse } from './errors.ts';
import { parseJson } from './parse-json.ts';
import { type ApiTarget, apiOf } from './sign-in.ts';

/** API Gateway gives up after 29 s. */
const TIMEOUT_MS = 30_000;

/** Every method throws HiveError: the API's own code; `HTTP_<status>` when something in between answered; API_UNREACHABLE. */
export function connectAccess(
  target: Pick<ApiTarget, 'stage' | 'outputs' | 'token'>,
  options: Omit<SignedFetchOptions, 'region'> = {},
) {
  const { url, send } = apiOf(target, options);

  async function ask<S extends z.ZodType>(path: string, schema: S, request?: object): Promise<z.output<S>> {
    const method = request === undefined ? 'GET' : 'POST';
    const body = request === undefined ? undefined : JSON.stringify(request);
    let response: Response;
    let text: string;
    try {
      response = await send(method, new URL(`${url}/v1/${path}`), body, AbortSignal.timeout(TIMEOUT_MS));
      text = await response.text();
    } catch (cause) {
      throw refuse('API_UNREACHABLE', `${path} got no answer from ${url}: ${(cause as Error).message}`, {
        try: 'hive status shows which stack is meant; asking again changes nothing twice',
        cause,
      });
    }
    const { status } = response;
    const answer = schema.safeParse(parseJson(text));
    if (status < 300 && answer.success) return answer.data;
    const refusal = problem.safeParse(parseJson(text));
    if (refusal.success)
      throw new HiveError(refusal.data.code, refusal.data.detail, { status, detail: refusal.data.context });
    throw refuse(`HTTP_${status}`, `${path} was answered with ${status}: ${text.slice(0, 300)}`);
  }

  return {
    whoAmI: () => ask('access/caller', callerView),
    grants: (limit: number) => ask(`access/grants?limit=${limit}`, grantList),
    refusals: (limit: number) => ask(`access/refusals?limit=${limit}`, refusalList),
    signals: (limit: number) => ask(`access/signals?limit=${limit}`, signalList),
    grant: (request: z.input<typeof grantRequest>) => ask('access/grant', verbAnswer, request),
    revoke: (request: z.input<typeof revokeRequest>) => ask('access/revoke', verbAnswer, request),
    handOver: (agentId: string, request: HandOverRequest) =>
      ask(`agents/${encodeURIComponent(agentId)}/hand-over`, verbAnswer, request),
    enrol: (agentId: string, request: z.input<typeof enrolRequest>) =>
      ask(`agents/${encodeURIComponent(agentId)}/enrol`, enrolAnswer, request),
    enrolments: (limit: number) => ask(`enrolments?limit=${limit}`, enrolmentList),
    withdrawEnrolment: (enrolmentId: string, request: VerbRequest) =>
      ask(`enrolments/${encodeURIComponent(enrolmentId)}/withdraw`, verbAnswer, request),
    revokeCredential: (agentId: string, request: VerbRequest) =>
      ask(`agents/${encodeURIComponent(agentId)}/revoke-credential`, verbAnswer, request),
    breakGlass: (request: z.input<typeof breakGlassRequest>) => ask('access/break-glass', verbAnswer, request),
  };
}
