/** Recorded workflows as plans whose kinds of work are the recorded programs. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CognitivePlan } from '../../core/messages/cognitive-plan.ts';
import { checkPlan } from '../../core/plan/check.ts';
import { importWfformat } from '../../core/plan/import/wfformat.ts';

export interface Workflow {
  readonly name: string;
  readonly plan: CognitivePlan;
  readonly kinds: readonly string[];
}

export function readWorkflows(folder: string): Workflow[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((file) => {
    const document: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const name = basename(file, '.json');
    const imported = importWfformat(document, { planId: name, createdAtMs: 0 });
    const tasks = imported.tasks.map((task) => ({ ...task, task_type: task.parameters?.program || task.task_type }));
    const { plan, faults } = checkPlan({ ...imported, tasks });
    if (plan === undefined) throw new Error(`${name}: ${JSON.stringify(faults)}`);
    return { name, plan, kinds: [...new Set(plan.tasks.map(({ task_type }) => task_type))] };
  });
}
