import { expect, it } from 'vitest';
import { createApiClient } from '../../agents/sdk/api-client.ts';
import { isTransient } from '../../agents/sdk/failures.ts';
import { backoffMs } from '../../agents/sdk/retry.ts';
import { problemAnswer } from './edge.ts';
import { edgeForTest, KEYS } from './setup.ts';

async function client() {
  const edge = await edgeForTest();
  return { edge, api: createApiClient({ baseUrl: `${edge.url}/`, region: 'eu-west-1', credentials: KEYS }) };
}
const registration = { agent_id: 'worker-1', capabilities: ['build'] };

it('signs each request for execute-api with the agent’s credentials', async () => {
  const { edge, api } = await client();
  await api.register(registration);
  const headers: Record<string, unknown> = edge.calls[0]?.headers ?? {};
  expect(headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=[^,]*host[^,]*, Signature=[0-9a-f]{64}$/,
  );
  expect(headers['x-amz-date']).toMatch(/^\d{8}T\d{6}Z$/);
});

it('turns problem details into a HiveError with the same code and status', async () => {
  const { edge, api } = await client();
  edge.fail('PUT agent', problemAnswer(409, 'TICKET_NOT_ASSIGNED'));
  await expect(api.register(registration)).rejects.toMatchObject({
    name: 'HiveError',
    code: 'TICKET_NOT_ASSIGNED',
    status: 409,
    message: 'the edge says TICKET_NOT_ASSIGNED',
  });
});

it('names the status when a gateway answers instead of the API', async () => {
  const { edge, api } = await client();
  edge.fail('PUT agent', { status: 403, body: { message: 'Missing Authentication Token' } });
  const error = await api.register(registration).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'HTTP_403', status: 403 });
  expect(error.message).toContain('Missing Authentication Token');
  expect(isTransient(error)).toBe(false);
});

it('refuses an answer that is not what the schema says', async () => {
  const { edge, api } = await client();
  edge.fail('PUT agent', { status: 200, body: { agent_id: 'worker-1' } });
  const error = await api.register(registration).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'ANSWER_INVALID' });
  expect(error.message).toContain('inbox_url');
});

it('says that nothing answered, and why, when the API is not there', async () => {
  const { edge, api } = await client();
  await edge.close();
  const error = await api.heartbeat('worker-1').catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'API_UNREACHABLE' });
  expect(error.message).toContain('ECONNREFUSED');
  expect(isTransient(error)).toBe(true);
});

it('backs off exponentially with full jitter, up to ten seconds', () => {
  expect([0, 1, 2, 3].map((failures) => backoffMs(failures, () => 1))).toEqual([200, 400, 800, 1600]);
  expect(backoffMs(1000, () => 1)).toBe(10_000);
  expect(backoffMs(5, () => 0)).toBe(0);
});

it('asks for the inbox and hands back by the paths of the API', async () => {
  const { edge, api } = await client();
  const handed = { agent_id: 'worker-1', attempt: 1, why: 'no time' };
  await Promise.allSettled([api.inbox('worker-1'), api.handBack('a/b', handed)]);
  expect(edge.calls.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
    'GET /agents/worker-1/inbox',
    'POST /tickets/a%2Fb/hand-back',
  ]);
});
