/** The agents' REST API: every route is signed (SigV4), throttled, logged and answered by one function. */
import { Duration } from 'aws-cdk-lib';
import { LambdaIntegration, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Permission } from './permission.ts';
import { hiveApi } from './rest-api.ts';
import type { Stage } from './stage.ts';

/** The routes, as `METHOD /path`: those of an agent itself and those of the tickets it holds. */
export const ROUTES = {
  registerAgent: 'PUT /agents/{agent_id}',
  heartbeatAgent: 'POST /agents/{agent_id}/heartbeat',
  readInbox: 'GET /agents/{agent_id}/inbox',
  removeAgent: 'DELETE /agents/{agent_id}',
  claimTicket: 'POST /tickets/{ticket_id}/claim',
  heartbeatTicket: 'POST /tickets/{ticket_id}/heartbeat',
  reportTicket: 'POST /tickets/{ticket_id}/report',
  handBackTicket: 'POST /tickets/{ticket_id}/hand-back',
} as const;
/** Answered only where the deployment says so. */
export const EXCHANGE_ROUTE = 'POST /tickets/{ticket_id}/aws-credentials';
export type Route = (typeof ROUTES)[keyof typeof ROUTES] | typeof EXCHANGE_ROUTE;

export class AgentApi extends Construct {
  readonly api: RestApi;
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** What answers, by route. */
  readonly handlers = new Map<Route, IFunction>();

  constructor(scope: Construct, id: string, props: { stage: Stage }) {
    super(scope, id);
    const { stage } = props;
    const { api, url } = hiveApi(this, {
      stage,
      name: 'agents',
      description: 'What agents say: register, heartbeat, claim, report, hand back',
      // The account's default (10 000 a second, 5 000 at once) made explicit, and lower: a fleet gone wild is stopped here.
      rate: 2000,
      burst: 1000,
    });
    this.api = api;
    this.url = url;
  }

  /** Has the function answer the route. */
  answer(route: Route, handler: IFunction): void {
    this.handlers.set(route, handler);
    const [method = '', path = ''] = route.split(' ');
    const integration = new LambdaIntegration(handler, { allowTestInvoke: false, timeout: Duration.seconds(29) });
    this.api.root.resourceForPath(path).addMethod(method, integration);
  }

  /** Call every route, also the one that only some deployments answer, where it is by now: what an agent needs. */
  mayCall(): Permission {
    const more = this.handlers.has(EXCHANGE_ROUTE) ? [EXCHANGE_ROUTE] : [];
    return {
      actions: ['execute-api:Invoke'],
      resources: [...Object.values(ROUTES), ...more].map((route) => {
        const [method = '', path = ''] = route.split(' ');
        return this.api.arnForExecuteApi(
          method,
          path.replaceAll(/\{[^}]*\}/g, '*'),
          this.api.deploymentStage.stageName,
        );
      }),
      wildcardBecause:
        "an agent's and a ticket's id are chosen at run time: the wildcard stands for the id in the path",
    };
  }
}
