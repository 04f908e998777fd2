/** Plans that really went their way in memory, and their tickets' stories. */
import { createMemoryPlanReader } from '../../../adapters/memory/plan-reader.ts';
import { createExplainTicket, type ExplainTicketDeps } from '../../../core/monitor/explain.ts';
import { createHive, type Hive, ticketId } from '../../support/hive.ts';
import { dependent, plan, task } from '../../support/plans.ts';

export const build = { required_capabilities: ['build'] };
export const TASKS = [task('a', build), { ...dependent('b', 'a'), ...build }];
export const by = { by: 'ada', why: 'because' };
export const S = 1000;

export async function accepted(changes: Parameters<typeof plan>[0] = {}): Promise<Hive> {
  const hive = createHive();
  await hive.acceptPlan(plan({ tasks: TASKS, ...changes }));
  return hive;
}

export const explain = (hive: Hive, task_id: string, deps: Partial<ExplainTicketDeps> = {}) =>
  createExplainTicket({ ...hive, reader: createMemoryPlanReader(hive.table), ...deps })(ticketId(task_id));
