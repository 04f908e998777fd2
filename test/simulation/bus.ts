/**
 * What comes to the orchestrator from outside: plans on the bus, and what machines and the service that runs them tell of
 * executions' ends. All of it at least once, but the notice that an execution ended may be lost.
 */
import { HiveError } from '../../core/errors.ts';
import type { CognitivePlanInput } from '../../core/messages/cognitive-plan.ts';
import type { AcceptOutcome } from '../../core/plan/accept.ts';
import { PLAN_FAILED } from '../../core/plan/compile/asl.ts';
import type { MachineEnd } from '../../core/plan/complete.ts';
import { phaseTold } from '../../lambdas/complete-plan/outcome.ts';
import type { MachineCall } from '../support/played-machines.ts';
import type { Faults } from './faults.ts';
import type { Outcome, Processes } from './processes.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export interface Bus {
  /** A producer's plan; delivered until it is taken in. */
  put(plan: CognitivePlanInput): void;
  /** A machine calls complete-plan, and waits for its answer. */
  call(call: MachineCall): void;
  /** An execution has ended otherwise than well. */
  tell(end: MachineEnd): void;
  /** what is not delivered yet */
  readonly waiting: number;
}

const AGAIN_MS = [1000, 30_000] as const;
const LATE_MS = [500, 20_000] as const;

export function createBus(deps: {
  scheduler: Scheduler;
  processes: Processes;
  faults: Faults;
  random: Random;
  accepted: (outcome: AcceptOutcome) => void;
}): Bus {
  const { scheduler, processes, faults, random, accepted } = deps;
  let waiting = 0;
  const lateness = () => (faults.happens('late') ? random.between(...LATE_MS) : random.below(500));

  const accept = (plan: CognitivePlanInput): void =>
    processes.start(
      'accept-plan',
      ({ acceptPlan }) => acceptPlan(plan),
      (outcome) => {
        if (outcome.kind === 'answered') accepted(outcome.value);
        if (outcome.kind !== 'answered' || faults.happens('duplicated'))
          scheduler.after(random.between(...AGAIN_MS), () => accept(plan));
        else waiting--;
      },
    );

  const answerTo =
    ({ answer, reject }: MachineCall) =>
    (outcome: Outcome<Awaited<ReturnType<typeof phaseTold>>>): void => {
      if (outcome.kind !== 'answered') {
        scheduler.after(random.between(...AGAIN_MS), () => reject('Lambda.Unknown'));
        return;
      }
      const { fails, phase } = outcome.value;
      if (fails) reject(PLAN_FAILED);
      else answer({ phase: phase as never });
    };

  const tell = (end: MachineEnd): void =>
    processes.start(
      'complete-plan (bus)',
      ({ completePlan }) => phaseTold(completePlan(end)),
      (outcome) => {
        if (outcome.kind !== 'answered' || faults.happens('duplicated'))
          scheduler.after(random.between(...AGAIN_MS), () => tell(end));
        else waiting--;
      },
    );

  return {
    put(plan) {
      waiting++;
      scheduler.after(lateness(), () => accept(plan));
    },
    call: (call) =>
      processes.start(
        'complete-plan',
        ({ completePlan }) => phaseTold(completePlan(call.message)),
        (outcome) => {
          if (outcome.kind === 'answered' && faults.happens('duplicated')) repeat(call);
          answerTo(call)(outcome);
        },
      ),
    tell(end) {
      if (faults.happens('lost')) return;
      waiting++;
      scheduler.after(lateness(), () => tell(end));
    },
    get waiting() {
      return waiting;
    },
  };

  /** The same call twice: the machine hears of one of them. */
  function repeat({ message }: MachineCall): void {
    waiting++;
    tell(message);
  }
}

/** Errors that a caller is meant to act on, and not to try again. */
export const isRefusal = (error: unknown): error is HiveError =>
  error instanceof HiveError && error.status >= 400 && error.status < 500;
