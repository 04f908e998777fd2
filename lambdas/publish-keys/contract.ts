/**
 * `GET /.well-known/jwks.json` and `/.well-known/spiffe-bundle.json`, by anybody: public keys, and nothing else; where AWS is to
 * find them, `/.well-known/openid-configuration` too.
 */
export const ENV = [
  'LEDGER_TABLE',
  /** its own URL: of the tokens that AWS is shown */
  'TOKEN_ISSUER',
] as const;
