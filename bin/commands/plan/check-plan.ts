/** `hive plan check`: everything that can be known of a plan before it is sent. */
import { sha256 } from '../../../adapters/system/digest.ts';
import { approvalReasons } from '../../../core/plan/admission.ts';
import { checkLimits, compilePlan } from '../../../core/plan/compile/index.ts';
import { PLAN_SETTINGS } from '../../../core/plan/limits.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { faultLine, readPlan, refused } from '../../support/plan-file.ts';
import { count, plain, toJson } from '../../support/text.ts';
import { findTimeFaults } from '../../support/time-faults.ts';

export const checkPlanFile: Run<object> = async (io, [file = '-'], { json }) => {
  const { plan, faults } = await readPlan(file, io);
  const time = findTimeFaults(plan, io.now());
  const all = time.newIdMends ? faults : [...faults, ...time.faults];
  if (all.length > 0) throw refused(all);
  const over = checkLimits(compilePlan(plan.tasks, { sha256 }).stats);
  if (over) throw over;

  const warnings = time.faults;
  const approval = approvalReasons(plan, PLAN_SETTINGS);
  const dependencies = plan.tasks.reduce((sum, task) => sum + task.dependencies.length, 0);
  if (json) {
    const tasks = plan.tasks.length;
    io.stdout.write(`${toJson({ ok: true, plan_id: plan.plan_id, tasks, dependencies, approval, warnings })}\n`);
    return EXIT.ok;
  }
  const { green, yellow } = io.stdout.color;
  const size = `${count(plan.tasks.length, 'task')}, ${count(dependencies, 'dependency', 'dependencies')}`;
  io.stdout.write(`${green('ok')} ${plain(plan.plan_id)}: ${size}\n`);
  for (const warning of warnings)
    io.stdout.write(`${yellow('warning')} ${faultLine(warning)} (hive submit --new-id does)\n`);
  if (approval.length > 0)
    io.stdout.write(`${yellow('note')} it will wait for approval: ${plain(approval.join('; '))}\n`);
  return EXIT.ok;
};
