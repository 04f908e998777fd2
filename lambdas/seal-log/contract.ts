/** Called once a minute: what was committed since is put into the log, under a head that is signed and kept for good. */
export const ENV = ['LEDGER_TABLE', 'LOG_BUCKET', 'LOG_KEY_ARN', 'LOG_NAME'] as const;

/** Metric: how long the oldest entry that no head covers has waited. */
export const PENDING_AGE = 'audit_log_pending_age_seconds';
