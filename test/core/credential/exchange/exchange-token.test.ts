import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../../adapters/system/digest.ts';
import { createCatalogue } from '../../../../core/catalogue/create-catalogue.ts';
import { createReadUsable } from '../../../../core/catalogue/usable-assets.ts';
import { createExchangeToken } from '../../../../core/credential/exchange/exchange-token.ts';
import { AWS_AUDIENCE, createIssueWebIdentity } from '../../../../core/credential/exchange/web-identity.ts';
import { createGuardTicket } from '../../../../core/credential/guard.ts';
import { createKeyRingInForce } from '../../../../core/credential/key-ring/in-force.ts';
import type { KeyRingState } from '../../../../core/credential/key-ring/state.ts';
import { discoveryOf, jwksOf } from '../../../../core/credential/publish.ts';
import { scopesOf } from '../../../../core/credential/ticket-claims.ts';
import { HiveError } from '../../../../core/errors.ts';
import { KEY_RING_AGGREGATE } from '../../../../core/ledger/aggregate.ts';
import { awsCredentialsAnswer } from '../../../../core/messages/agent-api.ts';
import type { AwsCredentials, RoleWanted } from '../../../../core/ports/assume-role.ts';
import type { Ledger } from '../../../../core/ports/ledger.ts';
import type { TicketEvent } from '../../../../core/ticket/events.ts';
import { claimDigest } from '../../../../core/ticket/fence.ts';
import type { TicketSpec } from '../../../../core/ticket/state.ts';
import { createAccess } from '../../../support/access.ts';
import { agent } from '../../../support/agents.ts';
import { data, OPERATOR } from '../../../support/assets.ts';
import { createMonitoredHive } from '../../../support/monitored-hive.ts';
import { task } from '../../../support/plans.ts';
import { createTokens, trustDomain } from '../../../support/ring.ts';
import { started, steps } from '../../../support/scene.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const ROLE = 'arn:aws:iam::123456789012:role/hive-test-assets';
const ISSUER = 'https://keys.example.com/test';
const SECRETS: AwsCredentials = {
  access_key_id: 'ASIASECRETID',
  secret_access_key: 'secretsecret',
  session_token: 'sessionsession',
};
const fence = { agent_id: 'worker-1', attempt: 1, claim_id: 'c'.repeat(32) };
const caller = { principal: 'arn:aws:iam::1:role/agent', source: '192.0.2.1' };
const MINUTE = 60_000;

let hive: ReturnType<typeof createMonitoredHive>;
let tokens: ReturnType<typeof createTokens>;
let access: ReturnType<typeof createAccess>;
let wanted: RoleWanted[];
let ticket: TicketSpec;
/** as STS would do; a test may have it do otherwise */
let sts: (request: RoleWanted) => Promise<AwsCredentials>;

beforeEach(async () => {
  hive = createMonitoredHive(virtualClock());
  tokens = createTokens({ ledger: hive.ledger, clock: hive.clock });
  access = createAccess(hive);
  wanted = [];
  sts = async () => SECRETS;
  await tokens.rotateKeys();
  await hive.agents.register(agent('worker-1', { clearance: 'RESTRICTED' }));
  const catalogue = createCatalogue({ ...hive, sha256 });
  const put = (asset_id: string, storage_location: string) =>
    catalogue.putAsset(asset_id, {
      tenants: ['*'],
      asset: data({ asset_id, storage_location, classification: 'internal', pii_fields: [] }),
      ...{ reviewed: false, ...OPERATOR },
    });
  await put('orders', 's3://orders/raw/');
  await put('reports', 's3://reports/daily.csv');
  await put('users', 'dynamodb://users');
  const assets = [
    { asset_id: 'orders', action: 'read' },
    { asset_id: 'reports', action: 'write' },
    { asset_id: 'users', action: 'read' },
    { asset_id: 'orders', action: 'delete' },
  ];
  ticket = await runningTicket('plan-1', assets);
});

/** A ticket that worker-1 has claimed; its attempt ends in `minutes`. */
async function runningTicket(plan_id: string, assets: { asset_id: string; action: string }[], minutes = 5) {
  const [spec] = (await hive.scene.plan({ plan_id, tasks: [task('a', { assets })] }, ...started)) as [TicketSpec];
  const claimed: TicketEvent = {
    ...{ type: 'TicketStarted', agent_id: 'worker-1', attempt: 1, claim_digest: claimDigest(fence.claim_id, sha256) },
    timeout_at: hive.clock.now() + minutes * MINUTE,
  };
  await hive.scene.ticketEvents(spec, [steps.ready, steps.assigned(), claimed]);
  return spec;
}

async function tokenOf({ ticket_id, plan_id, ...spec }: TicketSpec): Promise<string> {
  const attempt_ends = Math.ceil(hive.clock.now() / 1000) + 300;
  const grant = { plan_id, ticket_id, attempt: 1, agent_id: 'worker-1', scopes: scopesOf(spec), attempt_ends };
  return (await tokens.issue(grant)).token;
}

/** As the function calls it. */
async function exchange(
  of: TicketSpec = ticket,
  more: { token?: string; ledger?: Ledger; fence?: Partial<typeof fence> } = {},
) {
  const ledger = more.ledger ?? hive.ledger;
  const { recordRefusal, authorize } = access;
  const exchangeToken = createExchangeToken({
    ...{ ...hive, ledger, sha256, authorize, roleArn: ROLE, readUsable: createReadUsable(hive) },
    identify: createIssueWebIdentity({
      ...{ ring: createKeyRingInForce(hive), sign: tokens.sign, clock: hive.clock, newId: () => 'jti', trustDomain },
      issuer: ISSUER,
    }),
    assumeRole: async (request) => {
      wanted.push(request);
      return sts(request);
    },
  });
  const said = { ...fence, ...more.fence };
  const guard = createGuardTicket({ check: tokens.checker(), recordRefusal });
  const { ticket_id } = of;
  const token = more.token ?? (await tokenOf(of));
  const bearer = { ticket_id, attempt: said.attempt, agent_id: said.agent_id };
  return guard({ ...bearer, token, caller, action: 'ExchangeToken' }, (grant) => exchangeToken(ticket_id, said, grant));
}

const exchanges = async (of: TicketSpec) => {
  const state = (await hive.ledger.loadTicket(of.ticket_id))?.state;
  return state?.phase === 'running' ? (state.exchanges ?? 0) : 0;
};

describe('The token of a live attempt', () => {
  it('is exchanged for credentials for what the task reads and writes in S3, until the attempt ends', async () => {
    const ends = hive.clock.now() + 5 * MINUTE;
    const answer = awsCredentialsAnswer.parse(await exchange());
    const kept = [
      { asset_id: 'orders', action: 'read' },
      { asset_id: 'reports', action: 'write' },
    ];
    expect(answer).toMatchObject({ ...SECRETS, ticket_id: ticket.ticket_id, assets: kept });
    expect(answer.expires_at).toBe(Math.floor(ends / 1000) * 1000);
    expect(answer.left_out.map(({ asset_id, action }) => `${asset_id} ${action}`)).toEqual([
      'users read',
      'orders delete',
    ]);
    const [{ policy, ...request }] = wanted as [RoleWanted];
    expect(request).toMatchObject({ role_arn: ROLE, session_name: `${ticket.ticket_id}-1`, duration_s: 900 });
    expect(policy).toContain('arn:aws:s3:::orders/raw/*');
    expect(policy).toContain(new Date(answer.expires_at).toISOString().replace('.000', ''));
    expect(policy).not.toContain('users');
  });

  it('gives rights for a quarter of an hour at most, however long the attempt is', async () => {
    const long = await runningTicket('plan-long', [{ asset_id: 'orders', action: 'read' }], 600);
    expect((await exchange(long)).expires_at - hive.clock.now()).toBeLessThanOrEqual(15 * MINUTE);
  });

  it('is recorded before the answer, with what the policies allowed it by and without any secret', async () => {
    const written: string[] = [];
    const commit: Ledger['commit'] = (writes) => {
      written.push(JSON.stringify(writes));
      return hive.ledger.commit(writes);
    };
    await exchange(ticket, { ledger: { ...hive.ledger, commit } });
    expect(await exchanges(ticket)).toBe(1);
    expect(written).toHaveLength(1);
    for (const told of ['TokenExchanged', ROLE, 'agent-calls-own-ticket', 'orders']) expect(written[0]).toContain(told);
    for (const secret of [...Object.values(SECRETS), wanted[0]?.token ?? '']) expect(written[0]).not.toContain(secret);
  });

  it('is answered with nothing where that cannot be recorded', async () => {
    const broken: Ledger = { ...hive.ledger, commit: () => Promise.reject(new Error('no table')) };
    await expect(exchange(ticket, { ledger: broken })).rejects.toThrow('no table');
    expect(await exchanges(ticket)).toBe(0);
  });

  it('is answered with nothing where it was revoked while AWS was asked', async () => {
    sts = async () => {
      await hive.scene.ticketEvents(ticket, [
        { type: 'TokenRevoked', agent_id: 'worker-1', attempt: 1, by: 'sec', why: 'w' },
      ]);
      sts = async () => SECRETS;
      return SECRETS;
    };
    await expect(exchange()).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    expect(await exchanges(ticket)).toBe(0);
  });

  it('is shown to AWS as another one, which the published keys verify, and which no call for a ticket is taken with', async () => {
    await exchange();
    const shown = wanted[0]?.token ?? '';
    const ring = await hive.ledger.loadState<KeyRingState>(KEY_RING_AGGREGATE);
    const keys = createLocalJWKSet(jwksOf(ring?.state as KeyRingState) as JSONWebKeySet);
    const { payload } = await jwtVerify(shown, keys, { currentDate: new Date(hive.clock.now()) });
    const now = Math.floor(hive.clock.now() / 1000);
    expect(payload).toEqual({
      ...{ iss: ISSUER, sub: 'spiffe://hive-test/agent/worker-1', aud: AWS_AUDIENCE, jti: 'jti' },
      ...{ iat: now, nbf: now, exp: now + 60, plan_id: 'plan-1', ticket_id: ticket.ticket_id, attempt: 1 },
    });
    expect(discoveryOf(ISSUER)).toMatchObject({ issuer: ISSUER, jwks_uri: `${ISSUER}/.well-known/jwks.json` });
    await expect(exchange(ticket, { token: shown })).rejects.toMatchObject({ code: 'TOKEN_INVALID', status: 401 });
  });
});

describe('Nothing is exchanged', () => {
  const refuses = (code: string, run: Promise<unknown>) => expect(run).rejects.toMatchObject({ code });

  it('without a token, or with one of another ticket, attempt or agent', async () => {
    const other = await runningTicket('plan-2', [{ asset_id: 'orders', action: 'read' }]);
    await refuses('TOKEN_MISSING', exchange(ticket, { token: '' }));
    await refuses('TOKEN_OF_ANOTHER_TICKET', exchange(ticket, { token: await tokenOf(other) }));
    await refuses('TOKEN_OF_ANOTHER_ATTEMPT', exchange(ticket, { fence: { attempt: 2 } }));
    await refuses('TOKEN_OF_ANOTHER_AGENT', exchange(ticket, { fence: { agent_id: 'worker-2' } }));
    await refuses('TICKET_ALREADY_CLAIMED', exchange(ticket, { fence: { claim_id: 'd'.repeat(32) } }));
    expect(wanted).toEqual([]);
  });

  it('for an attempt that is over, or as good as over', async () => {
    const token = await tokenOf(ticket);
    hive.clock.advance(5 * MINUTE - 500);
    await refuses('ATTEMPT_ENDING', exchange(ticket, { token }));
    await hive.scene.ticketEvents(ticket, [steps.failedOnce()]);
    await refuses('TICKET_NOT_ASSIGNED', exchange(ticket, { token }));
    expect(wanted).toEqual([]);
  });

  it('for assets that are not where AWS credentials are any use, and each is told why', async () => {
    const elsewhere = await runningTicket('plan-3', [{ asset_id: 'users', action: 'read' }]);
    await expect(exchange(elsewhere)).rejects.toMatchObject({
      ...{ code: 'AWS_NOTHING_TO_GRANT', status: 409 },
      detail: { left_out: [{ asset_id: 'users', action: 'read', why: expect.stringContaining('storage_location') }] },
    });
    await refuses('AWS_NOTHING_TO_GRANT', exchange(await runningTicket('plan-4', [])));
    expect(wanted).toEqual([]);
  });

  it('for an asset that was retired since, as the policies say', async () => {
    await createCatalogue({ ...hive, sha256 }).retireAsset('orders', OPERATOR);
    await refuses('POLICY_DENIED', exchange());
    expect(wanted).toEqual([]);
  });

  it('that the token itself does not name', async () => {
    const { plan_id, ticket_id } = ticket;
    const scopes = ['ticket:report', 'asset:reports:write'];
    const attempt_ends = Math.ceil(hive.clock.now() / 1000) + 300;
    const { token } = await tokens.issue({
      plan_id,
      ticket_id,
      attempt: 1,
      agent_id: 'worker-1',
      scopes,
      attempt_ends,
    });
    expect((await exchange(ticket, { token })).assets).toEqual([{ asset_id: 'reports', action: 'write' }]);
    expect(wanted[0]?.policy).not.toContain('orders');
  });

  it('and nothing recorded, where AWS refuses', async () => {
    sts = async () => {
      throw new HiveError('AWS_EXCHANGE_REFUSED', 'no', { status: 503 });
    };
    await refuses('AWS_EXCHANGE_REFUSED', exchange());
    expect(await exchanges(ticket)).toBe(0);
  });

  it('more often than an attempt could use', async () => {
    const of = { type: 'TokenExchanged', agent_id: 'worker-1', attempt: 1, role_arn: ROLE, session_name: 's' } as const;
    const event: TicketEvent = {
      ...of,
      assets: [],
      until: 0,
      authorization: { policies: [], inputs: '', policy_set: '' },
    };
    await hive.scene.ticketEvents(
      ticket,
      Array.from({ length: 100 }, () => event),
    );
    await refuses('AWS_EXCHANGES_USED_UP', exchange());
  });
});
