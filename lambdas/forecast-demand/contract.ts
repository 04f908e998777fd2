/** Called by a clock, once a minute; may run at any other time as well. */
export const ENV = ['LEDGER_TABLE', 'EVENT_BUS_NAME'] as const;
