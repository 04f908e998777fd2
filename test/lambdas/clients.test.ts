import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { CLIENT_CONFIG } from '../../adapters/aws/client-config.ts';
import { createTable } from '../../adapters/dynamodb/table.ts';
import { createSfnClient } from '../../adapters/stepfunctions/plan-machines.ts';

const config = { region: 'r', credentials: { accessKeyId: 'a', secretAccessKey: 's' } };

it.each([
  ['DynamoDB', () => createTable('t', config).client],
  ['Step Functions', () => createSfnClient(config)],
  ['SQS', () => new SQSClient({ ...CLIENT_CONFIG, ...config })],
])('a client of %s gives a request up after ten seconds, and tries it three times', async (_, make) => {
  const client = make();
  // The handler reads its settings with the first request.
  const handler = client.config.requestHandler as unknown as { configProvider: Promise<Record<string, unknown>> };
  expect(await handler.configProvider).toMatchObject({
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    throwOnRequestTimeout: true,
  });
  expect(await client.config.maxAttempts()).toBe(3);
  expect(client.config.retryMode).toBe('standard');
  client.destroy();
});
