/** A plan that is submitted under an id that the ledger knows already. */
import { sha256 } from '../../adapters/system/digest.ts';
import type { CognitivePlan } from '../../core/messages/cognitive-plan.ts';
import { contentDigest } from '../../core/plan/accept.ts';
import { isPlanEnded, type PlanState } from '../../core/plan/state.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { refuse } from './errors.ts';
import { duration, plain } from './text.ts';

/**
 * The plan as the ledger has it, when it has ended: to send it again would change nothing. Undefined when it is new or
 * still under way.
 * @throws HiveError PLAN_ID_REUSED when another plan has its id
 */
export async function findEnded(ledger: Pick<Ledger, 'loadPlan'>, plan: CognitivePlan): Promise<PlanState | undefined> {
  const state = (await ledger.loadPlan(plan.plan_id))?.state;
  if (state === undefined) return undefined;
  if (state.content_digest !== contentDigest(plan, sha256))
    throw refuse(
      'PLAN_ID_REUSED',
      `another plan with other content has the id ${plain(plan.plan_id)}; nothing was sent`,
      {
        try: 'submit it with --new-id: the plan is issued anew, now, under an id of its own',
        detail: { plan_id: plan.plan_id, phase: state.phase },
      },
    );
  return isPlanEnded(state) ? state : undefined;
}

/** `already there: completed 4.0 s ago (--new-id runs it again)`. */
export function alreadyThereLine(state: PlanState, now: number): string {
  const ago = 'ended_at' in state ? ` ${duration(Math.max(0, now - state.ended_at))} ago` : '';
  return `already there: ${state.phase}${ago} (--new-id runs it again)`;
}
