/**
 * What it costs to authorise one dispatch and the calls that follow: mint a ticket's token, verify it, decide by policies,
 * all in process. Beside it, in the same run: plain jose with keys imported each time, and Cedar that parses its policies
 * for each question. `npm run bench:authorise`.
 */
import { isAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose';
import { createCedarEngine } from '../adapters/cedar/engine.ts';
import { sha256 } from '../adapters/system/digest.ts';
import type { AccessRequest } from '../core/policy/access.ts';
import { DEFAULT_POLICY_SET, POLICY_SCHEMA } from '../core/policy/default-set.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { dispatchQuestion } from '../core/policy/questions.ts';
import { tenantEntity, withTenants } from '../core/policy/tenants.ts';
import { NOW, ticketsOf } from '../test/support/plans.ts';
import { printTable } from './support/table.ts';

const RUNS = Number(process.env.RUNS ?? 3000);
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

/** The token's half of it: the seam where the credential's own minting and verifying take jose's place. */
export interface Tokens {
  mint(claims: Readonly<Record<string, string | number>>): Promise<string>;
  verify(token: string): Promise<unknown>;
}

const ISSUER = 'https://neural-hive.example';
const AUDIENCE = 'neural-hive';

const signed = (claims: Readonly<Record<string, string | number>>) =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'bench' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('15m');

async function tokens(): Promise<{ kept: Tokens; plain: Tokens }> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const [privateJwk, publicJwk] = [await exportJWK(privateKey), await exportJWK(publicKey)];
  const expected = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] };
  return {
    kept: {
      mint: (claims) => signed(claims).sign(privateKey),
      verify: (token) => jwtVerify(token, publicKey, expected),
    },
    plain: {
      mint: async (claims) => signed(claims).sign(await importJWK(privateJwk, 'ES256')),
      verify: async (token) => jwtVerify(token, await importJWK(publicJwk, 'ES256'), expected),
    },
  };
}

const set = fifty();
const engine = createCedarEngine(set, POLICY_SCHEMA, sha256);
const [spec] = ticketsOf();
const agent = {
  ...{ agent_id: 'worker', kind: 'microservice' as const, clearance: 'INTERNAL' as const },
  ...{ capabilities: ['build', 'test'], location: { region: 'eu-west-1' } },
};
const claims = {
  sub: 'spiffe://neural-hive.example/agent/worker',
  plan_id: 'plan-1',
  attempt: 1,
  scopes: 'ticket:claim',
};
const ask = (): AccessRequest => dispatchQuestion(agent, spec as never, { attempt: 1, deadline: NOW + 3_600_000 }, NOW);

function decide(): void {
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

/** µs of each run: elapsed, and of this process's own CPU on average, which a busy machine does not blur. */
async function measure(runs: number, run: () => Promise<void> | void) {
  for (let warm = 0; warm < Math.min(200, runs); warm++) await run();
  const elapsed: number[] = [];
  const before = process.cpuUsage();
  for (let nth = 0; nth < runs; nth++) {
    const start = performance.now();
    await run();
    elapsed.push((performance.now() - start) * 1000);
  }
  const { user, system } = process.cpuUsage(before);
  elapsed.sort((a, b) => a - b);
  const at = (part: number) => elapsed[Math.floor(part * (elapsed.length - 1))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), cpu: (user + system) / runs };
}

const { kept, plain } = await tokens();
const token = await kept.mint(claims);
const rows: [string, Awaited<ReturnType<typeof measure>>][] = [
  ['mint', await measure(RUNS, async () => void (await kept.mint(claims)))],
  ['verify', await measure(RUNS, async () => void (await kept.verify(token)))],
  ['decide', await measure(RUNS, decide)],
  [
    'mint + verify + decide',
    await measure(RUNS, async () => {
      await kept.verify(await kept.mint(claims));
      decide();
    }),
  ],
  [
    'plain jose + Cedar re-parsed',
    await measure(Math.ceil(RUNS / 20), async () => {
      await plain.verify(await plain.mint(claims));
      decideReparsed();
    }),
  ],
];
printTable([
  [`${Object.keys(set.policies).length} policies`, 'p50 µs', 'p99 µs', 'CPU µs'],
  ...rows.map(([name, { p50, p99, cpu }]) => [name, p50.toFixed(0), p99.toFixed(0), cpu.toFixed(0)]),
]);
const whole = rows[3]?.[1].p50 ?? 0;
console.log(
  `${whole <= TARGET_US ? 'within' : 'over'} the target of ${TARGET_US} µs at the median: ${whole.toFixed(0)} µs`,
);
