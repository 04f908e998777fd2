/** `POST /tickets/{ticket_id}/aws-credentials` by the agent that runs the attempt; each call is answered with others. */
export const ENV = [
  'LEDGER_TABLE',
  'TRUST_DOMAIN',
  'TOKEN_KEY_ARN',
  'CALLERS',
  /** what is taken on, narrowed to the ticket's assets */
  'ASSET_ROLE_ARN',
  /** https URL: of the tokens that the role trusts */
  'TOKEN_ISSUER',
] as const;
