/** The policies' word on a plan: asked before anything of it is written, and again before it is started. */
import { authorizationOf } from '../access/authorize.ts';
import type { AssetsOf } from '../catalogue/assets-of-ticket.ts';
import type { PlanFault } from '../messages/bus-events.ts';
import type { CognitivePlan } from '../messages/cognitive-plan.ts';
import type { Authorization, Decision } from '../policy/decision.ts';
import { approvalOf } from '../policy/entities.ts';
import { acceptQuestion } from '../policy/questions.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { PoliciesInForce } from '../ports/policies.ts';
import { approvalNeeds } from './admission.ts';
import type { Compiled } from './compile/index.ts';
import { fault } from './faults.ts';
import type { PlanSettings } from './limits.ts';
import { mintTickets } from './mint.ts';

export interface AdmitDeps {
  policies: PoliciesInForce;
  assetsOf: AssetsOf;
  clock: Clock;
  sha256: Sha256;
  settings: PlanSettings;
}

export interface Admitted {
  /** what goes into the event; absent: it is denied, by `faults` */
  readonly authorization?: Authorization;
  readonly faults: readonly PlanFault[];
}

/** @throws HiveError POLICIES_UNAVAILABLE, ASSETS_UNAVAILABLE (503): the plan comes again */
export function createAdmit({ policies, assetsOf, clock, sha256, settings }: AdmitDeps) {
  return async function admit(
    plan: CognitivePlan,
    { gates }: Compiled,
    { deadline, starts }: { readonly deadline: number; readonly starts: boolean },
  ): Promise<Admitted> {
    const { engine, shadow } = await policies.current();
    const now = clock.now();
    const { tasks, execution_order: _, ...header } = plan;
    const specs = mintTickets(plan, gates, now, settings, sha256);
    const named = tasks.flatMap((task) => task.assets ?? []);
    const { facts: assets } = await assetsOf({ tenant_id: plan.tenant_id, assets: named });
    const needsApproval = approvalNeeds(plan, settings).length > 0;
    const question = acceptQuestion(
      header,
      specs,
      { deadline, needsApproval, approval: approvalOf(plan), ...(assets.length > 0 && { assets }) },
      { now, starts },
    );
    const decision = engine.decide(question);
    if (!decision.allowed) return { faults: faultsOf(decision) };
    return { authorization: { ...authorizationOf(question, decision, shadow), asked: question.asked }, faults: [] };
  };
}

/** A fault for each policy that forbids it. */
function faultsOf({ policies, reasons, errors }: Decision): PlanFault[] {
  if (errors.length > 0) return [fault('POLICY_DENIED', [], 'the policies could not be evaluated: nothing is allowed')];
  if (policies.length === 0) return [fault('POLICY_DENIED', [], 'no policy permits it')];
  return policies.map((id, at) => fault('POLICY_DENIED', [], `${reasons[at] ?? 'it is forbidden'} (policy ${id})`));
}
