/** A plan on a stack that is up, with agents in this process: submitted, followed to its end, and read from the ledger. */
import { setTimeout as sleep } from 'node:timers/promises';
import { runReplayAgent } from '../../agents/replay/agent.ts';
import { connect } from '../../agents/sdk/connect.ts';
import type { HiveClient } from '../../bin/support/hive-client.ts';
import { approvedEntry, putApproved } from '../../bin/support/put-plan.ts';
import { forEachAtOnce } from '../../core/at-once.ts';
import type { Recorded } from '../../core/ledger/chain.ts';
import type { CognitivePlan, CognitivePlanInput } from '../../core/messages/cognitive-plan.ts';
import { isPlanEnded } from '../../core/plan/state.ts';
import { endedAttempts } from '../../core/swarm/ended-attempts.ts';
import type { EndedAttempt } from '../../core/swarm/regret.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import { isTerminal } from '../../core/ticket/state.ts';
import { seeded } from '../support/random-plans.ts';
import { type RunAttempt, runAttempts } from './attempts.ts';
import type { TrueAgent } from './scene.ts';

export interface Ran {
  readonly phase: string;
  readonly attempts: readonly RunAttempt[];
  /** as regret is told of them */
  readonly ended: readonly EndedAttempt[];
}

export interface RunOptions {
  readonly plan: CognitivePlan | CognitivePlanInput;
  readonly agents: readonly TrueAgent[];
  readonly capability: string;
  readonly seed: number;
  readonly within_ms: number;
  readonly onProgress: (done: number, of: number, ms: number) => void;
}

const LOOK_MS = 2000;
const TICKETS_AT_ONCE = 16;

/** @throws Error when the plan has not ended in time; HiveError when an agent cannot register or the bus refuses */
export async function runPlan(hive: HiveClient, options: RunOptions): Promise<Ran> {
  const { plan, agents, capability, seed } = options;
  const { ApiUrl: apiUrl, Region: region } = hive.target.outputs;
  const random = seeded(seed);
  const logger = { info() {}, warn: console.error, error: console.error };
  const running = agents.map(({ agent_id: agentId, capacity, speed, failure: failureRate }) =>
    runReplayAgent(
      {
        ...{ ...connect({ apiUrl, region }), agentId, capacity, logger, capabilities: [capability] },
        registration: { clearance: 'RESTRICTED' },
      },
      { speed, failureRate, random },
    ),
  );
  try {
    await Promise.all(running.map(({ started }) => started));
    await putApproved(hive.target, approvedEntry(plan));
    const phase = await untilEnded(hive, options);
    return { phase, ...(await read(hive, plan.plan_id)) };
  } finally {
    await Promise.allSettled(running.map((agent) => agent.stop()));
  }
}

async function untilEnded({ ledger }: HiveClient, { plan, within_ms, onProgress }: RunOptions): Promise<string> {
  const began = Date.now();
  for (;;) {
    await sleep(LOOK_MS);
    const state = await ledger.loadPlanState(plan.plan_id);
    const tickets = await ledger.loadTicketStates(await ledger.ticketIdsOfPlan(plan.plan_id));
    const spent = Date.now() - began;
    onProgress(tickets.filter(isTerminal).length, plan.tasks.length, spent);
    if (state !== undefined && isPlanEnded(state)) return state.phase;
    if (spent > within_ms) throw new Error(`the plan ${plan.plan_id} has not ended within ${within_ms} ms`);
  }
}

async function read({ reader }: HiveClient, planId: string): Promise<Pick<Ran, 'attempts' | 'ended'>> {
  const attempts: RunAttempt[] = [];
  const ended: EndedAttempt[] = [];
  await forEachAtOnce(await reader.listTicketIds(planId), TICKETS_AT_ONCE, async (ticketId) => {
    const records: readonly Recorded<TicketEvent>[] = await reader.loadTicketEvents(ticketId);
    attempts.push(...runAttempts(records));
    ended.push(...endedAttempts(records));
  });
  return { attempts, ended };
}
