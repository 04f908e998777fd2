/** Called with the ledger's stream (event items): publishes what was committed on the bus, and counts it; a record may come again. */
export const ENV = ['EVENT_BUS_NAME', 'LEDGER_TABLE'] as const;
