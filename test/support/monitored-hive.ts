/** A hive with something of everything to look at: plans and tickets in many phases, agents, incidents. */

import { faultsOfPolicySet } from '../../adapters/cedar/policy-set.ts';
import { verifyByCrypto } from '../../adapters/crypto/token-signatures.ts';
import { createMemoryBuckets } from '../../adapters/memory/guards.ts';
import { createMemoryPlanReader } from '../../adapters/memory/plan-reader.ts';
import { createMemoryTallies } from '../../adapters/memory/tallies.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import { createEnrolments } from '../../core/access/enrolment/enrolments.ts';
import { createCatalogue } from '../../core/catalogue/create-catalogue.ts';
import { createTokenOperations } from '../../core/credential/token-operations.ts';
import { createGuards } from '../../core/guard/guards.ts';
import { createExplainTicket } from '../../core/monitor/explain.ts';
import { createMonitor, type Monitor } from '../../core/monitor/monitor.ts';
import { createGetStrategy } from '../../core/monitor/strategy.ts';
import { createStandDown } from '../../core/operate/stand-down.ts';
import type { PlanEvent } from '../../core/plan/events.ts';
import { DEFAULT_POLICY_SET, POLICY_SCHEMA } from '../../core/policy/default-set.ts';
import { createChangePolicies } from '../../core/policy/in-force/change-policies.ts';
import type { TicketSpec } from '../../core/ticket/state.ts';
import { agent } from './agents.ts';
import { createHive } from './hive.ts';
import { dependent, NOW, task } from './plans.ts';
import { createScene, SECRETS, started, steps } from './scene.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

/** A clock on which waiting takes the time that it says: what waits for news comes to an end. */
export function waitingClock(): VirtualClock {
  const clock = virtualClock();
  return { ...clock, sleep: async (ms) => clock.advance(ms) };
}

export function createMonitoredHive(clock: VirtualClock = waitingClock()) {
  const hive = createHive({ clock });
  const reader = createMemoryPlanReader(hive.table);
  const tallies = createMemoryTallies();
  const monitor: Monitor = createMonitor({
    ...{ reader, clock, sha256 },
    explainTicket: createExplainTicket({ ...hive, reader }),
    getStrategy: createGetStrategy({ ...hive, reader, tallies }),
  });
  const catalogue = createCatalogue({ ...hive, sha256 });
  const policies = createChangePolicies({
    ...{ ledger: hive.ledger, clock, sha256, defaults: DEFAULT_POLICY_SET, schema: POLICY_SCHEMA },
    faultsOf: (set) => faultsOfPolicySet(set, POLICY_SCHEMA),
  });
  const guards = createGuards({ ...hive, sha256, buckets: createMemoryBuckets() });
  const tokens = createTokenOperations({ ...hive, sha256, verify: verifyByCrypto, trustDomain: { name: 'hive-test' } });
  let made = 0;
  const next = () => String(++made);
  const enrolments = createEnrolments({
    ...{ ...hive, sha256, newId: next, newSecret: next },
    standDown: createStandDown(hive.deps),
  });
  const served = { monitor, operations: hive.operations, catalogue, policies, guards, tokens, enrolments };
  return { ...hive, reader, tallies, monitor, catalogue, served, scene: createScene(hive.ledger) };
}

export type MonitoredHive = ReturnType<typeof createMonitoredHive>;

const by = { by: 'ops', why: 'because' };
const ending = { reason: 'b failed', failed_tasks: ['b'] };

/** Plans by the phase they are in, by the events that lead there. */
const PHASES: Readonly<Record<string, readonly PlanEvent[]>> = {
  received: [],
  awaiting_approval: [{ type: 'PlanAwaitingApproval', reasons: ['risk_score'], shape: 's' }],
  running: started,
  paused: [...started, { type: 'PlanPaused', ...by }],
  halted: [...started, { type: 'PlanHalted', incident_id: '00000000-0000-8000-8000-000000000001', ...ending }],
  compensating: [...started, { type: 'PlanCompensating', compensations: 1, in_doubt: [], ...ending }],
  completed: [...started, { type: 'PlanCompleted', tickets: 3, duration_ms: 9 }],
  failed: [...started, { type: 'PlanFailed', ...ending }],
  cancelled: [...started, { type: 'PlanCancelled', ...by }],
};

/** An id that has to be encoded wherever it goes. */
export const AWKWARD_ID = 'plän/№ 7?%2F#x y';

/** Fills the hive: each phase has its plan, `plan-<phase>`, of tasks a, b after a, c after a. */
export async function fill({ scene, agents }: Pick<MonitoredHive, 'scene' | 'agents'>): Promise<void> {
  await agents.register(agent('worker-1', { capacity: 3 }));
  await agents.register(agent('worker-2', { capabilities: ['deploy'], heartbeat_at: NOW - 60_000 }));
  const tasks = [task('a'), dependent('b', 'a'), dependent('c', 'a')];
  for (const [phase, events] of Object.entries(PHASES)) {
    const plan_id = `plan-${phase}`;
    const [a, b] = (await scene.plan({ plan_id, tasks }, ...events)) as [TicketSpec, TicketSpec];
    if (events.length < 2) continue;
    await scene.ticketEvents(a, steps.run());
    await scene.ticketEvents(b, [steps.ready, steps.assigned(), steps.started(), steps.failedOnce()]);
    if (phase === 'compensating') await scene.undo(a);
    await scene.incident(`00000000-0000-8000-8000-00000000000${phase.length % 10}`, plan_id).catch(() => undefined);
  }
  await scene.plan({ plan_id: AWKWARD_ID }, ...started);
}

/** Whatever is answered, none of this is in it. */
export const SECRET_TEXTS: readonly string[] = [...Object.values(SECRETS), 'task_token', 'claim_digest'];
