import { InvalidIdentityTokenException, PackedPolicyTooLargeException, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { createAssumeRole } from '../../adapters/sts/assume-role.ts';

const WANTED = {
  ...{ token: 'a.b.c', role_arn: 'arn:aws:iam::123456789012:role/assets', session_name: 'ticket-1-1' },
  ...{ policy: '{"Version":"2012-10-17","Statement":[]}', duration_s: 900 },
};
const answering = (answer: () => unknown) => {
  const sent: unknown[] = [];
  const send = async (command: { input: unknown }) => {
    sent.push(command.input);
    return answer();
  };
  return { sent, assumeRole: createAssumeRole({ send } as never) };
};
const failing = (error: unknown) =>
  answering(() => {
    throw error;
  }).assumeRole(WANTED);
const metadata = { $metadata: {}, message: 'details of STS' };

describe('Taking a role on', () => {
  it('asks for it with the token and the policy, and hands out what it gets', async () => {
    const { sent, assumeRole } = answering(() => ({
      Credentials: { AccessKeyId: 'id', SecretAccessKey: 'secret', SessionToken: 'token', Expiration: new Date(0) },
    }));
    expect(await assumeRole(WANTED)).toEqual({
      access_key_id: 'id',
      secret_access_key: 'secret',
      session_token: 'token',
    });
    expect(sent).toEqual([
      {
        ...{ WebIdentityToken: 'a.b.c', RoleArn: WANTED.role_arn, RoleSessionName: 'ticket-1-1' },
        ...{ Policy: WANTED.policy, DurationSeconds: 900 },
      },
    ]);
  });

  it('needs no credentials of its own: the request is not signed', async () => {
    const requests: { headers: Record<string, string>; body: string }[] = [];
    const sts = new STSClient({
      region: 'us-east-1',
      credentials: () => Promise.reject(new Error('there are none')),
      requestHandler: {
        handle: async (request: { headers: Record<string, string>; body: string }) => {
          requests.push(request);
          throw new Error('seen');
        },
      } as never,
      maxAttempts: 1,
    });
    await expect(createAssumeRole(sts)(WANTED)).rejects.toMatchObject({ code: 'AWS_UNREACHABLE' });
    expect(requests).toHaveLength(1);
    expect(Object.keys(requests[0]?.headers ?? {}).map((name) => name.toLowerCase())).not.toContain('authorization');
    expect(requests[0]?.body).toContain('Action=AssumeRoleWithWebIdentity');
  });

  it.each([
    [
      'a policy that is too large when packed',
      new PackedPolicyTooLargeException(metadata),
      'AWS_POLICY_TOO_LARGE',
      422,
    ],
    ['a token that it does not take', new InvalidIdentityTokenException(metadata), 'AWS_EXCHANGE_REFUSED', 503],
    ['no answer', new Error('socket hang up'), 'AWS_UNREACHABLE', 503],
  ])('tells of %s in a code of ours', async (_, error, code, status) => {
    await expect(failing(error)).rejects.toMatchObject({ code, status, cause: error });
    await expect(failing(error)).rejects.not.toThrow(/details of STS/);
  });

  it('takes an answer without credentials for none', async () => {
    await expect(answering(() => ({})).assumeRole(WANTED)).rejects.toMatchObject({ code: 'AWS_UNREACHABLE' });
  });
});
