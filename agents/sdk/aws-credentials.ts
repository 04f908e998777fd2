/** AWS credentials for what a ticket's task reads and writes, as the AWS SDK takes them: `new S3Client({ credentials })`. */
import type { Fence } from '../../core/messages/agent-api.ts';
import type { ApiClient } from './api-client.ts';
import type { WithToken } from './attempt-token.ts';

/** As `AwsCredentialIdentity` of the AWS SDK: `expiration` has it ask again in time. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** @throws HiveError as the API refuses; `HTTP_…` where the deployment hands out none */
export type AwsCredentialsOf = () => Promise<AwsCredentials>;

/** Each call asks anew: the AWS SDK keeps what it got until it is about to expire. */
export function createAwsCredentials(
  api: Pick<ApiClient, 'awsCredentials'>,
  ticketId: string,
  fence: Fence,
  tokens: WithToken,
): AwsCredentialsOf {
  return async () => {
    const answer = await tokens((token) => api.awsCredentials(ticketId, fence, token));
    return {
      accessKeyId: answer.access_key_id,
      secretAccessKey: answer.secret_access_key,
      sessionToken: answer.session_token,
      expiration: new Date(answer.expires_at),
    };
  };
}
