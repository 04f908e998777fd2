import { defineCommand } from '../../support/command.ts';
import { instant } from '../../support/options.ts';

export const tokenVerify = defineCommand({
  usage: 'verify <token>',
  summary: 'verify a token, offline: its text, its key, its signature, its claims',
  about:
    'The token is a compact JWS; - reads it from standard input. --jwks names a set of public keys (JWKS or SPIFFE bundle) or a single one. It exits with 0 where the token is valid, and else with 3, saying why: a code, and a reason. What RFC 8725 and SPIFFE JWT-SVID ask for is asked for, and more: canonical base64url, no member twice, no header but alg, typ and kid, keys that are sound. --signature-only leaves the claims out: such a token proves nothing of who may do what.',
  examples: [
    'hive token verify --jwks keys.json --audience spiffe://hive-dev/agent-api "$TOKEN"',
    'curl -s $KEYS_URL/.well-known/jwks.json > keys.json; echo "$TOKEN" | hive token verify --jwks keys.json --audience spiffe://hive-dev/agent-api - --json',
  ],
  options: (command) =>
    command
      .requiredOption('--jwks <file>', 'the keys that are trusted')
      .option('--audience <name>', 'whom the token has to be meant for (needed, but for --signature-only)')
      .option('--issuer <name>', 'whom it has to be from')
      .option('--at <time>', 'as of then (ISO 8601, or epoch ms) instead of now', instant)
      .option('--signature-only', 'no claims are looked at'),
  run: async () => (await import('./verify-token.ts')).verifyGiven,
});
