/**
 * The services as a fetch handler, for servers of the Fetch API: Connect and gRPC-Web. Full gRPC ends with HTTP trailers,
 * which that API has not.
 */
import { createConnectRouter } from '@connectrpc/connect';
import { universalServerRequestFromFetch, universalServerResponseToFetch } from '@connectrpc/connect/protocol';
import { type Admission, calledBy, type Who } from './caller.ts';
import { createRpcRoutes, type RpcDeps, rpcOptions } from './routes.ts';

/** Answers a call of one of the services; undefined when the path is none of theirs. */
export type RpcFetch = (request: Request, by: Who, admit?: Admission) => Promise<Response> | undefined;

export function createRpcFetch(deps: RpcDeps): RpcFetch {
  const { handlers } = createRpcRoutes(deps)(createConnectRouter({ ...rpcOptions(deps), grpc: false }));
  const byPath = new Map(handlers.map((handler) => [handler.requestPath, handler]));
  return (request, by, admit) => {
    const handle = byPath.get(new URL(request.url).pathname);
    if (handle === undefined) return undefined;
    const call = { ...universalServerRequestFromFetch(request, {}), contextValues: calledBy(by, admit) };
    return handle(call).then(universalServerResponseToFetch);
  };
}
