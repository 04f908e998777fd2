/** How good the predictions of the last plans were, as the ledger has it. */
import { forEachAtOnce } from '../at-once.ts';
import type { PlanReader } from '../ports/plan-reader.ts';
import { type Calibration, type Covered, calibrationOf, coverageOf, type Judged } from './calibration.ts';
import { judgePlan, judgeTicket } from './judge.ts';

export interface CalibrationReport {
  /** plans looked at */
  readonly plans: number;
  /** of plans' being completed in time; absent where none was predicted and has ended */
  readonly in_time?: Calibration;
  /** of attempts' failing */
  readonly failures?: Calibration;
  /** of attempts' durations */
  readonly durations?: { readonly count: number; readonly p50: number; readonly p90: number };
}

const AT_ONCE = 8;

/** @param plans so many of the newest are looked at */
export async function loadCalibration(reader: PlanReader, plans: number): Promise<CalibrationReport> {
  const { items } = await reader.listPlans({ limit: plans });
  const inTime: Judged[] = [];
  const failures: Judged[] = [];
  const durations: Covered[] = [];
  for (const { plan_id } of items) {
    inTime.push(...judgePlan((await reader.loadPlan(plan_id))?.events ?? []));
    await forEachAtOnce(await reader.listTicketIds(plan_id), AT_ONCE, async (ticketId) => {
      const judged = judgeTicket(await reader.loadTicketEvents(ticketId));
      failures.push(...judged.failures);
      durations.push(...judged.durations);
    });
  }
  const found = { in_time: calibrationOf(inTime), failures: calibrationOf(failures), durations: coverageOf(durations) };
  return {
    plans: items.length,
    ...(found.in_time && { in_time: found.in_time }),
    ...(found.failures && { failures: found.failures }),
    ...(found.durations && { durations: found.durations }),
  };
}
