import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awsEnvironment } from '../../local/aws-environment.ts';
import { deployStack } from '../../local/deploy.ts';

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

describe('a profile of the user, with credentials of their own,', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'hive-profile-'));
    const config = join(home, 'config');
    const keys = 'aws_access_key_id = OWN\naws_secret_access_key = own\nregion = eu-west-1';
    writeFileSync(config, `[default]\n${keys}\n[profile production]\n${keys}\n`);
    writeFileSync(join(home, '.cdk.json'), '{"profile":"production"}');
    const environment = { HOME: home, HIVE_HOME: home, AWS_CONFIG_FILE: config, AWS_PROFILE: 'production' };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(home, 'none'));
    vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', 'http://elsewhere.invalid');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true, force: true });
  });

  it('is not what SDK clients use', async () => {
    for (const [name, value] of Object.entries(awsEnvironment(aws))) vi.stubEnv(name, value);
    const { config } = new CloudFormationClient({});
    expect(await config.credentials()).toMatchObject({ accessKeyId: 'test', secretAccessKey: 'test' });
    expect(await config.region()).toBe('us-east-1');
  });

  it('is not what the CDK uses, even if ~/.cdk.json names it', async () => {
    const signers = new Set<string>();
    const server = createServer((request, response) => {
      // The AWS SDK's own requests; the question for the CDK's stack is ours.
      if (request.headers['amz-sdk-request'])
        signers.add(/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'nobody');
      response.writeHead(403).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const deployed = deployStack({ endpoint, stage: 'test', name: 'profile', app: 'exit 1' });
      await expect(deployed).rejects.toMatchObject({ code: 'DEPLOY_FAILED' });
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    expect([...signers]).toEqual(['test']);
  });
});
