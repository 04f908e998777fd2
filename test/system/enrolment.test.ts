/** Agents without AWS credentials, at the API that asks for no signature: let in, at work, and shut out again. */
import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { createApiClient } from '../../agents/sdk/api-client.ts';
import { exchangeEnrolment, renewCredential } from '../../agents/sdk/credential-fetch.ts';
import { connectAccess } from '../../bin/support/access-client.ts';
import { newestRefusals } from '../../core/access/lists.ts';
import type { RefusalState } from '../../core/access/record-refusal.ts';
import { credentialAggregate, enrolmentAggregate, healthAggregate } from '../../core/ledger/aggregate.ts';
import {
  agents,
  codeOf,
  fetchAgain,
  historyOf,
  ledger,
  outputs,
  planEnd,
  planOf,
  putPlan,
  ticketInPhase,
  unique,
} from './stack.ts';

const capability = unique('enrolled');
const agentId = unique('walk-in');
const access = connectAccess({ stage: 'test', outputs });
const baseUrl = outputs.EnrolledAgentsApiUrl;
const why = 'a machine of our own';

const clientOf = (credential: string) =>
  createApiClient({ baseUrl, region: outputs.Region, credential: () => credential, fetch: fetchAgain });
const registration = { agent_id: agentId, capabilities: [capability], capacity: 2, heartbeat_interval_ms: 300_000 };

afterAll(() => access.revokeCredential(agentId, { why: 'the test is over' }));

describe('an enrolled agent', () => {
  it('works with its credential alone, is no other, and is nobody once that is revoked', async () => {
    const enrolment = await access.enrol(agentId, { why, capabilities: [capability], clearance: 'INTERNAL' });
    const { enrolment_id, secret } = enrolment;
    expect(await codeOf(exchangeEnrolment({ baseUrl }, enrolment_id, randomBytes(32).toString('base64url')))).toBe(
      'ENROLMENT_INVALID',
    );
    const { credential } = await exchangeEnrolment({ baseUrl }, enrolment_id, secret);
    expect(await codeOf(exchangeEnrolment({ baseUrl }, enrolment_id, secret))).toBe('ENROLMENT_USED');

    const api = clientOf(credential);
    expect(await codeOf(api.register({ ...registration, capabilities: [capability, 'root'] }))).toBe(
      'AGENT_BEYOND_ENROLMENT',
    );
    expect(await codeOf(api.register({ ...registration, agent_id: unique('another') }))).toBe('AGENT_OF_ANOTHER');
    await api.register(registration);

    const planId = unique('enrolled');
    await putPlan(planOf(planId, { a: [], b: ['a'] }, capability));
    for (const name of ['a', 'b']) {
      const { ticket_id } = await ticketInPhase(planId, name, 'assigned');
      const fence = { agent_id: agentId, attempt: 1, claim_id: randomBytes(24).toString('base64url') };
      const { token } = await api.claim(ticket_id, fence);
      const result = { ticket_id, agent_id: agentId, status: 'COMPLETED', timestamp: Date.now(), schema_version: 1 };
      const report = { attempt: 1, claim_id: fence.claim_id, result: result as never };
      expect(await codeOf(api.report(ticket_id, report))).toBe('TOKEN_MISSING');
      await api.report(ticket_id, report, token);
    }
    expect(await planEnd(planId)).toMatchObject({ phase: 'completed' });

    const renewed = await renewCredential({ baseUrl }, agentId, credential);
    expect((await clientOf(renewed.credential).heartbeat(agentId)).assignments).toEqual([]);
    await access.revokeCredential(agentId, { why: 'it is lost' });
    for (const lost of [credential, renewed.credential, randomBytes(32).toString('base64url')])
      expect(await codeOf(clientOf(lost).heartbeat(agentId))).toBe('CREDENTIAL_INVALID');
    expect(await codeOf(renewCredential({ baseUrl }, agentId, renewed.credential))).toBe('CREDENTIAL_INVALID');

    const refusals = await newestRefusals<RefusalState>(ledger, 200);
    const codes = refusals.filter(({ resource }) => resource.includes(agentId)).map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['AGENT_BEYOND_ENROLMENT']));
    expect((await agents.load(agentId))?.owner).toContain(agentId);
    const aggregates = [enrolmentAggregate(enrolment_id), credentialAggregate(agentId), healthAggregate(agentId)];
    const kept = JSON.stringify(await Promise.all(aggregates.map(historyOf)));
    expect(kept).toContain('EnrolmentUsed');
    for (const said of [secret, credential, renewed.credential]) expect(kept).not.toContain(said);
  });
});
