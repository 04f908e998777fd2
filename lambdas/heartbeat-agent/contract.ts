/** `POST /agents/{agent_id}/heartbeat`: the agent lives, and so does what it runs; answers with what it holds. */
export const ENV = ['LEDGER_TABLE', 'POOL_QUEUE_URL', 'TRUST_DOMAIN', 'TOKEN_KEY_ARN', 'CALLERS'] as const;
