/** Plans to run: recorded workflows where there are some, else one drawn from a fixed seed. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sha256 } from '../../adapters/system/digest.ts';
import type { CognitivePlanInput } from '../../core/messages/cognitive-plan.ts';
import { importWfformat } from '../../core/plan/import/wfformat.ts';
import { nearby } from '../support/random-plans.ts';

export const TASKS = 246;

export interface Source {
  readonly name: string;
  /** the plan under an id of its own */
  readonly plan: (number: number, createdAtMs: number) => CognitivePlanInput;
}

/** Plan ids as producers draw them: UUIDs. */
const idOf = (number: number): string => {
  const hex = sha256(`cost ${number}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** @param path a WfFormat file, or a folder of them, of which the one nearest to 246 tasks is taken */
export function recordedPlan(path: string, scale: number): Source {
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(path, name))
    : [path];
  const read = files.map((file) => {
    const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const plan = (number: number, createdAtMs: number) =>
      importWfformat(document, { planId: idOf(number), createdAtMs, scale });
    return { name: basename(file, '.json'), plan, off: Math.abs(plan(0, 0).tasks.length - TASKS) };
  });
  const [nearest] = read.sort((a, b) => a.off - b.off);
  if (nearest === undefined) throw new Error(`${path} holds no .json file`);
  return nearest;
}

export function generatedPlan(scale: number): Source {
  const { name, tasks, durations } = nearby(TASKS, 1, TASKS);
  const plan = (number: number, createdAtMs: number): CognitivePlanInput => ({
    plan_id: idOf(number),
    version: '1.0.0',
    intent_id: `intent-${number}`,
    tasks: tasks.map(({ task_id, dependencies, required_capabilities }) => {
      const recorded = Math.round(durations.get(task_id) ?? 0);
      return {
        task_id,
        dependencies: [...dependencies],
        required_capabilities: [...required_capabilities],
        task_type: 'EXECUTE',
        description: `does ${task_id}`,
        estimated_duration_ms: Math.max(1, Math.round(recorded * scale)),
        metadata: { recorded_runtime_ms: String(recorded), scale: String(scale), source: 'generated' },
      };
    }),
    execution_order: tasks.map(({ task_id }) => task_id),
    risk_score: 0.1,
    risk_band: 'low',
    explainability_token: 'generated',
    reasoning_summary: 'Generated for the cost bench',
    status: 'approved',
    created_at: createdAtMs,
    complexity_score: 0.5,
    original_domain: 'TECHNICAL',
    original_priority: 'NORMAL',
    original_security_level: 'INTERNAL',
    schema_version: 1,
  });
  return { name, plan };
}
