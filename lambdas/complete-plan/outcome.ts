/** What a machine is told: the phase of its plan, or an error that it knows. */
import type { z } from 'zod';
import { HiveError } from '../../core/errors.ts';
import { PLAN_COMPENSATED, PLAN_FAILED } from '../../core/plan/compile/asl.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { input } from './contract.ts';

/** Named as machines know it: they fail, and neither call again nor take it for a fault. */
export class PlanFailed extends Error {
  override readonly name = PLAN_FAILED;
}

interface Told {
  readonly phase: string;
  /** the machine came to its end, but its plan did not complete */
  readonly fails: boolean;
}

/** Errors that calling again could not mend are outcomes; any other is thrown as it is. */
export async function phaseTold(completing: Promise<PlanState | undefined>): Promise<Told> {
  try {
    return { phase: (await completing)?.phase ?? 'unknown', fails: false };
  } catch (error) {
    if (!(error instanceof HiveError)) throw error;
    // A copy that somebody started by hand: nothing is wrong with the plan.
    if (error.code === 'EXECUTION_FOREIGN') return { phase: 'not_its_own', fails: false };
    if (error.code === 'LEDGER_INCONSISTENT') return { phase: String(error.detail['phase'] ?? 'failed'), fails: true };
    throw error;
  }
}

/** The bus's echo of an end that the machine has told itself: counted then. */
export const isEcho = (message: z.infer<typeof input>): boolean =>
  message.kind === 'plan_machine_failed' && [PLAN_FAILED, PLAN_COMPENSATED].includes(message.failure.Error);
