/** Called with the ledger's stream (ended tickets): repeats what report-ticket does after its commit, should that have died. */
export const ENV = ['LEDGER_TABLE', 'POOL_QUEUE_URL'] as const;
