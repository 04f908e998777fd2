/** Both protocols in one app: a path of a service is answered by RPC, any other by REST. */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { createRestApp } from '../../api/rest/app.ts';
import { createRpcFetch } from '../../api/rpc/fetch.ts';
import type { AccessControl } from '../../core/access/access-control.ts';
import type { Guard } from '../../core/access/guard.ts';
import type { Problem } from '../../core/messages/agent-api.ts';
import type { Monitor } from '../../core/monitor/monitor.ts';
import type { Operations } from '../../core/operate/operations.ts';
import type { Sha256 } from '../../core/ports/digest.ts';
import { type Callers, identityOf } from '../runtime/identity.ts';

export interface ApiDeps {
  readonly monitor: Monitor;
  readonly operations: Operations;
  readonly sha256: Sha256;
  readonly callers: Callers;
  readonly guard: Guard;
  readonly access: AccessControl;
  /** told of every answer that is no success */
  readonly onRefusal: (problem: Problem) => void;
  /** told of what nobody expected */
  readonly onFault: (error: unknown) => void;
}

/** What a request comes with from the gateway. */
export interface GatewayBindings {
  readonly event: APIGatewayProxyEvent;
}

/** The gateway takes whole answers within half a minute: nothing is streamed. */
export function createApi({ monitor, operations, sha256, callers, guard, access, onRefusal, onFault }: ApiDeps) {
  const rpc = createRpcFetch({ monitor, operations, guard, streams: false, onFault });
  const rest = createRestApp({
    ...{ monitor, operations, sha256, guard, access, streaming: false },
    identityOf: ({ env }) => identityOf((env as GatewayBindings).event, callers),
    onError: (error, problem) => (problem.status >= 500 ? onFault(error) : onRefusal(problem)),
  });
  return {
    fetch: (request: Request, bindings: GatewayBindings): Response | Promise<Response> =>
      rpc(request, () => identityOf(bindings.event, callers)) ?? rest.fetch(request, bindings),
  };
}

/** Text passes through the gateway as it is; all else in base64, Connect's envelopes of JSON too, which begin with bytes. */
export const isBinary = (contentType: string): boolean =>
  !/^(text\/|application\/(problem\+)?json\b)/.test(contentType);
