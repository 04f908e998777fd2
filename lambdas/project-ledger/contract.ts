/** Called with the ledger's stream (event items): publishes what was committed on the bus, counts it, and notes it for the log; a record may come again. */
export const ENV = ['EVENT_BUS_NAME', 'LEDGER_TABLE', 'TIMER_QUEUE_URL'] as const;

/** Counted by `neural_hive_orchestrator_<this>_total`: breakers that have opened. */
export const OPENED = 'breakers_opened';

/** Counted by type, for alarms: what a person should look at. */
export const COUNTED = {
  SecuritySignalRaised: 'security_signals',
  BreakGlassUsed: 'break_glass_used',
} as const;

/** Events of this type do not go into the log: they say how far it is. */
export const NOT_LOGGED = 'LogSealed';
