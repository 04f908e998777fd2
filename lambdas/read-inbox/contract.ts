/** `GET /agents/{agent_id}/inbox`: what the agent has to do, and until when; changes nothing. */
export const ENV = ['LEDGER_TABLE', 'CALLERS'] as const;
