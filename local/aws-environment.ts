/** The environment in which AWS SDK clients, the CDK and child processes talk to the local AWS. */

export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'us-east-1';

/**
 * The user's own credentials, and endpoints of single services: they would win over the placeholders and the one
 * endpoint, and bring what is meant for the local AWS to another.
 */
const OWN = /^AWS_(PROFILE|DEFAULT_PROFILE|SESSION_TOKEN|ROLE_ARN|ENDPOINT_URL_[A-Z0-9_]+)$/;

/**
 * Variables to add to a process's environment. The credentials are placeholders: LocalStack checks none, and the SDK
 * will not start without some. What the user has set of their own is blanked, which SDKs take as not set. A profile can
 * be named in ~/.cdk.json, too: there only the CDK's `--profile ''` helps.
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
    ...Object.fromEntries(
      Object.keys(env)
        .filter((name) => OWN.test(name) && env[name])
        .map((name) => [name, '']),
    ),
  };
}
