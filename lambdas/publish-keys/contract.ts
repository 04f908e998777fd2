/** `GET /.well-known/jwks.json` and `/.well-known/spiffe-bundle.json`, by anybody: public keys, and nothing else. */
export const ENV = ['LEDGER_TABLE'] as const;
