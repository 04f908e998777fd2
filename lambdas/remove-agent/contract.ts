/** `DELETE /agents/{agent_id}`: the agent leaves: it gets no more tickets; an ephemeral one's inbox is deleted. */
export const ENV = ['LEDGER_TABLE', 'INBOX_PREFIX'] as const;
