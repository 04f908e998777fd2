/**
 * What drawing beliefs of a few agents costs against drawing those of all: agents that nobody knows are learnt by what they
 * are given, and each choice costs what it is dearer in truth than the best agent.
 */
import { createStandingIndex } from '../../core/swarm/match/standing/standing-index.ts';
import { type Estimate, NEUTRAL } from '../../core/trail/estimate.ts';
import { NOW } from '../../test/support/plans.ts';
import { agentOf, entryOf } from '../../test/support/scheduling.ts';
import { seeded } from '../support/random-plans.ts';

export interface ExplorationOf {
  readonly drawn: string;
  readonly best: number;
  readonly others: number;
  readonly exploration: 'thompson' | 'none';
  readonly agents: number;
  readonly tickets: number;
  readonly swarms: number;
  readonly seed: number;
}

export interface Explored {
  readonly drawn: string;
  readonly agents: number;
  readonly tickets: number;
  /** expected cost of the choices ÷ the best agent's, − 1: over all tickets, and over the last tenth */
  readonly mean_gap: number;
  readonly late_gap: number;
}

const ENTRY = entryOf('ticket');
/** Of ln durations about an agent's own mean. */
const SPREAD = 0.3;

export function explore(of: ExplorationOf): Explored {
  const sums = { all: 0, late: 0 };
  for (let nth = 0; nth < of.swarms; nth++) {
    const costs = costsOf({ ...of, seed: of.seed + nth });
    costs.forEach((cost, at) => {
      sums.all += cost / costs.length;
      if (at >= 0.9 * costs.length) sums.late += cost / (0.1 * costs.length);
    });
  }
  const { drawn, agents, tickets } = of;
  return { drawn, agents, tickets, mean_gap: sums.all / of.swarms, late_gap: sums.late / of.swarms };
}

/** @returns by ticket, how much dearer than the best agent */
function costsOf({ agents, tickets, seed, best, others, exploration }: ExplorationOf): Float64Array {
  const random = seeded(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const truth = Array.from({ length: agents }, () => ({ ln: 0.6 * normal(), success: 1 - 0.3 * random() ** 3 }));
  const known = truth.map((): Estimate => NEUTRAL);
  const numberOf = (id: string): number => Number(id.split('-')[1]);
  const estimates = (id: string): Estimate => known[numberOf(id)] as Estimate;
  const index = createStandingIndex({ estimates, random }, { best, others, exploration });
  for (let n = 0; n < agents; n++) index.put(agentOf(`agent-${n}`, { capacity: 10 }));
  const cost = ({ ln, success }: (typeof truth)[number]): number => Math.exp(ln + SPREAD ** 2 / 2) / success;
  const least = Math.min(...truth.map(cost));
  return Float64Array.from({ length: tickets }, () => {
    const id = index.decide(ENTRY, NOW)?.agent.agent_id as string;
    const of = truth[numberOf(id)] as (typeof truth)[number];
    known[numberOf(id)] = learnt(estimates(id), random() < of.success ? of.ln + SPREAD * normal() : undefined);
    index.learn(id, ENTRY.task_type);
    return cost(of) / least - 1;
  });
}

/** @param ln of the duration ÷ the estimate; undefined: it failed */
function learnt(
  { ln_ratio: { mean, kappa, alpha, beta }, success: { a, b }, evidence }: Estimate,
  ln?: number,
): Estimate {
  const success = ln === undefined ? { a, b: b + 1 } : { a: a + 1, b };
  if (ln === undefined) return { ln_ratio: { mean, kappa, alpha, beta }, success, evidence: evidence + 1 };
  const ln_ratio = {
    mean: (kappa * mean + ln) / (kappa + 1),
    kappa: kappa + 1,
    alpha: alpha + 0.5,
    beta: beta + (kappa * (ln - mean) ** 2) / (2 * (kappa + 1)),
  };
  return { ln_ratio, success, evidence: evidence + 1 };
}
