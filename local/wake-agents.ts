/** Agents that live in functions register at the tick of a clock, a minute apart: right after a deploy, tick at once. */
import { HiveError } from '../core/errors.ts';
import { awsEnvironment } from './aws-environment.ts';

/**
 * Waits until the stack's own agents have registered.
 * @throws HiveError AGENTS_NOT_AWAKE if they tried and failed; else what Lambda answers when the function cannot run
 */
export async function wakeAgents({ endpoint, stage }: { endpoint: string; stage: string }): Promise<void> {
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const { AWS_REGION = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = awsEnvironment({ endpoint });
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const client = new LambdaClient({ endpoint, region: AWS_REGION, credentials });
  const name = `hive-${stage}-transform-agent`;
  try {
    const heartbeat = Buffer.from(JSON.stringify({ kind: 'heartbeat' }));
    const answer = await client.send(new InvokeCommand({ FunctionName: name, Payload: heartbeat }));
    // A function that throws is an answer, too: status 200, with its error as the payload.
    if (answer.FunctionError) throw notAwake(name, answer.Payload?.transformToString() ?? '');
  } finally {
    client.destroy();
  }
}

function notAwake(name: string, payload: string): HiveError {
  const reason = messageIn(payload);
  const message = `The stack is deployed, but its own agents could not register: ${name} failed with: ${reason}. They try again every minute; if that fails, too, the function's log says why.`;
  return new HiveError('AGENTS_NOT_AWAKE', message, { status: 500, detail: { function: name, reason } });
}

/** The `errorMessage` of a function's error; the payload as it is if there is none. */
function messageIn(payload: string): string {
  try {
    const { errorMessage } = JSON.parse(payload) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : payload;
  } catch {
    return payload;
  }
}
