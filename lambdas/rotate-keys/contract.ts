/** Called once a minute: keys that sign tickets' tokens are made, take over and are put out of use when that is due. */
export const ENV = ['LEDGER_TABLE', 'TRUST_DOMAIN', 'TOKEN_KEY_ARN'] as const;

/** Metric: how long the key that signs has signed; nothing where none does. */
export const SIGNING_AGE = 'token_signing_key_age_seconds';
