/** Whether the CDK's own stack is there; asked by one plain request, as starting `cdk bootstrap` takes seconds. */
import { LOCAL_REGION } from './aws-environment.ts';

const QUERY = 'Action=DescribeStacks&Version=2010-05-15&StackName=CDKToolkit';

/** LocalStack verifies no signature, but reads the service from its scope. */
const SCOPED = `AWS4-HMAC-SHA256 Credential=test/20250101/${LOCAL_REGION}/cloudformation/aws4_request, SignedHeaders=host, Signature=none`;

export async function isBootstrapped(endpoint: string): Promise<boolean> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: SCOPED },
    body: QUERY,
  });
  const text = await response.text();
  return response.ok && /<StackStatus>(CREATE|UPDATE)_COMPLETE<\/StackStatus>/.test(text);
}
