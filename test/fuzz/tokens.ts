/** `npm run fuzz:tokens [count] [seed]`: mutated tokens, a million by default; none may be accepted but the token itself. */
import fc from 'fast-check';
import { verifyByCrypto } from '../../adapters/crypto/token-signatures.ts';
import { keysOf } from '../../core/credential/token/key.ts';
import { verifyToken } from '../../core/credential/token/verify.ts';
import type { HiveError } from '../../core/errors.ts';
import { mutatedToken } from '../support/mutated-tokens.ts';
import { EXPECTED, ecKey, token } from '../support/tokens.ts';

const [count = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
const ROUND = 50_000;
const ec = ecKey('ec-1');
const good = token(ec.key);
const keys = keysOf({ keys: [ec.jwk] });
const reasons = new Map<string, number>();
let [tried, same, accepted] = [0, 0, 0];

for (let round = 0; tried < count; round++) {
  for (const mutated of fc.sample(mutatedToken(good), {
    numRuns: Math.min(ROUND, count - tried),
    seed: seed + round,
  })) {
    tried++;
    if (mutated === good) {
      same++;
      continue;
    }
    try {
      await verifyToken(mutated, keys, EXPECTED, verifyByCrypto);
      accepted++;
      console.log(`ACCEPTED: ${mutated}`);
    } catch (error) {
      const { code, detail } = error as HiveError;
      const reason = code === undefined ? `NO REFUSAL: ${String(error)}` : String(detail.reason);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  console.log(`${tried} of ${count}: ${accepted} accepted`);
}
const sorted = [...reasons].toSorted(([, a], [, b]) => b - a);
console.log(`${tried} tokens, ${same} the valid one itself, ${accepted} accepted; refused by reason:`);
for (const [reason, times] of sorted) console.log(`  ${reason.padEnd(20)} ${times}`);
process.exitCode = accepted > 0 || sorted.some(([reason]) => reason.startsWith('NO REFUSAL')) ? 1 : 0;
