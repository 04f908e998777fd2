/** The services in the REST API's app, so that one function answers both. */
import type { Context, Hono } from 'hono';
import { createRpcFetch } from './fetch.ts';
import type { RpcDeps } from './routes.ts';

export interface MountedRpcDeps extends RpcDeps {
  /** Who calls, from what the edge knows of the request. @throws HiveError when nobody is known */
  readonly callerOf: (context: Context) => string;
}

/** Paths of calls are `/neural_hive.v1.PlanService/GetPlan`; any other path is left to the app. */
export function mountRpc(app: Hono, { callerOf, ...deps }: MountedRpcDeps): void {
  const rpc = createRpcFetch(deps);
  app.use('/:service/:method', (c, next) => rpc(c.req.raw, () => callerOf(c)) ?? next());
}
