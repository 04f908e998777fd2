/** A failing run in words: what broke, how to see it again, and what it was made of. */
import { scenarioOf } from './scenario.ts';
import type { Leaving, Run } from './simulate.ts';
import type { BrokenRun } from './worker.ts';

const list = (items: ReadonlySet<string | number> | undefined): string | undefined =>
  items === undefined || items.size === 0 ? undefined : [...items].join(',');

/** The command that plays this run again. */
export function replayCommand(seed: number, { faults, tasks, agents }: Leaving = {}): string {
  const parts = [`npm run simulate -- --seed ${seed}`];
  if (list(faults)) parts.push(`--without-faults ${list(faults)}`);
  if (list(tasks)) parts.push(`--without-tasks ${list(tasks)}`);
  if (list(agents)) parts.push(`--without-agents ${list(agents)}`);
  return parts.join(' ');
}

export function told({ run, small }: BrokenRun): string {
  const shown = small?.run ?? run;
  return [
    `Seed ${run.seed} breaks "${run.broken?.rule}": ${run.broken?.message.slice(0, 600)}`,
    `  again: ${replayCommand(run.seed)}`,
    ...(small
      ? [
          `  made small: ${small.run.faults.length} of ${run.faults.length} faults (${small.run.faults.map(({ kind }) => kind).join(', ')})`,
          `  again: ${replayCommand(run.seed, small.leaving)}`,
          ...scenarioTold(run.seed, small.leaving),
        ]
      : []),
    ...(shown.last.length > 0 ? ['  its last events:', ...shown.last.map((line) => `  ${line.slice(0, 240)}`)] : []),
  ].join('\n');
}

function scenarioTold(seed: number, leaving: Leaving): string[] {
  const { plans, agents } = scenarioOf(seed, leaving);
  return [
    ...plans.map(
      ({ plan_id, on_failure, risk_band, tasks }) =>
        `  ${plan_id} (${on_failure}, ${risk_band}): ${tasks.map(({ task_id, dependencies }) => `${task_id}(${dependencies?.join(' ')})`).join(' ')}`,
    ),
    `  agents: ${agents.map(({ agent_id, capacity }) => `${agent_id} ×${capacity}`).join(', ') || 'none until the faults stop'}`,
  ];
}

export const summary = (run: Pick<Run, 'seed' | 'digest' | 'steps' | 'lasted_ms' | 'ends' | 'faults'>): string =>
  `seed ${run.seed}: ${run.steps} steps, ${run.faults.length} faults, ${(run.lasted_ms / 1000).toFixed(0)} s of virtual time, ends ${run.ends.join(', ') || 'rejected'}, digest ${run.digest}`;
