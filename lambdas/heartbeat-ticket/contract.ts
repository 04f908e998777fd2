/** `POST /tickets/{ticket_id}/heartbeat` by the agent that the ticket is assigned to; may be called again with the same claim_id. */
export const ENV = ['LEDGER_TABLE', 'TRUST_DOMAIN', 'CALLERS'] as const;
