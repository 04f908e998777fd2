/**
 * The transform agent: triggered by its inbox (SQS, one Assignment a message, partial batch failures) and by a schedule
 * every minute, which registers it or sends its heartbeat. Either may come twice.
 */
export const ENV = ['API_URL', 'AGENT_ID', 'INBOX_URL'] as const;
export const CAPABILITY = 'transform';
