/** The Monitoring API over REST: one Hono app, in Lambda behind API Gateway and in `hive api serve` alike. */
import { type Context, Hono } from 'hono';
import type { Guard } from '../../core/access/guard.ts';
import type { Identity } from '../../core/access/identity.ts';
import { HiveError } from '../../core/errors.ts';
import { type Entry, retryAfter } from '../../core/guard/admit.ts';
import { SECURITY_HEADERS } from '../../core/http-headers.ts';
import type { Sha256 } from '../../core/ports/digest.ts';
import { problemOf } from '../../core/problem.ts';
import { aboutOf } from './about.ts';
import { bodyOf, idOf, queryOf } from './call.ts';
import { isUnchanged, represent, requireMatch } from './entity-tag.ts';
import { openApiDocument } from './openapi.ts';
import type { Route, RouteCall, Served } from './route.ts';
import { ROUTES } from './routes.ts';
import { answerEvents, takesEvents } from './watch.ts';

export interface RestDeps extends Served {
  readonly sha256: Sha256;
  /** Whom the call is from, as the edge has it. @throws HiveError CALLER_UNKNOWN (401) */
  readonly identityOf: (context: Context) => Identity;
  /** asked before any route is run */
  readonly guard: Guard;
  /** whether an answer may go on for as long as it takes */
  readonly streaming: boolean;
  /** Whether the call may come in at all; what it answers is asked further by the guard. @throws HiveError RATE_LIMITED, REQUEST_TOO_LARGE */
  readonly admit?: (context: Context) => Promise<Entry | undefined>;
  /** told of every error that is answered */
  readonly onError?: (error: unknown, problem: ReturnType<typeof problemOf>) => void;
}

const COMMON = SECURITY_HEADERS;
/** May be kept, but is asked about each time: it is the caller's alone. */
const READ = { ...COMMON, 'content-type': 'application/json', 'cache-control': 'private, no-cache' };
const DONE = { ...COMMON, 'content-type': 'application/json', 'cache-control': 'no-store' };
const REFUSED = { ...COMMON, 'content-type': 'application/problem+json', 'cache-control': 'no-store' };

export function createRestApp(deps: RestDeps): Hono {
  const app = new Hono();

  app.onError((error) => refuse(error));
  app.notFound(() => refuse(new HiveError('ROUTE_UNKNOWN', 'There is nothing at this path.', { status: 404 })));

  for (const route of ROUTES) app.on(route.method.toUpperCase(), patternOf(route.path), (c) => answer(route, c));
  app.get(DOCUMENT, (c) => read(c.req.raw, openApiDocument()));
  // Registered last, so it is met by methods that the path does not have.
  for (const [path, methods] of methodsByPath())
    app.all(path, () => {
      const error = new HiveError('METHOD_NOT_ALLOWED', `This path takes ${methods}.`, { status: 405 });
      return refuse(error, { allow: methods });
    });

  async function answer(route: Route, c: Context): Promise<Response> {
    const request = c.req.raw;
    const entry = await deps.admit?.(c);
    const id = route.path.includes('{id}') ? idOf(request.url, route.path) : '';
    const query = queryOf(request.url, route.query);
    const context = route.by_tenant ? { by_tenant: true } : {};
    const asked = { identity: deps.identityOf(c), action: route.action, about: aboutOf(route, id), context, entry };
    return deps.guard(asked, (admitted) => run(route, request, { id, query, ...admitted }));
  }

  async function run(
    route: Route,
    request: Request,
    call: Omit<RouteCall<object, unknown>, 'body'>,
  ): Promise<Response> {
    const { id, query } = call;
    if (route.streams && takesEvents(request))
      return answerEvents(deps.monitor, request, { id, query: query as never }, deps.streaming);
    if (route.method === 'get')
      return read(request, await route.run(deps, { ...call, query: query as never, body: undefined }));
    const body = route.body && (await bodyOf(request, route.body, route.form));
    const ifMatch = request.headers.get('if-match');
    if (ifMatch !== null && route.current)
      requireMatch(ifMatch, represent(await route.current(deps, id), deps.sha256).etag);
    // A copy: servers have been seen to add the content's length to the object that they were given.
    return new Response(JSON.stringify(await route.run(deps, { ...call, query: query as never, body })), {
      headers: { ...DONE },
    });
  }

  function read(request: Request, value: unknown): Response {
    const { body, etag } = represent(value, deps.sha256);
    if (isUnchanged(request.headers.get('if-none-match'), etag))
      return new Response(null, { status: 304, headers: { ...COMMON, etag, 'cache-control': READ['cache-control'] } });
    return new Response(body, { headers: { ...READ, etag } });
  }

  function refuse(error: unknown, headers: Record<string, string> = {}): Response {
    const problem = problemOf(error);
    deps.onError?.(error, problem);
    return new Response(JSON.stringify(problem), {
      status: problem.status,
      headers: { ...REFUSED, ...retryAfter(problem), ...headers },
    });
  }

  return app;
}

const DOCUMENT = '/v1/openapi.json';
const patternOf = (path: string): string => path.replaceAll('{id}', ':id');

function methodsByPath(): Map<string, string> {
  const methods = new Map([[DOCUMENT, 'GET, HEAD']]);
  for (const { path, method } of ROUTES) {
    const own = method === 'get' ? 'GET, HEAD' : method.toUpperCase();
    const others = methods.get(patternOf(path));
    methods.set(patternOf(path), others === undefined ? own : `${others}, ${own}`);
  }
  // What is named comes before what any id fits.
  return new Map([...methods].sort(([a], [b]) => Number(a.includes(':')) - Number(b.includes(':'))));
}
