/** All that the bench cannot count, because only AWS itself would show it. Everything else is counted. */

/**
 * Billed duration of a warm call in ms, for each function at the memory that it is deployed with: about 5 ms a round
 * trip to DynamoDB or SQS one after the other, 20 ms to Step Functions, and our own time. Batches take `per_record` more.
 */
export const DURATION_MS: Readonly<Record<string, { readonly base: number; readonly per_record: number }>> = {
  'accept-plan': { base: 600, per_record: 0 },
  'schedule-tickets': { base: 40, per_record: 5 },
  'claim-ticket': { base: 20, per_record: 0 },
  'report-ticket': { base: 50, per_record: 0 },
  'project-ledger': { base: 15, per_record: 1 },
  'complete-plan': { base: 80, per_record: 0 },
  'register-agent': { base: 50, per_record: 0 },
  'heartbeat-agent': { base: 12, per_record: 0 },
  'heartbeat-ticket': { base: 12, per_record: 0 },
  'remove-agent': { base: 50, per_record: 0 },
  'sweep-pools': { base: 25, per_record: 0 },
  'forecast-demand': { base: 60, per_record: 0 },
  'seal-log': { base: 90, per_record: 0 },
  'fire-timers': { base: 15, per_record: 8 },
};

/** What functions have that no line above is for. */
export const OTHER_DURATION_MS = { base: 30, per_record: 5 };

/** START, END and REPORT lines of a call, as Lambda writes them in its text format with tracing on. */
export const PLATFORM_LOG_BYTES = 420;
export const PLATFORM_LOG_LINES = 3;
/** CloudWatch Logs counts this beside each line's own bytes. */
export const LOG_LINE_OVERHEAD_BYTES = 26;
/** One line of API Gateway's access log in its JSON format. */
export const ACCESS_LOG_BYTES = 330;

/**
 * Lambda's own sampling of calls that come from no traced request, beyond the first trace a second; that one is at most
 * $13 a month for the whole account. Requests through the API have the rule of the stack.
 */
export const TRACES_SAMPLED = 0.05;

/** Tokens of Step Functions seen in public logs have 620 to 800 characters. */
export const TASK_TOKEN_CHARS = 720;

/** An on-demand table starts with four partitions, each a shard of its stream; Lambda looks at a shard four times a second. */
export const STREAM_SHARDS = 4;
export const STREAM_POLL_MS = 250;

/** From a message's arrival until Lambda's poller hands it to the function. */
export const QUEUE_POLL_MS = 20;
/** Long polls of Lambda's pollers that wait at an idle queue, 20 s each: the least that it keeps. */
export const IDLE_POLLERS = 5;
export const LONG_POLL_MS = 20_000;

/** Between an agent and the API, one way and back. */
export const AGENT_ROUND_TRIP_MS = 20;
