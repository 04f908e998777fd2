/** `PUT /agents/{agent_id}`: registers an agent, or registers it anew; makes its inbox queue unless it brings one. */
export const ENV = ['LEDGER_TABLE', 'POOL_QUEUE_URL', 'INBOX_PREFIX', 'CALLERS'] as const;
