/** Agents that live in functions register at the tick of a clock, a minute apart: right after a deploy, tick at once. */
import { awsEnvironment } from './aws-environment.ts';

/** Waits until the stack's own agents have registered. @throws what Lambda answers when the function cannot run */
export async function wakeAgents({ endpoint, stage }: { endpoint: string; stage: string }): Promise<void> {
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const { AWS_REGION = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = awsEnvironment({ endpoint });
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const client = new LambdaClient({ endpoint, region: AWS_REGION, credentials });
  const Payload = Buffer.from(JSON.stringify({ kind: 'heartbeat' }));
  await client.send(new InvokeCommand({ FunctionName: `hive-${stage}-transform-agent`, Payload }));
}
