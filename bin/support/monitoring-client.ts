/** The deployed Monitoring API, as commands call it: signed with the user's own AWS credentials, which decide what is allowed. */
import type { z } from 'zod';
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
import { type CallOptions, type CallTarget, createCallApi } from './call-api.ts';

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

/** Every method throws as `createCallApi` says. @throws HiveError STACK_NOT_FOUND when the stack has no such API */
export function connectMonitoring(target: CallTarget, options: CallOptions = {}): MonitoringClient {
  const again = 'the verb may have been done: asking again changes nothing twice';
  const call = createCallApi(target, again, options);
  const ask = <S extends z.ZodType>(method: 'POST' | 'PUT', path: string, schema: S, request: z.input<S>) =>
    call(method, path, verbAnswer, schema.parse(request) as object);
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
    introspect: (token) => call('POST', '/v1/tokens/introspect', introspectionAnswer, { token }),
    keys: () => call('GET', '/v1/keys', keyRingView),
    rotateKeys: (request) => call('POST', '/v1/keys/rotate', keyRingView, request),
    revokeKey: (kid, request) => call('POST', pathOf('keys', kid, 'revoke'), keyRingView, request),
  };
}
