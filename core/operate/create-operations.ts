/** All verbs over the ports. */
import type { AssetsOf } from '../catalogue/assets-of-ticket.ts';
import { createFailPlan, type FailPlanDeps } from '../plan/fail.ts';
import { createHealPlan } from '../plan/heal.ts';
import { createStartPlan } from '../plan/start.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { PlanMachines } from '../ports/plan-machines.ts';
import type { PoliciesInForce } from '../ports/policies.ts';
import type { FreeCapacity } from '../schedule/free-capacity.ts';
import { createAdmitAgain } from './admit-again.ts';
import { createApprovePlan, createRejectPlan } from './approve-plan.ts';
import { createCancelPlan } from './cancel-plan.ts';
import { createDrainAgent, createUndrainAgent } from './drain-agent.ts';
import { createHandOverAgent } from './hand-over-agent.ts';
import type { Operations } from './operations.ts';
import { createStrategyVerb } from './override-strategy.ts';
import { createPausePlan, createResumePlan } from './pause-plan.ts';
import { createQuarantineAgent, createReleaseAgent } from './quarantine-agent.ts';
import { createRedrivePlan } from './redrive-plan.ts';
import { createResolveIncident } from './resolve-incident.ts';
import { createRetryTicket } from './retry-ticket.ts';
import { createRevokeToken } from './revoke-token.ts';
import { createSkipTicket } from './skip-ticket.ts';

export interface OperationsDeps extends FailPlanDeps {
  machines: PlanMachines;
  agents: AgentRegistry;
  freeCapacity: FreeCapacity;
  assetsOf: AssetsOf;
  policies: PoliciesInForce;
}

export function createOperations(ports: OperationsDeps): Operations {
  const deps = {
    ...ports,
    failPlan: createFailPlan(ports),
    healPlan: createHealPlan(ports),
    startPlan: createStartPlan(ports),
    admitAgain: createAdmitAgain(ports),
  };
  return {
    pausePlan: createPausePlan(deps),
    resumePlan: createResumePlan(deps),
    cancelPlan: createCancelPlan(deps),
    redrivePlan: createRedrivePlan(deps),
    approvePlan: createApprovePlan(deps),
    rejectPlan: createRejectPlan(deps),
    retryTicket: createRetryTicket(deps),
    skipTicket: createSkipTicket(deps),
    revokeToken: createRevokeToken(deps),
    resolveIncident: createResolveIncident(deps),
    drainAgent: createDrainAgent(deps),
    undrainAgent: createUndrainAgent(deps),
    quarantineAgent: createQuarantineAgent(deps),
    releaseAgent: createReleaseAgent(deps),
    handOverAgent: createHandOverAgent(deps),
    overrideStrategy: createStrategyVerb(deps),
  };
}
