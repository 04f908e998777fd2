/** From "sent" to "seen": a submitted plan shows in the ledger, or its rejection does. */
import { sha256 } from '../../adapters/system/digest.ts';
import { HiveError } from '../../core/errors.ts';
import type { PlanFault } from '../../core/messages/bus-events.ts';
import type { CognitivePlan } from '../../core/messages/cognitive-plan.ts';
import { contentDigest, rejectionDigest } from '../../core/plan/accept.ts';
import type { PlanRejected } from '../../core/plan/events.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { deadlineOf, type FollowOptions, pause } from './follow-plan.ts';
import { refused } from './plan-file.ts';
import type { PlanView } from './plan-view.ts';

const INTERVAL_MS = 250;
/** Looks without the plan after which a rejection of this very message, though it is an old one, is taken as the answer. */
const LOOKS_UNTIL_OLD_REJECTION = 20;

export interface Submitted {
  /** what was sent */
  readonly raw: unknown;
  readonly plan: CognitivePlan;
  /** the same message was rejected before */
  readonly rejectedBefore: boolean;
}

export const wasRejected = async (ledger: Ledger, raw: unknown): Promise<boolean> =>
  (await ledger.loadRejection(rejectionDigest(raw, sha256))) !== undefined;

/** @throws HiveError PLAN_REFUSED with the faults, PLAN_WAIT_TIMEOUT, INTERRUPTED */
export async function untilSeen(
  ledger: Ledger,
  { raw, plan, rejectedBefore }: Submitted,
  look: (now: number) => Promise<PlanView | undefined>,
  options: FollowOptions,
): Promise<PlanView> {
  const digest = contentDigest(plan, sha256);
  const deadline = deadlineOf(options);
  for (let looks = 1; ; looks++) {
    const view = await look(options.now());
    if (view?.plan.content_digest === digest) return view;
    if (!rejectedBefore || looks > LOOKS_UNTIL_OLD_REJECTION) {
      const rejection = await ledger.loadRejection(rejectionDigest(raw, sha256));
      if (rejection) throw refused((rejection.event as PlanRejected).faults as PlanFault[], adviceFor(view));
    }
    deadline(plan.plan_id);
    await pause(INTERVAL_MS, options.signal);
  }
}

/** How long a plan is looked for that nobody waits for. */
const ARRIVES_WITHIN_MS = 5000;
/** An old rejection of the same message counts only once the plan has had time to come. */
const OLD_REJECTION_WITHIN_MS = 8000;

/**
 * Where the plan stands once the orchestrator has taken it, or undefined when that was not to be seen within some seconds.
 * @throws HiveError PLAN_REFUSED with the faults, INTERRUPTED
 */
export async function untilTaken(
  ledger: Ledger,
  submitted: Submitted,
  options: FollowOptions,
): Promise<PlanState | undefined> {
  const { plan_id } = submitted.plan;
  const timeoutMs = submitted.rejectedBefore ? OLD_REJECTION_WITHIN_MS : ARRIVES_WITHIN_MS;
  const look = async (at: number): Promise<PlanView | undefined> => {
    const plan = (await ledger.loadPlan(plan_id))?.state;
    // Received is not decided yet.
    return plan === undefined || plan.phase === 'received' ? undefined : { plan, tickets: [], at };
  };
  try {
    return (await untilSeen(ledger, submitted, look, { timeoutMs, ...options })).plan;
  } catch (error) {
    if (error instanceof HiveError && error.code === 'PLAN_WAIT_TIMEOUT') return undefined;
    throw error;
  }
}

const adviceFor = (other: PlanView | undefined): string | undefined =>
  other === undefined ? undefined : 'submit --new-id gives it an id of its own';
