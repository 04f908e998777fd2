/** A small world: agents that are what they are, plans that run on them, and trails of what was seen. */
import { expectedRatio } from '../../core/predict/behaviour.ts';
import type { Rest, RestTask } from '../../core/predict/rest.ts';
import { createSampler } from '../../core/predict/sample-rest.ts';
import { createTrailBook } from '../../core/trail/book.ts';
import { drawNormal } from '../../core/trail/draw.ts';
import type { Estimate } from '../../core/trail/estimate.ts';
import { meanDuration } from '../../core/trail/predict.ts';

const KINDS = 3;
const AGENTS = 6;
const RETRIES = 2;
const BACKOFF_MS = 5000;
const TIMEOUT_FACTOR = 10;
const FROM = Date.UTC(2026, 0, 1);
const PAUSE_MS = 120_000;

export interface WorldPlan {
  readonly tasks: readonly RestTask[];
  /** what its estimates say, spread over the agents, and at least along its longest way, ms */
  readonly work_ms: number;
}

interface Truth {
  readonly mean: number;
  readonly sd: number;
  readonly success: number;
}

export function createWorld(random: () => number) {
  const book = createTrailBook();
  let now = FROM;
  const truths: Truth[][] = Array.from({ length: AGENTS }, () =>
    Array.from({ length: KINDS }, () => ({
      mean: 0.6 * drawNormal(random),
      sd: 0.1 + 0.5 * random(),
      success: random() < 0.2 ? 0.8 : 0.98,
    })),
  );
  const names = truths.map((_, agent) => `agent-${agent}`);

  function drawPlan(): WorldPlan {
    const count = 5 + Math.floor(random() * 36);
    const tasks: RestTask[] = [];
    for (let at = 0; at < count; at++) {
      const before = Array.from({ length: Math.floor(random() * 3) }, () => Math.floor(random() * at)).filter(
        () => at > 0,
      );
      const estimated_ms = 10_000 * (1 + 9 * random());
      tasks.push({
        ...{
          task_id: `t${at}`,
          estimated_ms,
          timeout_ms: TIMEOUT_FACTOR * estimated_ms,
          pool: 0,
          failures: 0,
          rank: 0,
        },
        ...{ kind: Math.floor(random() * KINDS), retries_left: RETRIES, backoff_ms: BACKOFF_MS, not_before_ms: 0 },
        dependencies: [...new Set(before)],
      });
    }
    const ranks = tasks.map(({ estimated_ms }) => estimated_ms);
    for (let at = count - 1; at >= 0; at--)
      for (const before of tasks[at]?.dependencies ?? [])
        ranks[before] = Math.max(ranks[before] ?? 0, (tasks[before]?.estimated_ms ?? 0) + (ranks[at] ?? 0));
    const work = tasks.reduce((sum, { estimated_ms }) => sum + estimated_ms, 0) / AGENTS;
    return {
      tasks: tasks.map((task, at) => ({ ...task, rank: ranks[at] ?? 0 })),
      work_ms: work + Math.max(...ranks),
    };
  }

  const known = (): Estimate[][] => {
    const estimates = book.estimates(now);
    return names.map((name) => Array.from({ length: KINDS }, (_, kind) => estimates(name, `kind-${kind}`)));
  };

  const restOf = ({ tasks }: WorldPlan): Rest => ({
    ...{ tasks, pools: 1, kinds: KINDS, handover_ms: 0 },
    groups: known().map((estimates) => ({ free: 1, pools: [0], estimates })),
  });

  /** As if every task took its mean and none failed. */
  function meanEnd(plan: WorldPlan): number {
    const rest = restOf(plan);
    const certain = (estimate: Estimate): Estimate => ({
      ln_ratio: { mean: Math.log(meanDuration(estimate, 1)), kappa: 1e12, alpha: 1e12, beta: 1e-6 },
      success: { a: 1e12, b: 1e-3 },
      evidence: 1,
    });
    const groups = rest.groups.map((group) => ({ ...group, estimates: group.estimates.map(certain) }));
    return createSampler({ ...rest, groups }, random)().end_ms;
  }

  /** Runs it as agents are, choosing them by what is known, in steps from one end to the next. @returns ms; Infinity where it failed */
  function run({ tasks }: WorldPlan): number {
    const estimates = known();
    const began = now;
    const done = new Set<number>();
    const free = new Set(names.keys());
    const ready: { task: number; from: number; failed: number }[] = [];
    const under: { task: number; agent: number; end: number; failed: number; good: boolean; ms: number }[] = [];
    const entered = new Set<number>();
    for (;;) {
      for (const [task, { dependencies }] of tasks.entries())
        if (!entered.has(task) && dependencies.every((before) => done.has(before))) {
          entered.add(task);
          ready.push({ task, from: now, failed: 0 });
        }
      ready.sort((a, b) => (tasks[b.task]?.rank ?? 0) - (tasks[a.task]?.rank ?? 0));
      for (const entry of ready.filter(({ from }) => from <= now)) {
        const { kind, estimated_ms } = tasks[entry.task] as RestTask;
        const cost = (agent: number) => expectedRatio(estimates[agent]?.[kind] as Estimate);
        const agent = [...free].sort((a, b) => cost(a) - cost(b))[0];
        if (agent === undefined) break;
        ready.splice(ready.indexOf(entry), 1);
        free.delete(agent);
        const { mean, sd, success } = (truths[agent] as Truth[])[kind] as Truth;
        const good = random() < success;
        const whole = Math.min(TIMEOUT_FACTOR * estimated_ms, estimated_ms * Math.exp(mean + sd * drawNormal(random)));
        const ms = Math.ceil(good ? whole : whole * random());
        under.push({ ...entry, agent, good, ms, end: now + ms });
      }
      const moments = [...under.map(({ end }) => end), ...ready.map(({ from }) => from)].filter((at) => at > now);
      if (moments.length === 0) break;
      now = Math.min(...moments);
      for (const ended of under.filter(({ end }) => end <= now)) {
        under.splice(under.indexOf(ended), 1);
        free.add(ended.agent);
        const { kind, estimated_ms } = tasks[ended.task] as RestTask;
        book.note({
          ...{ agent_id: names[ended.agent] as string, task_type: `kind-${kind}`, at: now },
          ...{ duration_ms: ended.ms, estimated_duration_ms: estimated_ms },
          outcome: ended.good ? 'success' : 'failure',
        });
        if (ended.good) done.add(ended.task);
        else if (ended.failed < RETRIES)
          ready.push({
            task: ended.task,
            from: now + Math.ceil(random() * BACKOFF_MS * 2 ** ended.failed),
            failed: ended.failed + 1,
          });
      }
    }
    const took = now - began;
    now += PAUSE_MS;
    return done.size === tasks.length ? took : Number.POSITIVE_INFINITY;
  }

  return { drawPlan, restOf, meanEnd, run };
}
