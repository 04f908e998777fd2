/** The environment in which AWS SDK clients, the CDK and child processes talk to the local AWS. */

export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'us-east-1';

/** The user's own credentials: they win over the placeholders in some SDKs, and are nobody's business here. */
const OWN_CREDENTIALS = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ROLE_ARN'] as const;

/**
 * Variables to add to a process's environment. The credentials are placeholders: LocalStack checks none, and the SDK
 * will not start without some. Profile and session of the user are blanked where they are set.
 */
export function awsEnvironment(
  aws: { readonly endpoint: string },
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: LOCAL_REGION,
    AWS_DEFAULT_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DEFAULT_ACCOUNT: LOCAL_ACCOUNT,
    CDK_DEFAULT_REGION: LOCAL_REGION,
    ...Object.fromEntries(OWN_CREDENTIALS.filter((name) => env[name]).map((name) => [name, ''])),
  };
}
