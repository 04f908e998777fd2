/** Plan templates for tests. */
import { createHash } from 'node:crypto';
import { compilePlan, renderAsl } from '../../core/plan/compile/index.ts';
import type { PlanTemplate } from '../../lib/template-machine.ts';

/** A template of the tasks, one after the other. */
export function templateOf(taskIds: readonly string[]): PlanTemplate {
  const tasks = taskIds.map((task_id, i) => ({
    task_id,
    dependencies: taskIds.slice(Math.max(0, i - 1), i),
    required_capabilities: ['any'],
  }));
  const { shape, ir } = compilePlan(tasks, { sha256: (text) => createHash('sha256').update(text).digest('hex') });
  return { name: 'test', shape, definition: (targets) => renderAsl(ir, targets) };
}
