/**
 * What it costs to authorise one dispatch and the calls that follow: mint a ticket's token, verify it, decide by policies,
 * all in process. Beside it, in the same run: what this machine takes for the cryptography alone; plain jose with keys
 * imported each time, and Cedar that parses its policies for each question. `npm run bench:authorise`.
 */
import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import { isAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { v7 } from 'uuid';
import { createCedarEngine } from '../adapters/cedar/engine.ts';
import { createSignToken, verifyByCrypto } from '../adapters/crypto/token-signatures.ts';
import { sha256 } from '../adapters/system/digest.ts';
import { newTokenId } from '../adapters/system/token-id.ts';
import { createCheckToken } from '../core/credential/check.ts';
import { createIssueToken } from '../core/credential/issue.ts';
import type { PublicJwk } from '../core/credential/key-ring/state.ts';
import { audienceOf, type Grant, issuerOf, subjectOf } from '../core/credential/ticket-claims.ts';
import type { AccessRequest } from '../core/policy/access.ts';
import { DEFAULT_POLICY_SET, POLICY_SCHEMA } from '../core/policy/default-set.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { dispatchQuestion } from '../core/policy/questions.ts';
import { tenantEntity, withTenants } from '../core/policy/tenants.ts';
import type { PolicyEngine } from '../core/ports/policies.ts';
import { NOW, ticketsOf } from '../test/support/plans.ts';
import { printTable } from './support/table.ts';

/** Batches of each, after some that are not counted. */
const BATCHES = Number(process.env.BATCHES ?? 100);
const WARM = 40;
const BATCH = 10;
const POLICIES = 50;
const TARGET_US = 250;

/** Fifty of the policies that come with the code, those that a dispatch is decided by among them. */
function fifty(): PolicySet {
  const ids = Object.keys(DEFAULT_POLICY_SET.policies);
  const about = ids.filter((id) => /DispatchTicket/.test(DEFAULT_POLICY_SET.policies[id] ?? ''));
  const chosen = [...about, ...ids.filter((id) => !about.includes(id))].slice(0, POLICIES);
  const policies = Object.fromEntries(chosen.map((id) => [id, DEFAULT_POLICY_SET.policies[id] ?? '']));
  return { ...DEFAULT_POLICY_SET, policies };
}

const trustDomain = { name: 'hive-bench' };
const GRANT: Grant = {
  ...{ plan_id: 'plan-1', ticket_id: 'ticket-1', attempt: 1, agent_id: 'worker' },
  scopes: ['ticket:heartbeat', 'ticket:report', 'ticket:hand-back', 'task:build', 'asset:orders-api:write'],
  attempt_ends: Math.floor(Date.now() / 1000) + 3600,
};
const BEARER = { ticket_id: 'ticket-1', attempt: 1, agent_id: 'worker', scope: 'ticket:report' };

/** As functions have it: a ring at hand, its key unwrapped once. */
function tokens() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  const public_jwk = { kty, crv, x, y } as PublicJwk;
  const state = { sequence: 1, keys: [{ kid: 'bench', phase: 'signing', added_at: 0, public_jwk } as const] };
  const at_hand = async () => state;
  const common = { ring: { current: at_hand, knowing: at_hand, signing: at_hand }, clock: Date, trustDomain };
  const unwrap = async () => new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
  const privateJwk = privateKey.export({ format: 'jwk' }) as JWK;
  const issuer = issuerOf(trustDomain);
  const audience = audienceOf(trustDomain);
  return {
    issue: createIssueToken({ ...common, newId: newTokenId, sign: createSignToken(unwrap) }),
    check: createCheckToken({ ...common, verify: verifyByCrypto }),
    plain: {
      mint: async ({ agent_id, ...claims }: Grant) =>
        new SignJWT({ ...claims, jti: v7() })
          .setProtectedHeader({ alg: 'ES256', kid: 'bench' })
          .setSubject(subjectOf(trustDomain, agent_id))
          .setIssuer(issuer)
          .setAudience(audience)
          .setIssuedAt()
          .setExpirationTime('15m')
          .sign(await importJWK(privateJwk, 'ES256')),
      verify: async (token: string) =>
        jwtVerify(token, await importJWK(public_jwk as JWK, 'ES256'), { issuer, audience, algorithms: ['ES256'] }),
    },
  };
}

const set = fifty();
const [spec] = ticketsOf();
const agent = {
  ...{ agent_id: 'worker', kind: 'microservice' as const, clearance: 'INTERNAL' as const },
  ...{ capabilities: ['build', 'test'], location: { region: 'eu-west-1' } },
};
const compiled = createCedarEngine(set, POLICY_SCHEMA, sha256);
const cedar = createCedarEngine(set, POLICY_SCHEMA, sha256, { compiled: false });
/** No question is as the one before. */
let asked = 0;
const ask = (): AccessRequest =>
  dispatchQuestion(agent, spec as never, { attempt: ++asked, deadline: NOW + 3_600_000 }, NOW + asked);

function decide(engine: PolicyEngine): void {
  if (!engine.decide(ask()).allowed) throw new Error('the dispatch is denied: nothing to measure');
}

function decideReparsed(): void {
  const { principal, action, resource, context, entities } = ask();
  const answer = isAuthorized({
    ...{ principal, resource, context: context as never, schema: POLICY_SCHEMA, validateRequest: true },
    action: { type: 'Action', id: action },
    policies: { staticPolicies: set.policies },
    entities: withTenants(entities, (id) => tenantEntity(id, set.tenants)) as never,
  });
  if (answer.type !== 'success' || answer.response.decision !== 'allow') throw new Error('denied');
}

type Cost = Readonly<Record<'least' | 'quartile' | 'median' | 'p99' | 'cpu', number>>;

/**
 * µs of each run, over short batches that take turns with those of all the others: the least and the lower quartile are what
 * it costs on a core of one's own, median and p99 what it costs on this machine as busy as it is. CPU is this process's, a
 * run on average, collecting garbage on other threads among it.
 */
async function measure(
  all: Readonly<Record<string, () => Promise<unknown> | unknown>>,
  [warm, counted] = [WARM, BATCHES],
): Promise<Map<string, Cost>> {
  const runs = new Map(Object.keys(all).map((name) => [name, { elapsed: [] as number[], cpu: 0 }]));
  for (let nth = -warm; nth < counted; nth++)
    for (const [name, run] of Object.entries(all)) {
      const elapsed: number[] = [];
      const before = process.cpuUsage();
      for (let times = 0; times < BATCH; times++) {
        const start = performance.now();
        await run();
        elapsed.push((performance.now() - start) * 1000);
      }
      const { user, system } = process.cpuUsage(before);
      const of = runs.get(name);
      if (nth < 0 || of === undefined) continue;
      of.elapsed.push(...elapsed);
      of.cpu += user + system;
    }
  return new Map(
    [...runs].map(([name, { elapsed, cpu }]) => {
      elapsed.sort((a, b) => a - b);
      const at = (part: number) => elapsed[Math.floor(part * (elapsed.length - 1))] ?? 0;
      return [name, { least: at(0), quartile: at(0.25), median: at(0.5), p99: at(0.99), cpu: cpu / elapsed.length }];
    }),
  );
}

const { issue, check, plain } = tokens();
const { token } = await issue(GRANT);
const raw = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const text = Buffer.from(token.slice(0, token.lastIndexOf('.')));
const [ownKey, publicKey] = [raw.privateKey, raw.publicKey].map((key) => ({ key, dsaEncoding: 'ieee-p1363' }) as const);
const signature = sign('sha256', text, ownKey as never);
const block = Buffer.alloc(10_000, 1);
const WHOLE = 'mint + verify + decide';

const costs = await measure({
  'calibration: SHA-256 of 10 kB': () => createHash('sha256').update(block).digest(),
  'calibration: ES256 sign': () => sign('sha256', text, ownKey as never),
  'calibration: ES256 verify': () => verify('sha256', text, publicKey as never, signature),
  mint: () => issue(GRANT),
  verify: () => check.forCall(token, BEARER),
  decide: () => decide(compiled),
  [WHOLE]: async () => {
    await check.forCall((await issue(GRANT)).token, BEARER);
    decide(compiled);
  },
  'decide, Cedar alone': () => decide(cedar),
});
const plainCost = await measure(
  {
    'plain jose + Cedar re-parsed': async () => {
      await plain.verify(await plain.mint(GRANT));
      decideReparsed();
    },
  },
  [2, 10],
);
printTable([
  [`${Object.keys(set.policies).length} policies, µs`, 'least', 'quartile', 'median', 'p99', 'CPU'],
  ...[...costs, ...plainCost].map(([name, { least, quartile, median, p99, cpu }]) => [
    name,
    ...[least, quartile, median, p99, cpu].map((us) => us.toFixed(0)),
  ]),
]);
const { quartile = 0, median = 0 } = costs.get(WHOLE) ?? {};
const crypto = ['sign', 'verify'].reduce(
  (sum, what) => sum + (costs.get(`calibration: ES256 ${what}`)?.quartile ?? 0),
  0,
);
console.log(
  `${median <= TARGET_US ? 'within' : 'over'} the target of ${TARGET_US} µs at the median of ${BATCHES * BATCH} runs: ${median.toFixed(0)} µs; ` +
    `lower quartile ${quartile.toFixed(0)} µs, of which the two operations on the curve alone take ${crypto.toFixed(0)} µs`,
);
