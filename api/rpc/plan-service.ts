/** PlanService over the core's reads and verbs. */
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import type { Verb } from '../../core/operate/operations.ts';
import { admittedOf } from './caller.ts';
import { VerbAnswerSchema } from './generated/neural_hive/v1/common_pb.js';
import {
  ListPlansResponseSchema,
  ListPlanTicketsResponseSchema,
  type PlanService,
  type PlanVerbRequest,
  PlanViewSchema,
  TimelinePageSchema,
} from './generated/neural_hive/v1/plan_pb.js';
import { parseId, parsePage, parseVerb } from './requests.ts';
import type { RpcDeps } from './routes.ts';
import { toMessage } from './views.ts';
import { createWatchPlan } from './watch-plan.ts';

const idOf = ({ planId }: { planId: string }): string => parseId('plan_id', planId);

export function createPlanService(deps: RpcDeps): ServiceImpl<typeof PlanService> {
  const { monitor, operations } = deps;
  const verb = (act: Verb) => async (request: PlanVerbRequest, context: HandlerContext) =>
    toMessage(VerbAnswerSchema, await act(idOf(request), parseVerb(request, context)));

  return {
    listPlans: async (request, context) => {
      const { tenants } = admittedOf(context).caller;
      return toMessage(ListPlansResponseSchema, await monitor.listPlans({ ...parsePage(request), tenants }));
    },
    getPlan: async (request) => toMessage(PlanViewSchema, await monitor.getPlan(idOf(request))),
    listPlanTickets: async (request) =>
      toMessage(ListPlanTicketsResponseSchema, await monitor.listTickets(idOf(request), parsePage(request))),
    getPlanTimeline: async (request) =>
      toMessage(TimelinePageSchema, await monitor.timeline(idOf(request), parsePage(request))),
    watchPlan: createWatchPlan(deps),

    pausePlan: verb(operations.pausePlan),
    resumePlan: verb(operations.resumePlan),
    cancelPlan: verb(operations.cancelPlan),
    redrivePlan: verb(operations.redrivePlan),
    approvePlan: verb(operations.approvePlan),
    rejectPlan: verb(operations.rejectPlan),
  };
}
