/** How long a ticket will take with all its attempts, and how likely it is to fail for good, as a step of its story. */
import type { NextStep } from '../messages/ticket-explanation.ts';
import { seededRandom } from '../predict/seeded.ts';
import { predictTicket } from '../predict/ticket.ts';
import type { AgentRecord } from '../swarm/agent.ts';
import { createEligible } from '../swarm/match/eligible.ts';
import { RETRY_SETTINGS } from '../ticket/retry.ts';
import { kindOfWork, type TicketRecord } from '../ticket/state.ts';
import type { Estimates } from '../trail/estimate.ts';

/** Agents that one of which gets a ticket that waits, at most; each as likely as the other. */
const LIKELY = 50;

/** Of one that runs, on its agent; of one that is ready, on those that may get it. The same until something happens to it. */
export function outlookOf(
  { spec, state, head }: Pick<TicketRecord, 'spec' | 'state' | 'head'>,
  agents: readonly AgentRecord[],
  estimates: Estimates,
  now: number,
): NextStep | undefined {
  const running = state.phase === 'running' ? state : undefined;
  const ids =
    running === undefined
      ? createEligible(
          agents,
          now,
        )(spec)
          .slice(0, LIKELY)
          .map(({ agent_id }) => agent_id)
      : [running.agent_id];
  if (ids.length === 0) return undefined;
  const { failures } = state;
  const told = predictTicket(
    {
      ...{ estimated_ms: spec.estimated_duration_ms, timeout_ms: spec.sla.timeout_ms, failures },
      retries_left: spec.qos.delivery_mode === 'AT_MOST_ONCE' ? 0 : Math.max(0, spec.sla.max_retries - failures),
      backoff_ms: RETRY_SETTINGS.base_ms[spec.risk_band],
      ...(running && { elapsed_ms: Math.max(0, now - running.started_at) }),
    },
    ids.map((id) => ({ estimate: estimates(id, kindOfWork(spec)), weight: 1 })),
    seededRandom(`${spec.ticket_id}@${head.version}`),
  );
  const fails = `fails for good with a probability of ${Math.round(1000 * told.failure) / 10} %`;
  if (!Number.isFinite(told.p50_ms) || told.failure === 1) return { what: `as far as can be told it ${fails}` };
  const after = running === undefined ? 'once begun, its attempts are' : 'its attempts are';
  const by = running === undefined ? {} : { at: Math.round(now + told.p50_ms) };
  const within = `${seconds(told.p50_ms)} as likely as not, and ${seconds(told.p90_ms)} in nine of ten cases`;
  return { ...by, what: `${after} successful within ${within}; it ${fails}` };
}

const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`);
