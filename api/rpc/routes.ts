/** The five services on one Connect router, the same wherever they are served. */
import type { ConnectRouter, ConnectRouterOptions } from '@connectrpc/connect';
import type { Guard } from '../../core/access/guard.ts';
import type { Monitor } from '../../core/monitor/monitor.ts';
import type { Operations } from '../../core/operate/operations.ts';
import { createAgentService } from './agent-service.ts';
import { askAdmission } from './caller.ts';
import { tellErrors } from './errors.ts';
import { AgentService } from './generated/neural_hive/v1/agent_pb.js';
import { IncidentService } from './generated/neural_hive/v1/incident_pb.js';
import { PlanService } from './generated/neural_hive/v1/plan_pb.js';
import { StrategyService } from './generated/neural_hive/v1/strategy_pb.js';
import { TicketService } from './generated/neural_hive/v1/ticket_pb.js';
import { guarded } from './guarded.ts';
import { createIncidentService } from './incident-service.ts';
import { createPlanService } from './plan-service.ts';
import { createStrategyService } from './strategy-service.ts';
import { createTicketService } from './ticket-service.ts';

export interface RpcDeps {
  readonly monitor: Monitor;
  readonly operations: Operations;
  /** asked before any method is run */
  readonly guard: Guard;
  /** false: answers leave whole and within seconds, as through API Gateway, so a watch ends after one page */
  readonly streams: boolean;
  /** hears of every error that a caller is told as INTERNAL */
  readonly onFault: (error: unknown) => void;
}

/** More than any request can mean: the largest is the output that a skipped ticket is given. */
const MAX_REQUEST_BYTES = 1024 * 1024;

/** How messages are read and written: JSON with the wire names of all our messages, and every member that has a value. */
export const rpcOptions = ({ onFault }: Pick<RpcDeps, 'onFault'>): ConnectRouterOptions => ({
  readMaxBytes: MAX_REQUEST_BYTES,
  jsonOptions: { useProtoFieldName: true, alwaysEmitImplicit: true, ignoreUnknownFields: true },
  interceptors: [tellErrors(onFault), askAdmission],
});

export const createRpcRoutes =
  (deps: RpcDeps) =>
  (router: ConnectRouter): ConnectRouter =>
    router
      .service(PlanService, guarded(PlanService, createPlanService(deps), deps.guard))
      .service(TicketService, guarded(TicketService, createTicketService(deps), deps.guard))
      .service(AgentService, guarded(AgentService, createAgentService(deps), deps.guard))
      .service(IncidentService, guarded(IncidentService, createIncidentService(deps), deps.guard))
      .service(StrategyService, guarded(StrategyService, createStrategyService(deps), deps.guard));
