/** More than a pool can do, from tenants of every tier: tickets as they become ready, each with what it will take. */
import { CUSTOMER_TIERS, type CustomerTier } from '../../core/messages/primitives.ts';
import { type QueueEntry, queueKey } from '../../core/schedule/queue-entry.ts';
import { createRandom } from '../../core/simulate/random.ts';

export interface LoadSettings {
  readonly seed: number;
  readonly slots: number;
  /** offered work over capacity */
  readonly load: number;
  readonly hours: number;
}

/** Part of what is offered: each tier more than its weight gives it at twice the capacity. */
const OFFERED: Readonly<Record<CustomerTier, number>> = { platinum: 0.3, gold: 0.25, silver: 0.225, bronze: 0.225 };
/** Of a tier's tickets the first tenant brings most. */
export const TENANTS = [0.6, 0.1, 0.1, 0.1, 0.1];
const CRITICAL = 0.02;
const MINUTE_MS = 60_000;
const DEADLINE_MS = { CRITICAL: 10 * MINUTE_MS, NORMAL: 60 * MINUTE_MS };
/** Service is uniform between these. */
const SHORTEST_MS = 10_000;
export const LONGEST_MS = 50_000;
export const START = 1_780_000_000_000;

export const FLOOD = '0';

/** Poisson arrivals, the earliest first. */
export function offer({ seed, slots, load, hours }: LoadSettings): QueueEntry[] {
  const random = createRandom(seed);
  const gapMs = (SHORTEST_MS + LONGEST_MS) / 2 / (slots * load);
  const tickets: QueueEntry[] = [];
  for (let at = START, made = 0; ; made++) {
    at += -Math.log(1 - random()) * gapMs;
    if (at >= START + hours * 60 * MINUTE_MS) return tickets;
    const customer_tier = draw(CUSTOMER_TIERS, (tier) => OFFERED[tier], random());
    const tenant = draw([...TENANTS.keys()], (index) => TENANTS[index] ?? 0, random());
    const priority = random() < CRITICAL ? ('CRITICAL' as const) : ('NORMAL' as const);
    const of = { customer_tier, priority, ready_at: Math.round(at) };
    const names = { ticket_id: `t${made}`, tenant_id: `${customer_tier}-${tenant}` };
    const critical = priority === 'CRITICAL';
    tickets.push({
      ...{
        ...of,
        ...names,
        key: queueKey({ ...of, ...names, security_level: 'INTERNAL' }),
        pool: 'pool',
        plan_id: 'plan',
        task_id: names.ticket_id,
      },
      ...{ task_type: 'work', risk_band: critical ? 'critical' : 'medium', security_level: 'INTERNAL' },
      qos: {
        delivery_mode: critical ? 'EXACTLY_ONCE' : 'AT_LEAST_ONCE',
        consistency: critical ? 'STRONG' : 'EVENTUAL',
        durability: 'PERSISTENT',
      },
      ...{ required_capabilities: ['work'], below_ms: 0, attempt: 1, avoid: [], compensation: false },
      estimated_duration_ms: Math.round(SHORTEST_MS + random() * (LONGEST_MS - SHORTEST_MS)),
      plan_deadline: of.ready_at + DEADLINE_MS[priority],
      deadline: of.ready_at + DEADLINE_MS[priority],
    });
  }
}

function draw<T>(list: readonly T[], weightOf: (one: T) => number, at: number): T {
  let left = at;
  for (const one of list) {
    left -= weightOf(one);
    if (left < 0) return one;
  }
  return list.at(-1) as T;
}
