/** `POST /agents/{agent_id}/credential`, by an enrolled agent with the credential that it has. */
export const ENV = ['LEDGER_TABLE'] as const;
