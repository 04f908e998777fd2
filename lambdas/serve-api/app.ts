/** Both protocols in one app: a path of a service is answered by RPC, any other by REST. */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { createRestApp } from '../../api/rest/app.ts';
import type { Served } from '../../api/rest/route.ts';
import { createRpcFetch } from '../../api/rpc/fetch.ts';
import type { Guard } from '../../core/access/guard.ts';
import { principalOf } from '../../core/access/identity.ts';
import type { Admit, Entry } from '../../core/guard/admit.ts';
import { secured } from '../../core/http-headers.ts';
import type { Problem } from '../../core/messages/agent-api.ts';
import type { Sha256 } from '../../core/ports/digest.ts';
import { requireModestEvent } from '../runtime/admit.ts';
import { type Callers, identityOf } from '../runtime/identity.ts';

export interface ApiDeps {
  readonly served: Served;
  readonly sha256: Sha256;
  readonly callers: Callers;
  /** absent: everybody */
  readonly admit?: Admit;
  readonly guard: Guard;
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
export function createApi({ served, sha256, callers, guard, admit, onRefusal, onFault }: ApiDeps) {
  const { monitor, operations } = served;
  const enter = async (event: APIGatewayProxyEvent): Promise<Entry | undefined> => {
    requireModestEvent(event);
    return admit?.user(principalOf(identityOf(event, callers)));
  };
  const rpc = createRpcFetch({ monitor, operations, guard, streams: false, onFault });
  const rest = createRestApp({
    ...{ ...served, sha256, guard, streaming: false },
    identityOf: ({ env }) => identityOf((env as GatewayBindings).event, callers),
    admit: ({ env }) => enter((env as GatewayBindings).event),
    onError: (error, problem) => (problem.status >= 500 ? onFault(error) : onRefusal(problem)),
  });
  return {
    fetch: (request: Request, bindings: GatewayBindings): Response | Promise<Response> =>
      rpc(
        request,
        () => identityOf(bindings.event, callers),
        () => enter(bindings.event),
      )?.then(secured) ?? rest.fetch(request, bindings),
  };
}

/** Text passes through the gateway as it is; all else in base64, Connect's envelopes of JSON too, which begin with bytes. */
export const isBinary = (contentType: string): boolean =>
  !/^(text\/|application\/(problem\+)?json\b)/.test(contentType);
