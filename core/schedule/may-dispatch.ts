/** The policies' word on giving a ticket to an agent: asked before each dispatch, kept with the assignment. */
import { authorizationOf } from '../access/authorize.ts';
import type { AssetsOf } from '../catalogue/assets-of-ticket.ts';
import type { PlanState } from '../plan/state.ts';
import type { Authorization, Decision } from '../policy/decision.ts';
import { dispatchQuestion } from '../policy/questions.ts';
import type { PoliciesInForce } from '../ports/policies.ts';
import type { AgentRecord } from '../swarm/agent.ts';
import type { TicketRecord } from '../ticket/state.ts';

export type MayDispatch = (
  agent: AgentRecord,
  ticket: TicketRecord,
  plan: Pick<PlanState, 'deadline'>,
  now: number,
) => Promise<{ readonly authorization: Authorization } | { readonly denied: Decision }>;

export interface MayDispatchDeps {
  policies: PoliciesInForce;
  assetsOf: AssetsOf;
}

/** @throws HiveError POLICIES_UNAVAILABLE, ASSETS_UNAVAILABLE (503): nothing is assigned, the round comes again */
export function createMayDispatch({ policies, assetsOf }: MayDispatchDeps): MayDispatch {
  return async (agent, { spec, state }, plan, now) => {
    const { engine, shadow } = await policies.current();
    // What is undone is undone after the plan's deadline too.
    const deadline = spec.compensates === undefined ? { deadline: plan.deadline } : {};
    const { facts: assets } = await assetsOf(spec);
    const touched = assets.length > 0 ? { assets } : {};
    const question = dispatchQuestion(agent, spec, { attempt: state.attempts + 1, ...deadline, ...touched }, now);
    const decision = engine.decide(question);
    if (!decision.allowed) return { denied: decision };
    return { authorization: { ...authorizationOf(question, decision, shadow), asked: question.asked } };
  };
}

/** In words: what a person reads where a ticket is not dispatched. */
export const denialOf = ({ policies, reasons, errors }: Decision): string =>
  errors.length > 0
    ? 'the policies could not be evaluated'
    : reasons.map((reason, at) => `${reason} (policy ${policies[at]})`).join('; ') || 'no policy permits it';
