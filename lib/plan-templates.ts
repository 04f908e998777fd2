/** Reads the plan templates and compiles them: a plan's file is all there is to write. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cognitivePlan } from '../core/messages/cognitive-plan.ts';
import { compilePlan, renderAsl } from '../core/plan/compile/index.ts';
import type { PlanTemplate } from './template-machine.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Every `*.json` of the folder, in the order of their names; plans of the same shape share the first one's machine. No folder: none.
 *
 * @throws Error naming the file that is no cognitive plan or does not compile
 */
export function readPlanTemplates(folder: string): PlanTemplate[] {
  const byShape = new Map<string, PlanTemplate>();
  const files = (existsSync(folder) ? readdirSync(folder) : []).filter((file) => file.endsWith('.json'));
  for (const file of files.sort()) {
    const template = readTemplate(join(folder, file));
    if (!byShape.has(template.shape)) byShape.set(template.shape, template);
  }
  return [...byShape.values()];
}

function readTemplate(file: string): PlanTemplate {
  try {
    const plan = cognitivePlan.parse(JSON.parse(readFileSync(file, 'utf8')));
    const { shape, ir } = compilePlan(plan.tasks, { sha256 });
    return { name: basename(file, '.json'), shape, definition: (targets) => renderAsl(ir, targets) };
  } catch (cause) {
    throw new Error(`plan template ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
