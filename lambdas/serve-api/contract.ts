/** The Monitoring API behind its gateway: any path and method below `/v1` (REST) and `/neural_hive.v1.*` (Connect, gRPC-Web). */
export const ENV = [
  'LEDGER_TABLE',
  'POOL_QUEUE_URL',
  'TIMER_QUEUE_URL',
  'PLAN_MACHINE_PREFIX',
  'PLAN_MACHINE_ROLE_ARN',
  'PLAN_MACHINE_LOG_GROUP_ARN',
  'COMPLETE_PLAN_FUNCTION',
  'TRUST_DOMAIN',
  /** `gateway` or `signature`: see lambdas/runtime/identity.ts */
  'CALLERS',
  /** JSON: who has which roles by the deployment, see core/access/standing-roles.ts */
  'STANDING_ROLES',
] as const;
