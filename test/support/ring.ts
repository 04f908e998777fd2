/** A ring of keys that really sign, wrapped by nothing, over a ledger in memory and a clock that is moved by hand. */
import { generateKeyPairSync } from 'node:crypto';
import { createSignToken, verifyByCrypto } from '../../adapters/crypto/token-signatures.ts';
import { createMemoryLedger } from '../../adapters/memory/ledger.ts';
import { createMemoryTable } from '../../adapters/memory/table.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import type { Refusal } from '../../core/access/refusal.ts';
import { createCheckToken } from '../../core/credential/check.ts';
import { createGuardTicket } from '../../core/credential/guard.ts';
import { createIssueToken } from '../../core/credential/issue.ts';
import { createKeyRingInForce } from '../../core/credential/key-ring/in-force.ts';
import { createRotateKeys } from '../../core/credential/key-ring/rotate-keys.ts';
import type { PublicJwk } from '../../core/credential/key-ring/state.ts';
import type { KeyMaker } from '../../core/ports/key-maker.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { virtualClock } from './virtual-clock.ts';

export const trustDomain = { name: 'hive-test' };

export function localKeys(): KeyMaker {
  let made = 0;
  return {
    async make() {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
      const wrapped = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
      return { kid: `key-${++made}`, public_jwk: { kty, crv, x, y } as PublicJwk, wrapped, wrapped_by: 'nobody' };
    },
  };
}

/** Processes of its own for whoever issues and whoever checks: each has its own copy of the ring. */
export function createTokens(options: { ledger?: Ledger; clock?: ReturnType<typeof virtualClock> } = {}) {
  const { ledger = createMemoryLedger(createMemoryTable()), clock = virtualClock() } = options;
  const refusals: Refusal[] = [];
  let ids = 0;
  const deps = { ledger, clock, sha256 };
  const rotateKeys = createRotateKeys({ ...deps, keys: localKeys() });
  const sign = createSignToken(async ({ private: of }) => new Uint8Array(Buffer.from(of?.wrapped ?? '', 'base64')));
  const recordRefusal = async (refusal: Refusal) => void refusals.push(refusal);
  const checker = () =>
    createCheckToken({ ring: createKeyRingInForce(deps), verify: verifyByCrypto, clock, trustDomain });
  const issuer = () =>
    createIssueToken({
      ...{ ring: createKeyRingInForce(deps), sign, clock, trustDomain, newId: () => `id-${++ids}` },
      makeFirstKey: async () => (await rotateKeys()).state,
    });
  const check = checker();
  return {
    ...{ ledger, clock, rotateKeys, sign, refusals, recordRefusal, check, checker, issuer },
    issue: issuer(),
    guard: createGuardTicket({ check, recordRefusal }),
  };
}
