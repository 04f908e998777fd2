/** Called by a clock, every quarter of an hour; may run at any other time, and twice at the same time. */
export const ENV = ['LEDGER_TABLE'] as const;

/** Assets in use that may not be called: an alarm goes by it. */
export const NON_CONFORMING = 'assets_non_conforming';
