/** `POST /tickets/{ticket_id}/hand-back` by the agent that has the ticket; the same call may come any number of times. */
export const ENV = ['LEDGER_TABLE', 'POOL_QUEUE_URL', 'TIMER_QUEUE_URL', 'TRUST_DOMAIN', 'CALLERS'] as const;
