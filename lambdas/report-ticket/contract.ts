/** `POST /tickets/{ticket_id}/report` by the agent that holds the claim; the same report may come any number of times. */
export const ENV = ['LEDGER_TABLE', 'POOL_QUEUE_URL', 'TIMER_QUEUE_URL', 'TRUST_DOMAIN', 'CALLERS'] as const;
