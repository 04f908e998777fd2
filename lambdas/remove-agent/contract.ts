/** `DELETE /agents/{agent_id}`: the agent leaves: it gets no more tickets, and is removed once it holds none; an ephemeral one's inbox is deleted then. */
export const ENV = ['LEDGER_TABLE', 'INBOX_PREFIX', 'CALLERS'] as const;
