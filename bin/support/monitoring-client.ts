/** The deployed Monitoring API, as commands call it: signed with the user's own AWS credentials, which decide what is allowed. */
import type { z } from 'zod';
import type { SignedFetchOptions } from '../../agents/sdk/signed-fetch.ts';
import { HiveError } from '../../core/errors.ts';
import { problem } from '../../core/messages/agent-api.ts';
import {
  type SkipRequest,
  skipRequest,
  type VerbAnswer,
  type VerbRequest,
  verbAnswer,
  verbRequest,
} from '../../core/messages/monitoring-api.ts';
import { type StrategyRequest, strategyRequest } from '../../core/messages/strategy-api.ts';
import {
  type IntrospectionAnswer,
  introspectionAnswer,
  type KeyRingView,
  keyRingView,
} from '../../core/messages/token-api.ts';
import { refuse } from './errors.ts';
import { parseJson } from './parse-json.ts';
import { type ApiTarget, apiOf } from './sign-in.ts';

export interface MonitoringClient {
  /** @param verb as in its path: `pause` */
  plan(verb: string, id: string, request: VerbRequest): Promise<VerbAnswer>;
  retryTicket(id: string, request: VerbRequest): Promise<VerbAnswer>;
  skipTicket(id: string, request: SkipRequest): Promise<VerbAnswer>;
  resolveIncident(id: string, request: VerbRequest): Promise<VerbAnswer>;
  /** @param verb as in its path: `drain` */
  agent(verb: string, id: string, request: VerbRequest): Promise<VerbAnswer>;
  overrideStrategy(request: StrategyRequest): Promise<VerbAnswer>;
  /** @param key of a breaker: `agent:…` */
  resetGuard(key: string, request: VerbRequest): Promise<VerbAnswer>;
  /** Takes a ticket from its agent, whose token counts no more. */
  revokeToken(id: string, request: VerbRequest): Promise<VerbAnswer>;
  introspect(token: string): Promise<IntrospectionAnswer>;
  keys(): Promise<KeyRingView>;
  rotateKeys(request: VerbRequest): Promise<KeyRingView>;
  revokeKey(kid: string, request: VerbRequest): Promise<KeyRingView>;
}

/** API Gateway gives up after 29 s. */
const TIMEOUT_MS = 30_000;

/**
 * Every method throws HiveError: the API's own code; `HTTP_<status>` when something in between answered (a gateway that
 * knows no such caller, a proxy); API_UNREACHABLE when nothing did.
 * @throws HiveError STACK_NOT_FOUND when the stack has no such API
 */
export function connectMonitoring(
  target: Pick<ApiTarget, 'stage' | 'outputs' | 'token'>,
  options: Omit<SignedFetchOptions, 'region'> = {},
): MonitoringClient {
  const { url, send } = apiOf(target, options);

  const ask = <S extends z.ZodType>(method: 'POST' | 'PUT', path: string, schema: S, request: z.input<S>) =>
    call(method, path, JSON.stringify(schema.parse(request)), verbAnswer);

  async function call<Answer extends z.ZodType>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body: string | undefined,
    schema: Answer,
  ): Promise<z.output<Answer>> {
    const what = `${method} ${path}`;
    let status: number;
    let text: string;
    try {
      const response = await send(method, new URL(url + path), body, AbortSignal.timeout(TIMEOUT_MS));
      status = response.status;
      text = await response.text();
    } catch (cause) {
      const { message } =
        (cause as Error).cause instanceof Error ? ((cause as Error).cause as Error) : (cause as Error);
      throw refuse('API_UNREACHABLE', `${what} got no answer from ${url}: ${message}`, {
        try: 'hive status shows which stack is meant; the verb may have been done: asking again changes nothing twice',
        cause,
      });
    }
    const answer = parseJson(text);
    const done = schema.safeParse(answer);
    if (status < 300 && done.success) return done.data;
    const refusal = problem.safeParse(answer);
    if (refusal.success)
      throw new HiveError(refusal.data.code, refusal.data.detail, { status, detail: refusal.data.context });
    throw refuse(`HTTP_${status}`, `${what} was answered with ${status}: ${text.slice(0, 300)}`, {
      ...(status === 401 ? { try: 'sign in with your issuer again: the token is not taken, or no more' } : {}),
      ...(status === 403 ? { try: 'your AWS credentials need execute-api:Invoke on the Monitoring API' } : {}),
    });
  }

  const post = <S extends z.ZodType>(path: string, schema: S, request: z.input<S>) =>
    ask('POST', path, schema, request);
  const pathOf = (collection: string, id: string, verb: string) =>
    `/v1/${collection}/${encodeURIComponent(id)}/${verb}`;
  return {
    plan: (verb, id, request) => post(pathOf('plans', id, verb), verbRequest, request),
    retryTicket: (id, request) => post(pathOf('tickets', id, 'retry'), verbRequest, request),
    skipTicket: (id, request) => post(pathOf('tickets', id, 'skip'), skipRequest, request),
    agent: (verb, id, request) => post(pathOf('agents', id, verb), verbRequest, request),
    overrideStrategy: (request) => ask('PUT', '/v1/strategy', strategyRequest, request),
    resetGuard: (key, request) => post(pathOf('guards', key, 'reset'), verbRequest, request),
    resolveIncident: (id, request) => post(pathOf('incidents', id, 'resolve'), verbRequest, request),
    revokeToken: (id, request) => post(pathOf('tickets', id, 'revoke'), verbRequest, request),
    introspect: (token) => call('POST', '/v1/tokens/introspect', JSON.stringify({ token }), introspectionAnswer),
    keys: () => call('GET', '/v1/keys', undefined, keyRingView),
    rotateKeys: (request) => call('POST', '/v1/keys/rotate', JSON.stringify(request), keyRingView),
    revokeKey: (kid, request) => call('POST', pathOf('keys', kid, 'revoke'), JSON.stringify(request), keyRingView),
  };
}
