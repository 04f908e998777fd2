/** The policies' word on a plan: asked before anything of it is written, and again before it is started. */
import { authorizationOf } from '../access/authorize.ts';
import type { AssetsOf } from '../catalogue/assets-of-ticket.ts';
import type { PlanFault } from '../messages/bus-events.ts';
import type { CognitivePlan } from '../messages/cognitive-plan.ts';
import type { Authorization, Decision } from '../policy/decision.ts';
import { approvalOf } from '../policy/entities.ts';
import { acceptQuestion, type PlanAsked } from '../policy/questions.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { PoliciesInForce } from '../ports/policies.ts';
import type { TicketSpec } from '../ticket/state.ts';
import { approvalNeeds } from './admission.ts';
import type { Compiled } from './compile/index.ts';
import { fault } from './faults.ts';
import type { PlanSettings } from './limits.ts';
import { mintTickets } from './mint.ts';
import type { PlanHeader } from './state.ts';

export interface JudgePlanDeps {
  policies: PoliciesInForce;
  assetsOf: AssetsOf;
  clock: Clock;
  settings: PlanSettings;
}

export interface AdmitDeps extends JudgePlanDeps {
  sha256: Sha256;
}

/** What is looked at. */
export interface Candidate {
  readonly header: PlanHeader;
  readonly specs: readonly TicketSpec[];
  /** epoch ms */
  readonly deadline: number;
  readonly approval: NonNullable<PlanAsked['approval']>;
  /** it would be started next */
  readonly starts: boolean;
}

export interface Admitted {
  /** what goes into the event; absent: it is denied, by `faults` */
  readonly authorization?: Authorization;
  readonly faults: readonly PlanFault[];
}

/** Puts a plan to `AcceptPlan` as it stands now. @throws HiveError POLICIES_UNAVAILABLE, ASSETS_UNAVAILABLE (503) */
export function createJudgePlan({ policies, assetsOf, clock, settings }: JudgePlanDeps) {
  return async ({ header, specs, starts, ...facts }: Candidate): Promise<Admitted> => {
    const { engine, shadow } = await policies.current();
    const named = specs.flatMap((spec) => spec.assets ?? []);
    const { facts: assets } = await assetsOf({ tenant_id: header.tenant_id, assets: named });
    const needsApproval = approvalNeeds(header, settings).length > 0;
    const asked = { ...facts, needsApproval, ...(assets.length > 0 && { assets }) };
    const question = acceptQuestion(header, specs, asked, { now: clock.now(), starts });
    const decision = engine.decide(question);
    if (!decision.allowed) return { faults: faultsOf(decision) };
    return { authorization: { ...authorizationOf(question, decision, shadow), asked: question.asked }, faults: [] };
  };
}

/** @throws as `createJudgePlan`: the plan comes again */
export function createAdmit(deps: AdmitDeps) {
  const { clock, sha256, settings } = deps;
  const judge = createJudgePlan(deps);
  return async function admit(
    plan: CognitivePlan,
    { gates }: Compiled,
    { deadline, starts }: { readonly deadline: number; readonly starts: boolean },
  ): Promise<Admitted> {
    const { tasks: _t, execution_order: _o, ...header } = plan;
    const specs = mintTickets(plan, gates, clock.now(), settings, sha256);
    return judge({ header, specs, deadline, starts, approval: approvalOf(plan) });
  };
}

/** A fault for each policy that forbids it. */
function faultsOf({ policies, reasons, errors }: Decision): PlanFault[] {
  if (errors.length > 0) return [fault('POLICY_DENIED', [], 'the policies could not be evaluated: nothing is allowed')];
  if (policies.length === 0) return [fault('POLICY_DENIED', [], 'no policy permits it')];
  return policies.map((id, at) => fault('POLICY_DENIED', [], `${reasons[at] ?? 'it is forbidden'} (policy ${id})`));
}
