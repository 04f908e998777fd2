/** The environment in which AWS SDK clients, the CDK and child processes talk to the local AWS. */

export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'us-east-1';

/**
 * Variables to add to a process's environment. The credentials are placeholders: LocalStack checks none, and the SDK
 * will not start without some. Profiles and tokens of the user are blanked, so that none is sent there.
 */
export function awsEnvironment(aws: { readonly endpoint: string }): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: LOCAL_REGION,
    AWS_DEFAULT_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SESSION_TOKEN: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DEFAULT_ACCOUNT: LOCAL_ACCOUNT,
    CDK_DEFAULT_REGION: LOCAL_REGION,
  };
}
