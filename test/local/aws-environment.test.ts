import { describe, expect, it } from 'vitest';
import { awsEnvironment } from '../../local/aws-environment.ts';

const aws = { endpoint: 'http://127.0.0.1:4566' };

describe('the environment of the local AWS', () => {
  it('sends SDK clients and the CDK to the endpoint, as the local account in one region', () => {
    expect(awsEnvironment(aws, {})).toMatchObject({
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_REGION: 'us-east-1',
      CDK_DEFAULT_ACCOUNT: '000000000000',
    });
  });

  it("hides the user's own profile and session", () => {
    const environment = {
      AWS_PROFILE: 'production',
      AWS_SESSION_TOKEN: 'secret',
      ...awsEnvironment(aws, { AWS_PROFILE: 'production', AWS_SESSION_TOKEN: 'secret' }),
    };
    expect(environment).toMatchObject({ AWS_PROFILE: '', AWS_SESSION_TOKEN: '', AWS_ACCESS_KEY_ID: 'test' });
  });

  it('sets no empty profile where there was none: some tools take it for a name', () => {
    expect(awsEnvironment(aws, {})).not.toHaveProperty('AWS_PROFILE');
  });
});
