/**
 * The Monitoring API on this machine: REST, server-sent events, Connect and gRPC-Web over HTTP/1.1, all of that and full
 * gRPC over cleartext HTTP/2, on one port of 127.0.0.1.
 */
import { Code, ConnectError } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { getRequestListener } from '@hono/node-server';
import { calledBy } from '../../api/rpc/caller.ts';
import { createRpcRoutes, type RpcDeps, rpcOptions } from '../../api/rpc/routes.ts';
import { HiveError } from '../../core/errors.ts';
import { problemOf } from '../../core/problem.ts';
import { refuse } from './errors.ts';
import { createOnePort, type NodeListener, type NodeRequest, type NodeResponse } from './one-port.ts';
import { refusalOf } from './own-machine.ts';

export interface ApiServer {
  readonly port: number;
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Tells open streams that the server stops, then ends every connection. */
  close(): Promise<void>;
}

export interface ApiServerOptions extends Omit<RpcDeps, 'streams'> {
  /** 0: any that is free */
  readonly port: number;
  /** who all callers are taken for */
  readonly by: string;
  readonly rest: (request: Request) => Response | Promise<Response>;
}

const HOST = '127.0.0.1';
/** Streams that are told of the end have so long to pass it on. */
const LAST_WORDS_MS = 100;

/** @throws HiveError API_PORT_BUSY */
export async function startApiServer({ port, by, rest, ...deps }: ApiServerOptions): Promise<ApiServer> {
  const stopping = new AbortController();
  // Each of the two libraries has its own type for what Node hands to a listener.
  const rpc = connectNodeAdapter({
    ...rpcOptions(deps),
    routes: createRpcRoutes({ ...deps, streams: true }),
    contextValues: () => calledBy(() => ({ kind: 'local', key: by })),
    shutdownSignal: stopping.signal,
    fallback: getRequestListener(rest, { overrideGlobalObjects: false }) as (...call: unknown[]) => unknown,
  }) as NodeListener;
  const server = createOnePort((request, response) => {
    const refusal = refusalOf({ host: hostOf(request), origin: request.headers.origin });
    if (refusal === undefined) {
      readToEnd(request, response);
      return rpc(request, response);
    }
    response.statusCode = 403;
    response.setHeader('content-type', 'application/problem+json');
    response.end(problem(refusal));
  });
  const listening = await server.listen(port, HOST).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE' && cause.code !== 'EACCES') throw cause;
    const why = cause.code === 'EADDRINUSE' ? 'is used by another program' : 'is not for you to listen on (EACCES)';
    throw refuse('API_PORT_BUSY', `port ${port} of ${HOST} ${why}`, {
      try: 'choose another one with --port',
      detail: { port },
      cause,
    });
  });
  return {
    port: listening,
    url: `http://${HOST}:${listening}`,
    async close() {
      stopping.abort(new ConnectError('the server stops', Code.Unavailable));
      await new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS));
      await server.close();
    },
  };
}

/**
 * A refusal may be said before all of the request is read, and whoever stops reading destroys it: over HTTP/1 the rest of
 * it would then stand in the way of the next request on the connection. So it is left whole, and what is left of it read.
 */
function readToEnd(request: NodeRequest, response: NodeResponse): void {
  const iterate = () => request.iterator({ destroyOnReturn: false });
  Object.defineProperty(request, Symbol.asyncIterator, { value: iterate });
  response.once('finish', () => request.complete || request.resume());
}

const hostOf = (request: NodeRequest): string | undefined =>
  ('authority' in request ? request.authority : undefined) ?? request.headers.host;

const problem = (detail: string): string =>
  JSON.stringify(problemOf(new HiveError('CALL_FROM_ELSEWHERE', detail, { status: 403 })));
