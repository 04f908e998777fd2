/** Roles of AWS taken on with a web identity: STS asks for no signature, the token is all there is to show. */
import {
  AssumeRoleWithWebIdentityCommand,
  PackedPolicyTooLargeException,
  type STSClient,
  STSServiceException,
} from '@aws-sdk/client-sts';
import { policyTooLarge } from '../../core/credential/exchange/session-policy.ts';
import { HiveError } from '../../core/errors.ts';
import type { AssumeRole } from '../../core/ports/assume-role.ts';

export const createAssumeRole =
  (sts: Pick<STSClient, 'send'>): AssumeRole =>
  async ({ token, role_arn, session_name, policy, duration_s }) => {
    const command = new AssumeRoleWithWebIdentityCommand({
      ...{ WebIdentityToken: token, RoleArn: role_arn, RoleSessionName: session_name },
      ...{ Policy: policy, DurationSeconds: duration_s },
    });
    const { Credentials } = await sts.send(command).catch((error: unknown) => {
      throw told(error);
    });
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken)
      throw new HiveError('AWS_UNREACHABLE', 'STS answered without credentials: try again.', { status: 503 });
    return { access_key_id: AccessKeyId, secret_access_key: SecretAccessKey, session_token: SessionToken };
  };

/** What STS says is for the log, as the cause; whoever called cannot mend a role's trust. */
function told(cause: unknown): HiveError {
  if (cause instanceof PackedPolicyTooLargeException) return policyTooLarge({ packed: true }, cause);
  const isFinal = cause instanceof STSServiceException && cause.$fault === 'client' && !cause.$retryable;
  if (!isFinal)
    return new HiveError('AWS_UNREACHABLE', 'STS gave no answer, or asked to be called later: try again.', {
      status: 503,
      cause,
    });
  return new HiveError(
    'AWS_EXCHANGE_REFUSED',
    `AWS did not take the exchange (${cause.name}): whoever runs the hive has to look at the role's trust and at the issuer.`,
    { status: 503, detail: { aws: cause.name }, cause },
  );
}
