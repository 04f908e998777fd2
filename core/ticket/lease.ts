/** A claimed ticket whose holder has not been heard of for this long is taken to be lost. */
export const LEASE_MS = 15_000;

/** Heartbeats in a row that may be lost before the lease runs out, whatever an agent's interval. */
const HEARTBEATS_IN_A_LEASE = 3;

/** Also the time that an agent has to claim what was assigned to it. */
export const leaseOf = (agent: { readonly heartbeat_interval_ms: number }): number =>
  Math.max(LEASE_MS, HEARTBEATS_IN_A_LEASE * agent.heartbeat_interval_ms);
