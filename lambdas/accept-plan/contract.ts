/** Called by the bus with each `CognitivePlanApproved`; may run any number of times for the same plan. */
export const ENV = [
  'LEDGER_TABLE',
  'POOL_QUEUE_URL',
  'TIMER_QUEUE_URL',
  'PLAN_MACHINE_PREFIX',
  'PLAN_MACHINE_ROLE_ARN',
  'PLAN_MACHINE_LOG_GROUP_ARN',
  'COMPLETE_PLAN_FUNCTION',
] as const;
