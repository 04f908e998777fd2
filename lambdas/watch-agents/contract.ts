/** Called by a clock, once a minute; may run at any other time, and twice at the same time. */
export const ENV = ['LEDGER_TABLE', 'POOL_QUEUE_URL', 'TIMER_QUEUE_URL', 'INBOX_PREFIX', 'PROBES'] as const;

/** Counts changes that the brake on mass eviction left for later: an alarm goes by it. */
export const HELD_BACK = 'agent_evictions_held_back';
