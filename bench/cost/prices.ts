/** The price table, shared with what a ticket's explanation says of its cost. */
export * from '../../core/monitor/prices.ts';
